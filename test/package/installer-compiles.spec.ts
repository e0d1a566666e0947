/**
 * Compiles the installer that electron-builder generates, with its script, our include and our
 * texts. makensis treats warnings as errors. Plug-ins are stubs, and nothing of the result is run.
 */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Arch, Platform, build } from 'electron-builder';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { configuration, writeInstallerInclude } from '../../build/electron-builder.mjs';
import { findProgram } from '../../build/test-parts.mjs';
import { electronStandIn } from '../../build/windows-program.mjs';
import { JOURNAL_FOLDER_SDDL } from '../../electron/elevation/journal-folder';
import { writePlugins } from './nsis-plugins';
import { ROOT } from './pack';

const NSIS = '/usr/share/nsis';
const TEMPLATES = path.join(ROOT, 'node_modules/app-builder-lib/templates/nsis');

/**
 * Wrapper for makensis that keeps each script. It writes a placeholder for the uninstaller that the
 * first pass should have written, so the second pass can run.
 */
const MAKENSIS = `#!/bin/bash
set -eu
tee "$KMS_DOCTOR_SCRIPTS/$$.nsi" | /usr/bin/makensis "$@"
for argument in "$@"; do
  case "$argument" in -DUNINSTALLER_OUT_FILE=Z:*)
    file=\${argument#-DUNINSTALLER_OUT_FILE=Z:}
    printf MZ >"\${file//\\\\//}";;
  esac
done
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-nsis-'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function script(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

// On Windows, the workflow builds the real installer.
it.skipIf(process.platform === 'win32')(
  'the installer compiles with our pages in both languages',
  async () => {
    const tools = path.join(folder, 'nsis');
    const resources = path.join(folder, 'resources');
    const plugins = path.join(resources, 'plugins/x86-unicode');
    const scripts = path.join(folder, 'scripts');
    const bin = path.join(folder, 'bin');
    for (const made of [path.join(tools, 'linux'), plugins, scripts, bin]) {
      mkdirSync(made, { recursive: true });
    }
    script(path.join(tools, 'linux/makensis'), MAKENSIS);
    script(path.join(bin, 'wine'), '#!/bin/sh\nexit 0\n');
    for (const name of ['Stubs', 'Include', 'Contrib', 'Plugins', 'Bin']) {
      symlinkSync(path.join(NSIS, name), path.join(tools, name));
    }
    writeFileSync(path.join(tools, 'elevate.exe'), 'MZ');
    const standIns = writePlugins(TEMPLATES, path.join(NSIS, 'Plugins/x86-unicode'), plugins);
    expect(standIns).toContain('StdUtils');

    const app = path.join(folder, 'app');
    cpSync(await electronStandIn(), app, { recursive: true });
    cpSync(path.join(app, 'electron.exe'), path.join(app, 'KMS Doctor.exe'));
    await writeInstallerInclude(folder);

    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    vi.stubEnv('KMS_DOCTOR_SCRIPTS', scripts);
    vi.stubEnv('ELECTRON_BUILDER_7ZIP_PATH', findProgram('7za') ?? '');
    vi.stubEnv('ELECTRON_BUILDER_NSIS_DIR', tools);
    vi.stubEnv('ELECTRON_BUILDER_NSIS_RESOURCES_DIR', resources);
    const output = path.join(folder, 'out');
    const made = await build({
      projectDir: ROOT,
      prepackaged: app,
      targets: Platform.WINDOWS.createTarget('nsis', Arch.x64),
      config: {
        ...configuration({ stage: folder, electronDist: app, inspectable: false, output }, {}),
        compression: 'store',
      },
    });
    expect(made.map((file) => path.basename(file))).toEqual([
      'KMS-Doctor-1.0.0-setup-unsigned.exe',
    ]);
    const compiled = readdirSync(scripts).map((name) =>
      readFileSync(path.join(scripts, name), 'utf8'),
    );
    expect(compiled).toHaveLength(2);
    for (const text of compiled) expect(text).toContain('installer.nsh');
  },
);

it('the installer gives the journal folder the permissions that the elevated process requires', () => {
  for (const name of ['installer.nsh', 'windows/try-installer.ps1']) {
    expect(readFileSync(path.join(ROOT, 'build', name), 'utf8')).toContain(JOURNAL_FOLDER_SDDL);
  }
});
