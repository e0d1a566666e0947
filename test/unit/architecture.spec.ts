import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { ARROWS } from '../../build/eslint/arrows.mjs';

/** The project's own configuration; only the rules that need a file on the disk for its types are off. */
const eslint = new ESLint({
  cwd: process.cwd(),
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false } } },
  ],
});

/** The ids of the rules that fire for a file with this text. */
async function rulesFor(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: file });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

function imports(specifier: string): string {
  return `import { thing } from '${specifier}';\nexport const used = thing;`;
}

describe('the arrows between the folders', () => {
  const against: [file: string, specifier: string][] = [
    ['shared/planted.ts', 'node:fs'],
    ['shared/planted.ts', 'fs/promises'],
    ['shared/planted.ts', 'electron'],
    ['shared/planted.ts', 'react'],
    ['shared/planted.ts', 'react-dom/client'],
    ['shared/planted.ts', '../renderer/planted'],
    ['shared/catalogue/planted.ts', '../../electron/engine/planted'],
    ['shared/planted.ts', '@engine/computer'],
    ['electron/engine/planted.ts', 'electron'],
    ['electron/engine/planted.ts', 'electron/main'],
    ['electron/engine/planted.ts', 'node:child_process'],
    ['electron/engine/planted.ts', 'child_process'],
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
    ['electron/repair/planted.ts', '../app/planted'],
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
    ['renderer/parts/planted.tsx', '@engine/computer'],
  ];

  it.each(against)('%s may not import %s', async (file, specifier) => {
    expect(await rulesFor(file, imports(specifier))).toContain('kms/arrows');
  });

  const along: [file: string, specifier: string][] = [
    ['shared/planted.ts', './names'],
    ['shared/catalogue/planted.ts', '../names'],
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

  it.each(along)('%s may import %s', async (file, specifier) => {
    expect(await rulesFor(file, imports(specifier))).toEqual([]);
  });

  it.each([
    ['a type', "export type Planted = import('electron').App;"],
    ['a type import', "import type { App } from 'electron';\nexport type Planted = App;"],
    ['a late import', "export const planted = () => import('electron');"],
    ['an export', "export { app } from 'electron';"],
    ['an export of everything', "export * from 'electron';"],
    ['require', "export const planted: unknown = require('electron');"],
  ])('sees %s', async (_form, code) => {
    expect(await rulesFor('electron/engine/planted.ts', code)).toContain('kms/arrows');
  });

  it('names only folders that this test plants a file in', () => {
    const planted = against.map(([file]) => file.replace(/\.tsx?$/, ''));
    for (const { from } of ARROWS) {
      expect(
        planted.some((file) => file === from || file.startsWith(from)),
        from,
      ).toBe(true);
    }
  });
});

describe('raw IPC', () => {
  it.each(['ipcMain', 'ipcRenderer'])('keeps %s out of the app', async (name) => {
    const code = `import { ${name} } from 'electron';\nexport const used = ${name};`;
    expect(await rulesFor('electron/app/planted.ts', code)).toContain('no-restricted-imports');
    expect(await rulesFor('electron/main.ts', code)).toContain('no-restricted-imports');
    expect(await rulesFor('electron/ipc/planted.ts', code)).toEqual([]);
    expect(await rulesFor('electron/preload.ts', code)).toEqual([]);
  });

  it('does not come in with all of Electron either', async () => {
    const whole = "import * as electron from 'electron';\nexport const used = electron;";
    const byDefault = "import electron from 'electron';\nexport const used = electron;";
    expect(await rulesFor('electron/app/planted.ts', whole)).toContain('no-restricted-imports');
    expect(await rulesFor('electron/app/planted.ts', byDefault)).toContain('no-restricted-imports');
  });
});

describe('rules that are switched off', () => {
  it('need a reason beside them', async () => {
    const line = 'export const used = eval;';
    expect(await rulesFor('shared/planted.ts', `// eslint-disable-next-line\n${line}`)).toContain(
      'kms/disable-with-reason',
    );
    expect(
      await rulesFor(
        'shared/planted.ts',
        `// eslint-disable-next-line no-restricted-globals -- shows a reason\n${line}`,
      ),
    ).toEqual([]);
  });
});
