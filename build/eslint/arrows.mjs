/**
 * The arrows between the folders: who may import whom. They run down only:
 * renderer → shared ← electron/engine ← electron/ipc, cli, repair ← electron/app.
 *
 * ESLint's own no-restricted-imports sees the text of an import and not the file it leads to; this rule follows
 * relative paths and the aliases of tsconfig.base.json first.
 */
import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** @type {ReadonlyArray<readonly [string, string]>} */
const aliases = [
  ['@shared/', 'shared/'],
  ['@engine/', 'electron/engine/'],
];

const node = new Set(builtinModules);

/** What only the window draws with. */
const drawing = ['react', 'react-dom', 'react-i18next', 'zustand', '@fluentui/'];

/** Everything that reaches out of pure code. */
const outside = ['node:', 'electron', 'electron-log', 'regedit', ...drawing];

/**
 * A folder or file, what of the project it may import, and which packages it may not. The longest matching `from`
 * counts. A path that ends in `/` is a folder, another is a file without its extension. `node:` stands for every
 * module of Node, a name for a package with all its parts.
 * @type {ReadonlyArray<{ from: string, may: readonly string[], packagesNot: readonly string[], why: string }>}
 */
export const ARROWS = [
  {
    from: 'shared/',
    may: ['shared/'],
    packagesNot: outside,
    why: 'shared/ is pure: no Node, no DOM, no Electron, and nothing above it',
  },
  {
    from: 'electron/engine/',
    may: ['shared/', 'electron/engine/'],
    packagesNot: ['electron', 'electron-log', 'node:child_process', 'regedit', ...drawing],
    why: 'the engine asks its Computer: it imports no Electron, spawns nothing, and knows nothing above it',
  },
  {
    from: 'electron/computer/',
    may: ['shared/', 'electron/computer/', 'electron/engine/computer'],
    packagesNot: ['electron', 'electron-log', ...drawing],
    why: 'a computer knows the port of the engine (electron/engine/computer) and nothing above it',
  },
  {
    from: 'electron/report/',
    may: ['shared/', 'electron/engine/', 'electron/report/'],
    packagesNot: ['electron', 'electron-log', 'node:child_process', 'regedit', ...drawing],
    why: 'a report is made from data: it asks no computer and no Electron',
  },
  {
    from: 'electron/repair/',
    may: [
      'shared/',
      'electron/engine/',
      'electron/computer/',
      'electron/report/',
      'electron/repair/',
    ],
    packagesNot: drawing,
    why: 'the repair session stands beside the command line and the IPC, under the app',
  },
  {
    from: 'electron/ipc/',
    may: [
      'shared/',
      'electron/engine/',
      'electron/computer/',
      'electron/report/',
      'electron/repair/',
      'electron/ipc/',
    ],
    packagesNot: ['node:child_process', ...drawing],
    why: 'the router calls what is under it; the app calls the router',
  },
  {
    from: 'electron/cli/',
    may: [
      'shared/',
      'electron/engine/',
      'electron/computer/',
      'electron/report/',
      'electron/repair/',
      'electron/cli/',
    ],
    packagesNot: ['electron', 'electron-log', ...drawing],
    why: 'the command line runs without Electron',
  },
  {
    from: 'electron/cli',
    may: [
      'shared/',
      'electron/engine/',
      'electron/computer/',
      'electron/report/',
      'electron/repair/',
      'electron/cli/',
    ],
    packagesNot: ['electron', 'electron-log', ...drawing],
    why: 'the command line runs without Electron',
  },
  {
    from: 'electron/preload',
    may: ['shared/'],
    packagesNot: ['node:', 'electron-log', 'regedit', ...drawing],
    why: 'a sandboxed preload has Electron and the contract in shared/, nothing else',
  },
  {
    from: 'electron/',
    may: ['shared/', 'electron/'],
    packagesNot: drawing,
    why: 'the privileged side does not know the window',
  },
  {
    from: 'renderer/',
    may: ['shared/', 'renderer/'],
    packagesNot: ['node:', 'electron', 'electron-log', 'regedit'],
    why: 'the window speaks to the privileged side through the contract in shared/ only',
  },
];

/**
 * @param {string} pattern a folder (`a/`) or a file without extension (`a/b`)
 * @param {string} file a path from the root, `/` between its parts
 */
function covers(pattern, file) {
  return pattern.endsWith('/')
    ? file.startsWith(pattern)
    : file.replace(/\.[cm]?[jt]sx?$/, '') === pattern;
}

/** @param {string} file an absolute path */
function fromRoot(file) {
  return path.relative(root, file).split(path.sep).join('/');
}

/** @param {string} file a path from the root */
export function arrowOf(file) {
  return ARROWS.filter(({ from }) => covers(from, file)).sort(
    (a, b) => b.from.length - a.from.length,
  )[0];
}

/**
 * The file an import leads to, from the root and maybe without its extension; null for a package.
 * @param {string} importer an absolute path
 * @param {string} specifier
 */
function target(importer, specifier) {
  if (specifier.startsWith('.')) return fromRoot(path.resolve(path.dirname(importer), specifier));
  for (const [alias, folder] of aliases) {
    if (specifier.startsWith(alias)) {
      return path.posix.normalize(folder + specifier.slice(alias.length));
    }
  }
  return null;
}

/**
 * @param {string} specifier
 * @param {string} forbidden an entry of packagesNot
 */
function isPackage(specifier, forbidden) {
  const bare = specifier.replace(/^node:/, '');
  const isNode = specifier.startsWith('node:') || node.has(bare);
  if (forbidden === 'node:') return isNode;
  if (forbidden.startsWith('node:')) return isNode && bare === forbidden.slice('node:'.length);
  if (forbidden.endsWith('/')) return specifier.startsWith(forbidden);
  return specifier === forbidden || specifier.startsWith(`${forbidden}/`);
}

/** @type {import('eslint').Rule.RuleModule} */
export const arrowsRule = {
  meta: {
    type: 'problem',
    docs: { description: 'Keep the arrows between the folders running down' },
    schema: [],
    messages: { against: "'{{to}}' may not be imported here: {{why}}." },
  },
  create(context) {
    const arrow = arrowOf(fromRoot(context.filename));
    if (arrow === undefined) return {};

    /** @param {unknown} source the node of an import's specifier */
    const check = (source) => {
      const literal = /** @type {import('estree').Literal | null | undefined} */ (source);
      if (literal?.type !== 'Literal' || typeof literal.value !== 'string') return;
      const specifier = literal.value;
      const file = target(context.filename, specifier);
      const allowed =
        file === null
          ? !arrow.packagesNot.some((name) => isPackage(specifier, name))
          : arrow.may.some((pattern) => covers(pattern, file) || pattern === `${file}/`);
      if (!allowed) {
        context.report({
          node: literal,
          messageId: 'against',
          data: { to: specifier, why: arrow.why },
        });
      }
    };

    return {
      ImportDeclaration: (declaration) => {
        check(declaration.source);
      },
      ExportNamedDeclaration: (declaration) => {
        check(declaration.source);
      },
      ExportAllDeclaration: (declaration) => {
        check(declaration.source);
      },
      ImportExpression: (expression) => {
        check(expression.source);
      },
      /** @param {{ source?: unknown }} type `import('…').T` of TypeScript */
      TSImportType: (type) => {
        check(type.source);
      },
      CallExpression: (call) => {
        if (call.callee.type === 'Identifier' && call.callee.name === 'require') {
          check(call.arguments[0]);
        }
      },
    };
  },
};
