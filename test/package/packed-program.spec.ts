/** Inspects the packed folder, and starts its bundles under the Electron stand-in. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { extractAll, extractFile, getRawHeader, listPackage, statFile } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM } from '../../build/electron-builder.mjs';
import { CONSOLE_PROGRAM, readProgram } from '../../build/windows-program.mjs';
import { shippedFiles } from '../../electron/computer/windows/shipped-files';
import { launch, start } from '../../build/electron-stand-in/launch';
import { type Packed, ROOT, pack } from './pack';

const MEGABYTE = 1024 ** 2;

let packed: Packed;
let archive: string;

beforeAll(async () => {
  packed = await pack();
  archive = path.join(packed.folder, 'resources/app.asar');
}, 300_000);
afterAll(() => packed.remove());

/** Returns the files in the archive, with `/` as separator and no leading one. */
function packedFiles(): string[] {
  return listPackage(archive, { isPack: false })
    .map((name) => name.replaceAll('\\', '/').slice(1))
    .filter((name) => 'size' in statFile(archive, name));
}

function json(text: string | Buffer): Record<string, unknown> {
  return JSON.parse(text.toString()) as Record<string, unknown>;
}

function sizeOf(file: string): number {
  const { size } = statSync(file);
  return statSync(file).isDirectory()
    ? readdirSync(file).reduce((sum, name) => sum + sizeOf(path.join(file, name)), 0)
    : size;
}

describe('packing', () => {
  it('takes at most 90 seconds', () => {
    expect(packed.seconds).toBeLessThan(90);
  });

  it('reports that the result is unsigned and that Electron is a stand-in', () => {
    expect(packed.said).toContain('Not signed');
    expect(packed.said).toContain('a stand-in is packed');
  });
});

describe('the archive', () => {
  it('contains the build output and the runtime dependencies, and nothing else', () => {
    // Packages that `npm install regedit` installs.
    const needed = [
      ...['core-util-is', 'debug', 'if-async', 'inherits', 'isarray', 'ms', 'readable-stream'],
      ...['regedit', 'stream-slicer', 'string_decoder', 'through2', 'xtend'],
    ].map((name) => `node_modules/${name}`);
    const files = packedFiles();
    const packages = files
      .map((name) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(name)?.[0])
      .filter((name) => name !== undefined);
    expect([...new Set(packages)].sort()).toEqual(needed.sort());
    const others = files.filter((name) => !name.startsWith('node_modules/'));
    const page = (
      JSON.parse(extractFile(archive, 'dist/renderer/files.json').toString()) as string[]
    ).map((name) => `dist/renderer/${name}`);
    const expected = [...page, 'dist/renderer/files.json', 'dist/preload/preload.cjs'];
    const main = others.filter((name) => /^dist\/main\/[\w-]+\.js$/.test(name));
    expect(main).toContain('dist/main/main.js');
    expect(others.sort()).toEqual([...expected, ...main, 'package.json'].sort());
  });

  it('contains no sources, source maps, tests or docs', () => {
    const strange = packedFiles().filter((name) =>
      /\.(map|tsx?|md|spec\.js)$|(^|\/)(tests?|test\.js|\.github|\.[^/]*)(\/|$)/.test(name),
    );
    expect(strange).toEqual([]);
  });

  it('has a manifest with name, version and entry point, without scripts or dev dependencies', () => {
    const manifest = json(extractFile(archive, 'package.json'));
    expect(manifest).toMatchObject({
      name: 'kms-doctor',
      version: '1.0.0',
      main: 'dist/main/main.js',
    });
    expect(manifest).not.toHaveProperty('scripts');
    expect(manifest).not.toHaveProperty('devDependencies');
  });

  it('keeps our part of the packed folder below 6 MB, without Electron and the console program', () => {
    const electrons = new Set(readdirSync(path.join(ROOT, '.cache/electron-stand-in')));
    const ours = readdirSync(packed.folder).filter(
      (name) =>
        ![PROGRAM, CONSOLE_PROGRAM, 'LICENSE.electron.txt'].includes(name) &&
        (name === 'resources' || !electrons.has(name)),
    );
    expect(ours).toContain('resources');
    const size = ours.reduce((sum, name) => sum + sizeOf(path.join(packed.folder, name)), 0);
    expect(size).toBeGreaterThan(MEGABYTE);
    expect(size).toBeLessThan(6 * MEGABYTE);
  });
});

describe('the executable', () => {
  const read = () => readProgram(readFileSync(path.join(packed.folder, PROGRAM)));

  it('contains the hash of the archive header', () => {
    const { headerString } = getRawHeader(archive) as { headerString: string };
    const value: string = createHash('sha256').update(headerString).digest('hex');
    const resource = read().resource('INTEGRITY', 'ELECTRONASAR');
    expect(JSON.parse(resource?.toString() ?? 'null')).toEqual([
      { file: 'resources\\app.asar', alg: 'SHA256', value },
    ]);
  });

  it('has the expected fuses', async () => {
    const wire: object = await getCurrentFuseWire(path.join(packed.folder, PROGRAM));
    const states: Record<string, boolean> = {};
    for (const [name, state] of Object.entries(wire) as [string, unknown][]) {
      if (/^\d+$/.test(name)) {
        states[String(FuseV1Options[Number(name)])] = state === FuseState.ENABLE;
      }
    }
    expect(states).toEqual({
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
      WasmTrapHandlers: true,
    });
  });

  it.each([
    [PROGRAM, 'KMS Doctor'],
    [CONSOLE_PROGRAM, 'KMS Doctor, command line'],
  ])(
    '%s has our version, our icon in all sizes, and requests no elevation',
    (name, description) => {
      const program = readProgram(readFileSync(path.join(packed.folder, name)));
      expect(program.strings['LegalCopyright']).toContain('MIT');
      expect(program.strings).toMatchObject({
        ProductName: 'KMS Doctor',
        FileDescription: description,
        CompanyName: 'KMS Doctor contributors',
        ProductVersion: '1.0.0.0',
      });
      expect(program.version).toMatchObject({ fileVersionMS: 0x10000, fileVersionLS: 0 });
      expect(program.iconSizes).toEqual(expect.arrayContaining([16, 20, 24, 32, 40, 48, 64, 256]));
      expect(program.manifest).toMatch(/requestedExecutionLevel level="asInvoker"/);
    },
  );
});

describe('the packed folder', () => {
  it('contains only the Electron locales that the app supports', () => {
    expect(readdirSync(path.join(packed.folder, 'locales')).sort()).toEqual([
      'en-US.pak',
      'zh-TW.pak',
    ]);
  });

  it('contains the licenses', () => {
    for (const name of ['LICENSE.txt', 'LICENSE.electron.txt', 'LICENSE.node.txt']) {
      expect(existsSync(path.join(packed.folder, name))).toBe(true);
    }
    expect(readFileSync(path.join(packed.folder, 'THIRD-PARTY-NOTICES.md'), 'utf8')).toBe(
      readFileSync(path.join(ROOT, 'THIRD-PARTY-NOTICES.md'), 'utf8'),
    );
  });

  it.each([
    ['regeditScripts', 'node_modules/regedit/vbs', /./],
    ['scripts', 'electron/computer/windows/scripts', /\.ps1$/],
  ] as const)('contains %s where the packed app looks for them', (place, source, wanted) => {
    const bundle = pathToFileURL(path.join(archive, 'dist/main/main.js')).href;
    const folder = shippedFiles(bundle)[place] ?? '';
    const names = readdirSync(path.join(ROOT, source)).filter((name) => wanted.test(name));
    expect(names.length).toBeGreaterThan(5);
    expect(readdirSync(folder).sort()).toEqual(names.sort());
    for (const name of names) {
      expect(readFileSync(path.join(folder, name))).toEqual(
        readFileSync(path.join(ROOT, source, name)),
      );
    }
  });
});

it('the archive contains the regedit package where the packed app looks for it', () => {
  const bundle = pathToFileURL(path.join(archive, 'dist/main/main.js')).href;
  const inside = path.relative(archive, shippedFiles(bundle).regeditPackage ?? '');
  expect(packedFiles()).toContain(`${inside}/index.js`);
});

describe('the packed bundles', () => {
  const scenario = path.join(ROOT, 'electron/app/cases/srv-record-missing.json');
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-unpacked-'));
    // Electron can read inside the archive, Node can't. The app checks the folder name, so it stays
    // `app.asar`.
    extractAll(archive, path.join(folder, 'resources/app.asar'));
    process.env['KMS_DOCTOR_DIST'] = path.join(folder, 'resources/app.asar/dist');
  });
  afterAll(() => {
    delete process.env['KMS_DOCTOR_DIST'];
    rmSync(folder, { recursive: true, force: true });
  });

  it('open the window and diagnose a simulated PC', async () => {
    const program = await launch({
      reducedMotion: true,
      args: ['--scenario', scenario],
      standIn: { packaged: true },
    });
    try {
      const { page } = program;
      await page.getByRole('button', { name: 'Diagnose' }).first().click();
      await page.getByText('No KMS record in contoso.com').first().waitFor({ timeout: 30_000 });
      expect(program.app.escapes()).toEqual([]);
    } finally {
      await program.close();
    }
  });

  it('exit with 64 for a developer-only argument', async () => {
    const program = await start({ args: ['--inspect'], standIn: { packaged: true } });
    expect(await program.app.exited).toBe(64);
    expect(program.app.output()).toContain('does not take the argument --inspect');
    await program.close();
  });
});
