/**
 * Raw answers of a real PC, kept in a folder so that they can be studied and played back elsewhere: a file for each
 * thing that was asked, product keys masked. Names and addresses of the network stay: they are what is studied.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Unreadable } from '@engine/computer';
import { redactDeep } from '@shared/redaction';
import type { WindowsHost } from './windows-host';
import { ScriptFailed } from './powershell';

/** Schema of a file of a recording. */
const SCHEMA = 'kms-doctor/raw-answer@1';

const answer = z.object({
  schema: z.literal(SCHEMA),
  /** The method of {@link WindowsHost} and what it was given, patience left out. */
  asked: z.array(z.unknown()),
  /** What came back; left out where nothing did. */
  value: z.unknown().optional(),
  failed: z
    .object({ reason: z.string(), tool: z.string().nullable(), said: z.string().nullable() })
    .optional(),
  threw: z
    .object({
      types: z.array(z.string()),
      errorId: z.string(),
      codes: z.array(z.string()),
      target: z.string(),
      message: z.string(),
    })
    .optional(),
});

type RawAnswer = z.infer<typeof answer>;

/** A machine that does what another does and writes every answer into a folder that is there. */
export function recorded(windowsHost: WindowsHost, folder: string): WindowsHost {
  let count = 0;
  const keep = (asked: readonly unknown[], result: Omit<RawAnswer, 'schema' | 'asked'>): void => {
    count += 1;
    const [method, first] = asked;
    const parts = [String(count).padStart(3, '0'), method, typeof first === 'string' ? first : ''];
    const name = parts.join('-').replace(/[^\w.-]+/g, '_');
    const json = withoutIdentity(redactDeep({ schema: SCHEMA, asked: [...asked], ...result }));
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
          keep(asked, {
            threw: {
              ...error.script,
              types: [...error.script.types],
              codes: [...error.script.codes],
            },
          });
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

/**
 * The PC that a folder tells of. What was not asked then is unreadable now, with the reason `not-reached`.
 *
 * @throws Error when a file is no raw answer
 */
export function replayed(folder: string): WindowsHost {
  const answers = new Map<string, RawAnswer[]>();
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.json')) continue;
    const raw = answer.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    const key = JSON.stringify(raw.asked);
    answers.set(key, [...(answers.get(key) ?? []), raw]);
  }
  const take = (asked: readonly unknown[]): unknown => {
    const known = answers.get(JSON.stringify(asked)) ?? [];
    // The last answer stays: a later question gets it again.
    const raw = known.length > 1 ? known.shift() : known[0];
    if (raw === undefined) throw new Unreadable('not-reached', String(asked[1] ?? asked[0]));
    if (raw.threw !== undefined) throw new ScriptFailed(raw.threw);
    if (raw.failed !== undefined) {
      const { reason, tool, said } = raw.failed;
      throw new Unreadable(reason as Unreadable['reason'], tool, said);
    }
    return raw.value;
  };
  const answered = async <T>(asked: readonly unknown[]): Promise<T> => take(asked) as T;
  return {
    run: (tool, args) => answered(['run', tool, args]),
    query: (_side, question, parameters) => answered(['ask', question, parameters]),
    time: (server) => answered(['time', server]),
    has: (file) => answered(['has', file]),
    host: () => take(['host']) as ReturnType<WindowsHost['host']>,
  };
}
