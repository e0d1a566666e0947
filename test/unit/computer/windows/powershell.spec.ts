/** Starting and querying Windows PowerShell, and handling its output. A test double replaces powershell.exe. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangeRefused, Unreadable } from '../../../../electron/engine/computer';
import { createWindowsComputer } from '../../../../electron/computer/windows';
import { LocalWindowsHost } from '../../../../electron/computer/windows/windows-host';
import {
  findSystemPaths,
  type SystemPaths,
} from '../../../../electron/computer/windows/system-paths';
import { ScriptFailed } from '../../../../electron/computer/windows/script-error';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SCRIPTS = here('../../../../electron/computer/windows/scripts');
const KEY = 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG';
const never = new AbortController().signal;
const patience = { signal: never, limitMs: 20_000 };

const FORBIDDEN = JSON.parse(
  readFileSync(here('../../../powershell/data/execution-policy.json'), 'utf8'),
) as { what: string; language: string; text: string }[];
const forbidden = FORBIDDEN[0]!.text;

/** Behavior of powershell-double.mjs. */
interface Plan {
  readonly says?: string;
  readonly exit?: number;
  readonly readyAfterMs?: number;
  /** In the order of the requests; `"ID"` is replaced with the request's ID. */
  readonly answers?: readonly string[];
  /** Written to standard error instead of a further response. */
  readonly last?: string;
}

interface Happened {
  readonly started?: string;
  readonly argv?: readonly string[];
  readonly prelude?: readonly string[];
  readonly line?: string;
}

let folder = '';
let machine: LocalWindowsHost;
let places: SystemPaths;

function start(plan: { file?: Plan; text?: Plan }, scripts = SCRIPTS): void {
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  places = {
    ...findSystemPaths({
      scripts,
      programs: {
        'powershell.exe': {
          file: process.execPath,
          before: [here('powershell-double.mjs'), folder],
        },
      },
    }),
    system32: folder,
  };
  machine = new LocalWindowsHost(places);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kms-doctor-asked-'));
});
afterEach(() => {
  machine.end();
  rmSync(folder, { recursive: true, force: true });
});

const happened = (): Happened[] =>
  readFileSync(join(folder, 'happened.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Happened);
const started = () => happened().flatMap((one) => one.started ?? []);
const lines = () => happened().flatMap((one) => one.line ?? []);
const computer = () => createWindowsComputer({ windowsHost: machine, scripts: SCRIPTS });

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`should have failed, gave ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
}

describe('parsing responses of Windows PowerShell 5.1', () => {
  it('unwraps lists that passed through a pipeline, in any property order', async () => {
    start({
      file: {
        answers: [
          '{"value":{"value":[{"id":12288,"time":"2026-11-22T09:00:00.0000000Z","data":{"value":["0xC004F074, 0x0"],"Count":1}},' +
            '{"id":8198,"time":"2026-11-22T09:00:01.0000000Z","data":["hr=0xC004F074","RuleId=1"]}],"Count":2},"id":"ID"}',
        ],
      },
    });
    expect(await computer().events(never)).toMatchObject([
      { id: 12288, data: ['0xC004F074', '0x0'] },
      { id: 8198, data: ['hr=0xC004F074', 'RuleId=1'] },
    ]);
  });

  it('accepts a bare element as a list of one, and null as an empty list', async () => {
    const row = '{"error":null,"records":null}';
    start({
      file: {
        answers: [
          `{"id":"ID","value":${row}}`,
          '{"id":"ID","value":{"State":"Running","StartMode":"Auto"}}',
          '{"id":"ID","value":null}',
        ],
      },
    });
    const resolved = await machine.query('licensing-call', {}, patience);
    expect(resolved).toEqual([{ error: null, records: null }]);
    expect(await machine.query('service', {}, patience)).toHaveLength(1);
    expect(await machine.query('events', {}, patience)).toEqual([]);
  });

  it('unescapes HTML characters and leaves dates in the format of PowerShell', async () => {
    start({
      file: {
        answers: [
          '{"id":"ID","value":[{"Version":"10.0 \\u0027\\u003cb\\u003e \\u0026 \\u540d","EvaluationEndDate":"\\/Date(-11644473600000)\\/"}]}',
        ],
      },
    });
    expect(await computer().licensingService(never)).toEqual({
      Version: "10.0 '<b> & \u540d",
      EvaluationEndDate: '/Date(-11644473600000)/',
    });
  });
});

describe('script files blocked by policy', () => {
  const ANSWER = '{"id":"ID","value":[{"Version":"10.0"}]}';

  it.each(FORBIDDEN)('are passed as text instead ($what, $language)', async ({ text }) => {
    // Standard error wraps at the width of that PC's console.
    const broken = text.replace('PSSecurityException', 'PSSecurity\r\n   Exception');
    start({ file: { says: broken, exit: 1 }, text: { answers: [ANSWER] } });
    expect(await computer().licensingService(never)).toEqual({ Version: '10.0' });
    expect(started()).toEqual(['file', 'text']);
  });

  it("don't cause a change to be requested twice", async () => {
    start({
      file: { says: forbidden, exit: 1 },
      text: { answers: ['{"id":"ID","value":[{"partialKeys":["NGGGG"]}]}'] },
    });
    await computer().installProductKey(KEY, 'kms-client', never);
    expect(lines()).toEqual([KEY, '{"id":1,"ask":"install-product-key","with":{}}']);
  });

  it("aren't tried again", async () => {
    start({ file: { says: forbidden, exit: 1 }, text: { answers: [ANSWER], last: 'gone' } });
    await machine.query('licensing-service', {}, patience);
    await failure(machine.query('licensing-service', {}, patience));
    await machine.query('licensing-service', {}, patience);
    expect(started()).toEqual(['file', 'text', 'text']);
  });

  it('are all passed without signatures, and with no request data on the command line', async () => {
    const signed = mkdtempSync(join(tmpdir(), 'kms-doctor-signed-'));
    const names = readdirSync(SCRIPTS).filter((name) => name.endsWith('.ps1'));
    for (const name of names) {
      const text = readFileSync(join(SCRIPTS, name), 'utf8').replaceAll('\n', '\r\n');
      const signature =
        '# SIG # Begin signature block\r\n# MIIabc\r\n# SIG # End signature block\r\n';
      writeFileSync(join(signed, name), `\uFEFF${text}${signature}`);
    }
    start({ file: { says: forbidden, exit: 1 }, text: { answers: [ANSWER] } }, signed);
    await machine.query('resolve', { name: 'planted.contoso.com', type: 'A' }, patience);
    rmSync(signed, { recursive: true });
    const [server, ...others] = happened().flatMap(({ prelude = [] }) => prelude);
    const plain = (name: string) => readFileSync(join(SCRIPTS, `${name}.ps1`), 'utf8');
    expect(server?.replaceAll('\f', '\n')).toBe(plain('serve'));
    expect(others).toHaveLength(2 * (names.length - 1));
    for (let index = 0; index < others.length; index += 2) {
      expect(others[index + 1]?.replaceAll('\f', '\n')).toBe(plain(others[index]!));
    }
    const argv = happened().flatMap((one) => (one.started === 'text' ? (one.argv ?? []) : []));
    expect(argv.slice(0, -1)).toEqual(['-NoProfile', '-NonInteractive', '-Command']);
    expect(argv.join(' ')).not.toMatch(/planted|"|\$input|encoded/i);
    expect(argv.join(' ').length).toBeLessThan(1_000);
  });

  it.each([
    [{ exit: 3 }, 'UnauthorizedAccess, constrained-language'],
    [{ exit: 1, says: 'blocked' }, 'UnauthorizedAccess, exit 1: blocked'],
  ])('fail with the reason script-policy if the text is blocked too (%o)', async (text, said) => {
    start({ file: { says: forbidden, exit: 1 }, text });
    const fact = await failure(computer().licensingService(never));
    expect(fact).toBeInstanceOf(Unreadable);
    expect(fact).toMatchObject({ reason: 'script-policy', tool: 'powershell.exe', said });
    const change = await failure(computer().installProductKey(KEY, 'kms-client', never));
    expect(change).toBeInstanceOf(ChangeRefused);
    expect(change).toMatchObject({ refusal: 'script-policy' });
  });
});

describe('script files that fail for another reason', () => {
  it("aren't retried as text in constrained language mode, which restricts text even more", async () => {
    start({ file: { exit: 3 } });
    expect(await failure(computer().licensingService(never))).toMatchObject({
      reason: 'access-denied',
      said: 'constrained-language',
    });
    expect(started()).toEqual(['file']);
  });

  it("aren't retried as text after a script error", async () => {
    start({ file: { exit: 1, says: 'The term is not recognized' } });
    expect(await failure(computer().licensingService(never))).toMatchObject({
      reason: 'tool-failed',
    });
    expect(started()).toEqual(['file']);
  });

  it("aren't retried as text once a request was accepted, since a change may have been made", async () => {
    start({ file: { last: forbidden } });
    expect(await failure(computer().installProductKey(KEY, 'kms-client', never))).toMatchObject({
      refusal: 'tool-failed',
    });
    expect(started()).toEqual(['file']);
  });
});

it('never sends a request that was aborted before PowerShell was ready', async () => {
  start({ file: { readyAfterMs: 1_500, answers: ['{"id":"ID","value":[]}'] } });
  const off = new AbortController();
  const fact = machine.query('resolve', {}, patience);
  await vi.waitUntil(() => existsSync(join(folder, 'happened.jsonl')), { timeout: 10_000 });
  const change = machine.query('set-suffix-search-list', {}, { ...patience, signal: off.signal });
  off.abort(new Error('called off'));
  await expect(change).rejects.toThrow('called off');
  await fact;
  expect(lines()).toEqual([expect.stringContaining('"ask":"resolve"')]);
});

describe('installing a product key', () => {
  it.each(['two\nlines', '{"id":1}', '', '\u540d'])('fails for %j', async (productKey) => {
    start({ file: { answers: ['{"id":"ID","value":[]}'] } });
    const asked = machine.query('install-product-key', { productKey }, patience);
    expect(await failure(asked)).toMatchObject({ reason: 'check-failed' });
  });
});

it('recognizes a script blocked by policy by the exception type, in any language', () => {
  const error = {
    types: [
      'System.Management.Automation.PSSecurityException',
      'System.UnauthorizedAccessException',
    ],
    errorId: 'UnauthorizedAccess',
    codes: ['HResult=-2146233087', 'HResult=-2147024891'],
    target: '',
    message: 'W\u00f6rter',
  };
  const failed = new ScriptFailed(error);
  expect(failed).toMatchObject({ reason: 'script-policy' });
  expect(failed.toRefusal()).toMatchObject({ refusal: 'script-policy', code: null });
});
