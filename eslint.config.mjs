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
      // One program for everything: each of the five that tsc checks would reload the types of Node, React and Vite.
      parserOptions: {
        project: 'build/tsconfig.lint.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@eslint-community/eslint-comments/require-description': 'error',
      eqeqeq: 'error',
      // TypeScript already reports undefined names.
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
      // A type parameter used only once still lets the caller name the expected result type.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // An interface method may be async because another implementation awaits.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // Raw IPC is confined to two places; everything else goes through the typed wrappers of electron/ipc/.
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
    // Tests know their own fixtures.
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Node's test runner awaits its own promises.
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
    // Scripts write to the terminal.
    files: ['build/**', 'test/**'],
    rules: { 'no-console': 'off' },
  },
);
