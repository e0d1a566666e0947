import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';

/** The project's configuration, except for type-checked rules, which need the file on disk. */
const eslint = new ESLint({
  cwd: process.cwd(),
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false } } },
  ],
});

/** Returns the IDs of the rules that report a file with this text. */
async function rulesFor(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: file });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

type Plant = readonly [file: string, specifier: string];

interface Violation {
  readonly type: string;
  readonly from: string;
  readonly unresolvedTo?: string;
}

const FOLDERS = ['electron', 'renderer', 'shared'];

/** Returns the violations of the project's rules that dependency-cruiser finds in a tree of these files. */
function violations(files: Readonly<Record<string, string>>): Violation[] {
  // Inside the checkout, so that packages can be resolved.
  mkdirSync('.cache', { recursive: true });
  const tree = mkdtempSync('.cache/planted-');
  try {
    copyFileSync('tsconfig.base.json', join(tree, 'tsconfig.base.json'));
    for (const folder of FOLDERS) mkdirSync(join(tree, folder));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), text);
    }
    const { stdout } = spawnSync(
      process.execPath,
      [
        resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
        ...['--config', resolve('build/dependency-cruiser.cjs')],
        ...['--output-type', 'json'],
        ...FOLDERS,
      ],
      { cwd: tree, encoding: 'utf8', maxBuffer: 64e6 },
    );
    return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** Returns the files of a tree with the planted imports and their targets. */
function planted(plants: readonly Plant[]): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [file, specifier] of plants) {
    files[file] = `${files[file] ?? ''}import '${specifier}';\n`;
  }
  for (const [file, specifier] of plants) {
    const path = specifier.startsWith('.')
      ? posix.join(dirname(file), specifier)
      : specifier.replace(/^@shared/, 'shared').replace(/^@engine/, 'electron/engine');
    if (/^(electron|renderer|shared)\//.test(path) && specifier !== 'electron/main') {
      files[`${path}.ts`] ??= '';
    }
  }
  return files;
}

describe('imports between directories', () => {
  const forbidden: readonly Plant[] = [
    ['shared/planted.ts', 'node:fs'],
    ['shared/bare.ts', 'fs/promises'],
    ['shared/planted.ts', 'electron'],
    ['shared/planted.ts', 'react'],
    ['shared/planted.ts', 'react-dom/client'],
    ['shared/planted.ts', '../renderer/planted'],
    ['shared/catalog/planted.ts', '../../electron/engine/planted'],
    ['shared/planted.ts', '@engine/computer'],
    ['electron/engine/planted.ts', 'electron'],
    ['electron/engine/planted.ts', 'electron/main'],
    ['electron/engine/planted.ts', 'node:child_process'],
    ['electron/engine/bare.ts', 'child_process'],
    ['electron/engine/planted.ts', '../app/planted'],
    ['electron/engine/planted.ts', '../ipc/planted'],
    ['electron/engine/planted.ts', '../repair/planted'],
    ['electron/engine/planted.ts', '../report/planted'],
    ['electron/engine/planted.ts', '../cli/planted'],
    ['electron/engine/checks/planted.ts', '../../computer/scenario/planted'],
    ['electron/engine/planted.ts', '../../renderer/planted'],
    ['electron/computer/windows/planted.ts', 'electron'],
    ['electron/computer/windows/planted.ts', '@engine/facts'],
    ['electron/computer/windows/planted.ts', '../../engine/run'],
    ['electron/computer/windows/planted.ts', '../../repair/planted'],
    ['electron/report/planted.ts', '../computer/network/planted'],
    ['electron/elevation/planted.ts', '../app/planted'],
    ['electron/ipc/planted.ts', '../app/planted'],
    ['electron/cli.ts', './app/planted'],
    ['electron/cli.ts', 'electron'],
    ['electron/cli/planted.ts', '../ipc/planted'],
    ['electron/preload.ts', 'node:fs'],
    ['electron/preload.ts', './engine/planted'],
    ['electron/app/planted.ts', '../../renderer/planted'],
    ['electron/main.ts', 'react'],
    ['renderer/planted.tsx', 'electron'],
    ['renderer/planted.tsx', 'node:path'],
    ['renderer/planted.tsx', '../electron/ipc/planted'],
    ['renderer/components/planted.tsx', '@engine/computer'],
  ];
  const allowed: readonly Plant[] = [
    ['shared/planted.ts', './names'],
    ['shared/catalog/planted.ts', '../names'],
    ['shared/planted.ts', 'zod'],
    ['electron/engine/planted.ts', '@shared/names'],
    ['electron/engine/planted.ts', 'node:crypto'],
    ['electron/engine/checks/planted.ts', '../computer'],
    ['electron/computer/windows/planted.ts', '@engine/computer'],
    ['electron/computer/windows/planted.ts', '../../engine/computer'],
    ['electron/computer/windows/planted.ts', '../network/planted'],
    ['electron/computer/windows/planted.ts', 'node:child_process'],
    ['electron/report/planted.ts', '@engine/run'],
    ['electron/cli.ts', './cli/planted'],
    ['electron/app/planted.ts', '../ipc/planted'],
    ['electron/preload.ts', 'electron'],
    ['renderer/planted.tsx', '@shared/ipc'],
    ['renderer/planted.tsx', 'react'],
  ];
  const forms = {
    'electron/engine/type.ts': "export type Planted = import('electron').App;",
    'electron/engine/type-import.ts':
      "import type { App } from 'electron';\nexport type Planted = App;",
    'electron/engine/late-import.ts': "export const planted = () => import('electron');",
    'electron/engine/export.ts': "export { app } from 'electron';",
    'electron/engine/export-all.ts': "export * from 'electron';",
    'electron/engine/require.ts': "export const planted: unknown = require('electron');",
  };
  const circle = {
    'shared/circle-a.ts': "import type { B } from './circle-b';\nexport type A = B | 1;\n",
    'shared/circle-b.ts': "import type { A } from './circle-a';\nexport type B = A | 2;\n",
  };
  let found: readonly string[] = [];
  let circles: readonly string[] = [];
  // dependency-cruiser reports Node modules without their prefix.
  const key = (file: string, specifier: string | undefined) =>
    `${file} imports ${specifier?.replace(/^node:/, '') ?? ''}`;
  beforeAll(() => {
    const all = violations({ ...planted([...forbidden, ...allowed]), ...forms, ...circle });
    const isCircle = ({ type }: Violation) => type === 'cycle';
    found = all
      .filter((one) => !isCircle(one))
      .map(({ from, unresolvedTo }) => key(from, unresolvedTo));
    circles = all.filter(isCircle).map(({ from }) => from);
  }, 60_000);

  it.each(forbidden)('are forbidden if %s imports %s', (file, specifier) => {
    expect(found).toContain(key(file, specifier));
  });

  it.each(allowed)('are allowed if %s imports %s', (file, specifier) => {
    expect(found).not.toContain(key(file, specifier));
  });

  it.each(Object.keys(forms))('are detected in %s', (file) => {
    expect(found.filter((one) => one.startsWith(`${file} `))).toHaveLength(1);
  });

  it('are forbidden in a cycle, even if they only import types', () => {
    expect(circles).toContain('shared/circle-a.ts');
  });
});

describe('raw IPC', () => {
  it.each(['ipcMain', 'ipcRenderer'])(
    'is limited to electron/ipc and the preload script: %s',
    async (name) => {
      const code = `import { ${name} } from 'electron';\nexport const used = ${name};`;
      expect(await rulesFor('electron/app/planted.ts', code)).toContain('no-restricted-imports');
      expect(await rulesFor('electron/main.ts', code)).toContain('no-restricted-imports');
      expect(await rulesFor('electron/ipc/planted.ts', code)).toEqual([]);
      expect(await rulesFor('electron/preload.ts', code)).toEqual([]);
    },
  );

  it("can't be imported with all of Electron", async () => {
    const whole = "import * as electron from 'electron';\nexport const used = electron;";
    const byDefault = "import electron from 'electron';\nexport const used = electron;";
    expect(await rulesFor('electron/app/planted.ts', whole)).toContain('no-restricted-imports');
    expect(await rulesFor('electron/app/planted.ts', byDefault)).toContain('no-restricted-imports');
  });
});

describe('disabled lint rules', () => {
  it('require a reason', async () => {
    const line = 'export const used = eval;';
    expect(await rulesFor('shared/planted.ts', `// eslint-disable-next-line\n${line}`)).toContain(
      '@eslint-community/eslint-comments/require-description',
    );
    expect(
      await rulesFor(
        'shared/planted.ts',
        `// eslint-disable-next-line no-restricted-globals -- shows a reason\n${line}`,
      ),
    ).toEqual([]);
  });
});
