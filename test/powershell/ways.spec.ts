/**
 * The ways to pass the app's scripts to a real PowerShell, and the data on standard input and
 * output.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { argumentsOf, MODULES_VARIABLE } from '../../electron/computer/windows/script-modes';
import * as repairScripts from '../../electron/elevation/scripts';
import { sample } from '../support/sample';
import {
  checker,
  engine,
  never,
  SCRIPTS,
  startPc,
  underPolicy,
  type DoubledPc,
  type PcOptions,
} from './support/engine';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-ways-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const KEY = 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG';

const FORBIDDEN = JSON.parse(readFileSync(here('data/execution-policy.json'), 'utf8')) as {
  what: string;
  language: string;
  text: string;
}[];
const forbids = FORBIDDEN[0]!.text;

/** Runs a function with a PC, and then stops the PC. */
async function onPc<T>(odd: PcOptions, act: (pc: DoubledPc) => Promise<T>): Promise<T> {
  const pc = startPc(odd);
  try {
    return await act(pc);
  } finally {
    pc.end();
  }
}

/** Copies the app's scripts and inserts a line into serve.ps1 after another one. */
function scriptsWith(name: string, after: string, line: string): string {
  const copy = join(folder, name);
  cpSync(SCRIPTS, copy, { recursive: true });
  const file = join(copy, 'serve.ps1');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(after);
  writeFileSync(
    file,
    text.replace(after, () => `${after}\n${line}`),
  );
  return copy;
}

const STATE = '::CreateDefault2()';

describe('if a policy forbids script files, PowerShell', () => {
  it.each(sample(FORBIDDEN, 6))(
    'runs the scripts as text, and a change only once ($what, $language)',
    async ({ language, text }) => {
      const record = join(folder, `${language}-${text.length}`);
      await onPc({ program: underPolicy({ forbids: text, record }) }, async (pc) => {
        const given = await pc.computer.installProductKey(KEY, 'kms-client', never).then(
          () => 'done',
          (error: unknown) => error,
        );
        // The doubles report another key.
        expect(given).toMatchObject({ refusal: 'not-done' });
        const installed = pc.log().filter(({ method }) => method === 'InstallProductKey');
        expect(installed).toEqual([expect.objectContaining({ arguments: { ProductKey: KEY } })]);
        expect(await pc.computer.events(never)).toHaveLength(2);
      });
      expect(readFileSync(record, 'utf8')).toBe('-File\n-Command\n');
    },
  );

  it('reports the same error details as for files', async () => {
    const failing = `function Get-CimInstance { [CmdletBinding()] param($Namespace, $Query, $OperationTimeoutSec)
      $PSCmdlet.WriteError((New-Failure 'HRESULT 0x80041003,Planted' 'W\u00f6rter')) }`;
    await onPc({ program: underPolicy({ forbids }) }, async (pc) => {
      pc.scene(failing);
      await expect(pc.computer.licensingService(never)).rejects.toMatchObject({
        reason: 'access-denied',
        said: expect.stringContaining('W\u00f6rter') as string,
      });
      await expect(
        pc.machine.query('../../evil' as never, {}, { signal: never, limitMs: 20_000 }),
      ).rejects.toMatchObject({ script: { message: 'unknown question' } });
    });
  });

  it('reports the policy as the reason if it also constrains text', async () => {
    const program = underPolicy({ forbids, constrained: true });
    await onPc({ program }, async (pc) => {
      await expect(pc.computer.events(never)).rejects.toMatchObject({
        reason: 'script-policy',
        said: 'UnauthorizedAccess, constrained-language',
      });
    });
  });
});

describe('if only the runspaces in the pool are constrained, PowerShell', () => {
  const scripts = scriptsWith('constrained', STATE, "$state.LanguageMode = 'ConstrainedLanguage'");

  it('reports it before any query', async () => {
    await onPc({ scripts }, async (pc) => {
      await expect(pc.computer.events(never)).rejects.toMatchObject({
        reason: 'access-denied',
        said: 'constrained-language',
      });
      expect(pc.log()).toEqual([]);
    });
  });

  it('reports it for text as well as for files', async () => {
    await onPc({ scripts, program: underPolicy({ forbids }) }, async (pc) => {
      await expect(pc.computer.events(never)).rejects.toMatchObject({
        reason: 'script-policy',
        said: 'UnauthorizedAccess, constrained-language',
      });
    });
  });
});

describe('modules', () => {
  /** Creates a module that replaces a double and runs `load` when loaded. */
  function moduleThat(name: string, load: string): string {
    const modules = join(folder, name);
    mkdirSync(join(modules, 'Planted'), { recursive: true });
    writeFileSync(
      join(modules, 'Planted/Planted.psm1'),
      `${load}\nfunction Resolve-DnsName { param($Name, $Type) }\nExport-ModuleMember -Function Resolve-DnsName\n`,
    );
    return modules;
  }

  it('are not loaded concurrently', async () => {
    const mark = join(folder, 'loading');
    const modules = moduleThat(
      'careful',
      `$mark = [System.IO.File]::Open('${mark}', 'OpenOrCreate', 'ReadWrite', 'None')
      [System.Threading.Thread]::Sleep(300)
      $mark.Dispose()`,
    );
    await onPc({ modules }, async (pc) => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}.contoso.com`);
      const answers = await Promise.all(names.map((name) => pc.computer.resolve(name, 'A', never)));
      expect(answers).toHaveLength(names.length);
    });
  });

  it('are loaded again after a failure', async () => {
    const mark = join(folder, 'failed');
    const modules = moduleThat(
      'moody',
      `if (-not [System.IO.File]::Exists('${mark}')) {
        [System.IO.File]::WriteAllText('${mark}', '')
        throw 'An item with the same key has already been added.'
      }`,
    );
    await onPc({ modules }, async (pc) => {
      expect(await pc.computer.resolve('a.contoso.com', 'A', never)).toMatchObject({ records: [] });
    });
  });
});

describe('a product key', () => {
  it.each(['file', 'text'] as const)(
    'is never passed as a plain parameter to any command, with scripts as a %s',
    async (way) => {
      // Module logging (event 4103) records what's bound to a parameter, as text.
      const trace = join(folder, `bound-by-${way}`);
      const scripts = scriptsWith(
        `traced-${way}`,
        STATE,
        `Set-TraceSource -Name ParameterBinding -Option All -FilePath '${trace}'`,
      );
      const odd = { scripts, ...(way === 'text' && { program: underPolicy({ forbids }) }) };
      await onPc(odd, async (pc) => {
        await pc.computer.installProductKey(KEY, 'kms-client', never).catch(() => undefined);
        expect(pc.log()).toContainEqual(
          expect.objectContaining({ arguments: { ProductKey: KEY } }),
        );
      });
      const bound = readFileSync(trace, 'utf8');
      expect(bound).toContain('BIND arg [InstallProductKey] to param');
      expect(bound).toContain('"ask":"install-product-key"');
      expect(bound).not.toContain(KEY);
      expect(bound).not.toContain(KEY.slice(0, 5));
    },
  );
});

describe('the server', () => {
  const { program, modules } = engine();

  /**
   * Sends lines to the server, waits for `until` lines of output, and returns the output and the
   * exit code.
   */
  async function serve(lines: readonly string[], until: number) {
    const child = spawn(
      program.file,
      [...(program.before ?? []), ...argumentsOf('file', SCRIPTS)],
      {
        cwd: folder,
        env: { [MODULES_VARIABLE]: [doubles(), modules].join(delimiter) },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const code = new Promise<number | null>((resolve) => child.on('close', resolve));
    for (const line of lines) child.stdin.write(`${line}\n`);
    const whole = () => said.split('\n').slice(0, -1);
    await vi.waitUntil(() => whole().length >= until, { timeout: 50_000 });
    child.stdin.end();
    return { said: whole().map((line) => JSON.parse(line) as object), code: await code };
  }

  function doubles(): string {
    const home = join(folder, 'server');
    mkdirSync(join(home, 'Hanging'), { recursive: true });
    writeFileSync(
      join(home, 'Hanging/Hanging.psm1'),
      'function Get-CimInstance { [System.Threading.Thread]::Sleep(600000) }\n',
    );
    return home;
  }

  it("reports that it's ready, accepts any line, and exits with 0 even if a query hangs", async () => {
    const { said, code } = await serve(
      ['', '{"id": 1', '{"id":2,"ask":"licensing-service","with":{}}', '{"id":3,"ask":"no"}'],
      3,
    );
    expect(said[0]).toEqual({ ready: true });
    expect(said).toHaveLength(3);
    expect(said).toContainEqual({ id: null, error: expect.anything() as object });
    expect(said).toContainEqual({
      id: 3,
      error: expect.objectContaining({ message: 'unknown question' }) as object,
    });
    expect(code).toBe(0);
  });
});

describe('the scripts', () => {
  const COMMAND = argumentsOf('text', '').at(-1) ?? '';
  const texts = {
    ...Object.fromEntries(
      readdirSync(SCRIPTS).map((name) => [name, readFileSync(join(SCRIPTS, name), 'utf8')]),
    ),
    'the command': COMMAND,
    START_ELEVATED: repairScripts.START_ELEVATED,
    LOOK_AT_FOLDER: repairScripts.READ_FOLDER_SECURITY,
  };

  it.each(Object.entries(texts))(
    "don't use $input, which would read standard input: %s",
    (_name, text) => {
      expect(text).toMatch(/\w/);
      expect(text).not.toMatch(/\$\{?(\w+:)?input\b/i);
    },
  );

  it('on the command line use nothing that Windows PowerShell 5.1 lacks', () => {
    const file = join(folder, 'command.ps1');
    writeFileSync(file, COMMAND);
    const { file: host, args } = checker();
    const end = spawnSync(host, [...args, '--commands', here('cmdlets.json'), file], {
      encoding: 'utf8',
    });
    expect(JSON.parse(end.stdout)).toEqual([]);
  });
});
