/**
 * Who may import whom, kept by dependency-cruiser (`npm run check`). Imports run down only: renderer → shared ←
 * electron/engine ← computer, report ← elevation, fleet ← services ← ipc, cli ← app. And no import runs in a circle.
 */

/** What only the window draws with. */
const DRAWING = ['react', 'react-dom', 'zustand', '@fluentui'];

/**
 * A layer, what of the project it may import, and which packages it may not. `node:` stands for every module of Node.
 * @type {readonly { name: string, from: string, except?: string, may: string, packagesNot: readonly string[], why: string }[]}
 */
const LAYERS = [
  {
    name: 'shared',
    from: '^shared/',
    may: '^shared/',
    packagesNot: ['node:', 'electron', 'electron-log', 'regedit', ...DRAWING],
    why: 'shared/ is pure: no Node, no DOM, no Electron, and nothing above it',
  },
  {
    name: 'engine',
    from: '^electron/engine/',
    may: '^(shared|electron/engine)/',
    packagesNot: ['electron', 'electron-log', 'node:child_process', 'regedit', ...DRAWING],
    why: 'the engine asks its Computer: it imports no Electron, spawns nothing, and knows nothing above it',
  },
  {
    name: 'computer',
    from: '^electron/computer/',
    may: '^(shared/|electron/computer/|electron/engine/(computer|registry-keys|deadline|files)[.]ts$)',
    packagesNot: ['electron', 'electron-log', ...DRAWING],
    why: 'a computer knows the port of the engine and its registry keys, how long its questions wait, how files are replaced, and nothing above',
  },
  {
    name: 'report',
    from: '^electron/report/',
    may: '^(shared|electron/(engine|report))/',
    packagesNot: ['electron', 'electron-log', 'node:child_process', 'regedit', ...DRAWING],
    why: 'a report is made from data: it asks no computer and no Electron',
  },
  {
    name: 'fleet',
    from: '^electron/fleet/',
    may: '^(shared|electron/(engine|computer/scenario|report|fleet))/',
    packagesNot: ['electron', 'electron-log', 'node:child_process', 'regedit', ...DRAWING],
    why: 'what is said of many computers is made from what they brought: it asks none of them',
  },
  {
    name: 'elevation',
    from: '^electron/elevation/',
    may: '^(shared|electron/(engine|computer|report|elevation))/',
    packagesNot: DRAWING,
    why: 'the elevated helper is told what to do through its pipe: it knows no window and no command line',
  },
  {
    name: 'services',
    from: '^electron/services/',
    may: '^(shared|electron/(engine|computer|report|fleet|elevation|services))/',
    packagesNot: ['electron', 'electron-log', 'node:child_process', ...DRAWING],
    why: 'window, command line and elevated helper call the services, which know none of them',
  },
  {
    name: 'ipc',
    from: '^electron/ipc/',
    may: '^(shared|electron/(engine|computer|report|fleet|elevation|services|ipc))/',
    packagesNot: ['node:child_process', ...DRAWING],
    why: 'the router calls what is under it; the app calls the router',
  },
  {
    name: 'cli',
    from: '^electron/cli(/|[.]ts$)',
    may: '^(shared|electron/(engine|computer|report|fleet|elevation|services|cli))/',
    packagesNot: ['electron', 'electron-log', ...DRAWING],
    why: 'the command line runs without Electron',
  },
  {
    name: 'preload',
    from: '^electron/preload[.]ts$',
    may: '^shared/',
    packagesNot: ['node:', 'electron-log', 'regedit', ...DRAWING],
    why: 'a sandboxed preload has Electron and the contract in shared/, nothing else',
  },
  {
    name: 'privileged',
    from: '^electron/(app/|main[.]ts$)',
    may: '^(shared|electron)/',
    packagesNot: DRAWING,
    why: 'the privileged side does not know the window',
  },
  {
    name: 'renderer',
    from: '^renderer/',
    may: '^(shared|renderer)/',
    packagesNot: ['node:', 'electron', 'electron-log', 'regedit'],
    why: 'the window speaks to the privileged side through the contract in shared/ only',
  },
];

/** @param {readonly string[]} names packages as they resolve, or as they are written where they are not installed */
const packagePaths = (names) => [
  `(^|/)node_modules/(${names.join('|')})/`,
  `^(${names.join('|')})($|/[^.]*$)`,
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'what imports in a circle can only be understood and moved together',
      from: {},
      to: { circular: true },
    },
    ...LAYERS.flatMap(({ name, from, may, packagesNot, why }) => {
      const packages = packagesNot.filter((one) => !one.startsWith('node:'));
      const modules = packagesNot
        .filter((one) => one.startsWith('node:') && one !== 'node:')
        .map((one) => one.slice('node:'.length));
      const everyModule = packagesNot.includes('node:');
      return [
        {
          name: `${name}-imports`,
          severity: 'error',
          comment: why,
          from: { path: from },
          to: { path: '^(shared|electron|renderer|build|test)/', pathNot: may },
        },
        {
          name: `${name}-packages`,
          severity: 'error',
          comment: why,
          from: { path: from },
          to: { path: packagePaths(packages) },
        },
        ...(everyModule || modules.length > 0
          ? [
              {
                name: `${name}-node`,
                severity: 'error',
                comment: why,
                from: { path: from },
                to: {
                  dependencyTypes: ['core'],
                  ...(everyModule ? {} : { path: `^(${modules.join('|')})$` }),
                },
              },
            ]
          : []),
      ];
    }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'] },
  },
};
