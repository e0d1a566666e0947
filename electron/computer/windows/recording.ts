/**
 * Records the raw answers of a real PC in a folder, to study them and play them back elsewhere: a file for each query,
 * with product keys masked. Network names and addresses are kept, since they're the subject of study.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unreadable } from '@engine/computer';
import { redactDeep } from '@shared/redaction';
import type { WindowsHost } from './windows-host';
import type { ScriptError } from './answers';
import { ScriptFailed } from './script-error';

/** Schema of the files in a recording. */
const SCHEMA = 'kms-doctor/raw-answer@1';

/** A file in a recording. */
export interface RawAnswer {
  readonly schema: typeof SCHEMA;
  /** The method of {@link WindowsHost} and its arguments, without the options. */
  readonly asked: readonly unknown[];
  /** Result; omitted if the call failed. */
  readonly value?: unknown;
  readonly failed?: Pick<Unreadable, 'reason' | 'tool' | 'said'>;
  readonly threw?: ScriptError;
}

/** Wraps a host and writes every answer to an existing folder. */
export function withRecording(windowsHost: WindowsHost, folder: string): WindowsHost {
  let count = 0;
  const keep = (asked: readonly unknown[], result: Omit<RawAnswer, 'schema' | 'asked'>): void => {
    count += 1;
    const [method, first] = asked;
    const parts = [String(count).padStart(3, '0'), method, typeof first === 'string' ? first : ''];
    const name = parts.join('-').replace(/[^\w.-]+/g, '_');
    const json = withoutIdentity(redactDeep({ schema: SCHEMA, asked, ...result }));
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(json, null, 2)}\n`);
  };
  const through = <T>(asked: readonly unknown[], answered: Promise<T>): Promise<T> =>
    answered.then(
      (value) => {
        keep(asked, { value });
        return value;
      },
      (error: unknown) => {
        // First, since it's an Unreadable too.
        if (error instanceof ScriptFailed) {
          keep(asked, { threw: error.script });
        } else if (error instanceof Unreadable) {
          keep(asked, { failed: { reason: error.reason, tool: error.tool, said: error.said } });
        }
        throw error;
      },
    );
  return {
    run: (tool, args, options) =>
      through(['run', tool, args], windowsHost.run(tool, args, options)),
    query: (question, parameters, options) =>
      through(
        // A product key is passed to the PC, but isn't written to a file.
        ['ask', question, question === 'install-product-key' ? {} : parameters],
        windowsHost.query(question, parameters, options),
      ),
    time: (server, options) => through(['time', server], windowsHost.time(server, options)),
    has: (file) => through(['has', file], windowsHost.has(file)),
    host: () => {
      const value = windowsHost.host();
      keep(['host'], { value });
      return value;
    },
  };
}

/** Removes the machine GUID: the identity of the PC doesn't matter for study. */
function withoutIdentity(raw: RawAnswer): RawAnswer {
  const text = JSON.stringify(raw.value ?? null);
  const anonymous = text.replace(
    /(MachineGuid(?: +REG_SZ +|":"))[0-9a-f-]{36}/gi,
    '$100000000-0000-4000-8000-000000000000',
  );
  return raw.value === undefined ? raw : { ...raw, value: JSON.parse(anonymous) as unknown };
}
