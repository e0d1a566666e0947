/**
 * Raw answers of a real PC, kept in a folder so that they can be studied and played back elsewhere: a file for each
 * thing that was asked, product keys masked. Names and addresses of the network stay: they are what is studied.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unreadable } from '@engine/computer';
import { redactDeep } from '@shared/redaction';
import type { WindowsHost } from './windows-host';
import { ScriptFailed, type ScriptError } from './powershell';

/** Schema of a file of a recording. */
const SCHEMA = 'kms-doctor/raw-answer@1';

/** A file of a recording. */
export interface RawAnswer {
  readonly schema: typeof SCHEMA;
  /** The method of {@link WindowsHost} and what it was given, patience left out. */
  readonly asked: readonly unknown[];
  /** What came back; left out where nothing did. */
  readonly value?: unknown;
  readonly failed?: Pick<Unreadable, 'reason' | 'tool' | 'said'>;
  readonly threw?: ScriptError;
}

/** A machine that does what another does and writes every answer into a folder that is there. */
export function recorded(windowsHost: WindowsHost, folder: string): WindowsHost {
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
        if (error instanceof Unreadable) {
          keep(asked, { failed: { reason: error.reason, tool: error.tool, said: error.said } });
        } else if (error instanceof ScriptFailed) {
          keep(asked, { threw: error.script });
        }
        throw error;
      },
    );
  return {
    run: (tool, args, options) =>
      through(['run', tool, args], windowsHost.run(tool, args, options)),
    query: (channel, question, parameters, options) =>
      through(
        // A product key goes to the PC, and into no file.
        ['ask', question, question === 'install-product-key' ? {} : parameters],
        windowsHost.query(channel, question, parameters, options),
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

/** Which PC it is matters to nobody who studies it. */
function withoutIdentity(raw: RawAnswer): RawAnswer {
  const text = JSON.stringify(raw.value ?? null);
  const anonymous = text.replace(
    /(MachineGuid(?: +REG_SZ +|":"))[0-9a-f-]{36}/gi,
    '$100000000-0000-4000-8000-000000000000',
  );
  return raw.value === undefined ? raw : { ...raw, value: JSON.parse(anonymous) as unknown };
}
