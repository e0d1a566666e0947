/**
 * Allowed imports, enforced by dependency-cruiser (`npm run check`). Imports only point downward: renderer → shared ←
 * electron/engine ← computer, report ← elevation, fleet ← services ← ipc, cli ← app. Import cycles are forbidden.
 */

/** UI packages that only the window may import. */
const UI_PACKAGES = ['react', 'react-dom', 'zustand', '@fluentui'];

/**
 * Layers: the project folders each may import, and the packages it may not. `node:` stands for all Node modules.
 * @type {readonly { name: string, from: string, except?: string, may: string, packagesNot: readonly string[], why: string }[]}
 */
const LAYERS = [
  {
    name: 'shared',
    from: '^shared/',
    may: '^shared/',
    packagesNot: ['node:', 'electron', 'electron-log', 'regedit', ...UI_PACKAGES],
    why: 'shared/ is pure: no Node, no DOM, no Electron, and nothing from higher layers',
  },
  {
    name: 'engine',
    from: '^electron/engine/',
    may: '^(shared|electron/engine)/',
    packagesNot: ['electron', 'electron-log', 'node:child_process', 'regedit', ...UI_PACKAGES],
    why: 'the engine only talks to its Computer: no Electron, no child processes, and nothing from higher layers',
  },
  {
    name: 'computer',
    from: '^electron/computer/',
    may: '^(shared/|electron/computer/|electron/engine/(computer|registry-keys|deadline|files)[.]ts$)',
    packagesNot: ['electron', 'electron-log', ...UI_PACKAGES],
    why: 'from the engine, a computer imports only the Computer interface, registry keys, deadlines and file helpers',
  },
  {
    name: 'report',
    from: '^electron/report/',
    may: '^(shared|electron/(engine|report))/',
    packagesNot: ['electron', 'electron-log', 'node:child_process', 'regedit', ...UI_PACKAGES],
    why: 'a report is generated from data, without querying a computer or Electron',
  },
  {
    name: 'fleet',
    from: '^electron/fleet/',
    may: '^(shared|electron/(engine|computer/scenario|report|fleet))/',
    packagesNot: ['electron', 'electron-log', 'node:child_process', 'regedit', ...UI_PACKAGES],
    why: 'fleet results are generated from collected data, without querying any computer',
  },
  {
    name: 'elevation',
    from: '^electron/elevation/',
    may: '^(shared|electron/(engine|computer|report|elevation))/',
    packagesNot: UI_PACKAGES,
    why: 'the elevated helper gets its requests through its pipe and depends on neither window nor command line',
  },
  {
    name: 'services',
    from: '^electron/services/',
    may: '^(shared|electron/(engine|computer|report|fleet|elevation|services))/',
    packagesNot: ['electron', 'electron-log', 'node:child_process', ...UI_PACKAGES],
    why: 'window, command line and elevated helper call the services, never the other way around',
  },
  {
    name: 'ipc',
    from: '^electron/ipc/',
    may: '^(shared|electron/(engine|computer|report|fleet|elevation|services|ipc))/',
    packagesNot: ['node:child_process', ...UI_PACKAGES],
    why: 'the router calls lower layers; the app calls the router',
  },
  {
    name: 'cli',
    from: '^electron/cli(/|[.]ts$)',
    may: '^(shared|electron/(engine|computer|report|fleet|elevation|services|cli))/',
    packagesNot: ['electron', 'electron-log', ...UI_PACKAGES],
    why: 'the command line runs without Electron',
  },
  {
    name: 'preload',
    from: '^electron/preload[.]ts$',
    may: '^shared/',
    packagesNot: ['node:', 'electron-log', 'regedit', ...UI_PACKAGES],
    why: 'a sandboxed preload has only Electron and the contract in shared/',
  },
  {
    name: 'privileged',
    from: '^electron/(app/|main[.]ts$)',
    may: '^(shared|electron)/',
    packagesNot: UI_PACKAGES,
    why: 'the main process does not depend on the window',
  },
  {
    name: 'renderer',
    from: '^renderer/',
    may: '^(shared|renderer)/',
    packagesNot: ['node:', 'electron', 'electron-log', 'regedit'],
    why: 'the window talks to the main process only through the contract in shared/',
  },
];

/** @param {readonly string[]} names packages, matched as resolved or, if not installed, as written in the import */
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
      comment: 'modules in an import cycle can only be understood and moved together',
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
