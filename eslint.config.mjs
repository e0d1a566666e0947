import comments from '@eslint-community/eslint-plugin-eslint-comments/configs';
import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['dist/', 'release/', '.cache/', 'coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  comments.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      // One program for everything: each of the five that tsc checks would read Node's, React's and Vite's types anew.
      parserOptions: {
        project: 'build/tsconfig.lint.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@eslint-community/eslint-comments/require-description': 'error',
      eqeqeq: 'error',
      // TypeScript knows what is defined where.
      'no-undef': 'off',
      'no-console': 'error',
      'no-restricted-globals': ['error', 'eval'],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // A parameter that stands once still names what the caller expects back.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A method of a port is async because another implementation of it waits.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // Raw IPC has two homes; everything else goes through the typed wrappers of electron/ipc/.
    files: ['electron/**', 'renderer/**', 'shared/**'],
    ignores: ['electron/ipc/**', 'electron/preload.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'electron',
              importNames: ['ipcMain', 'ipcRenderer', 'default'],
              message: 'Raw IPC belongs in electron/ipc/ and electron/preload.ts.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    ...reactHooks.configs.flat.recommended,
  },
  {
    // Tests know what they planted.
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Node's runner awaits its tests itself.
    files: ['test/wine/suite/**'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['test', 'describe', 'suite', 'it'], package: 'node:test' },
          ],
        },
      ],
    },
  },
  {
    // Scripts speak to the person at the terminal.
    files: ['build/**', 'test/**'],
    rules: { 'no-console': 'off' },
  },
);
