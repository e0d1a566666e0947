/**
 * What the scripts of build/windows/ find on a Windows, as one program: Windows' tools, cmdlets, an installer, the
 * installed program and kms-doctor. A scene is a folder that `TOOL=scene` makes; the programs in it are short files
 * that name a tool and come here. `faults.json` in it says where a tool does something else than it should.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SPP = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
const TCPIP = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';
const UNINSTALL = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\KMS';

/** In Electron's programs the fuses stand behind this mark; version 1, nine of them. */
const FUSES = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0009010011001`;

/** How long an installer waits for a window that is not closed: longer than a script does, whose time goes faster. */
const PATIENCE_MS = 15_000;

/** Windows' own programs that the scripts start. */
const SYSTEM32 = ['reg', 'sc', 'cscript', 'ping', 'auditpol', 'icacls'].map(
  (name) => `${name}.exe`,
);

/**
 * @typedef {Record<string, Record<string, unknown>>} Methods
 * @typedef {{ properties: object, methods: Methods }} Class
 * @typedef {{ windows: Record<string, Record<string, Record<string, Class>>> }} Classes
 * @typedef {{ match: string, from?: number, code?: number, output?: string, errors?: string, idle?: boolean, how?: string }} Fault
 * @typedef {{ registry: Record<string, string>, service: number, undo: Record<string, Record<string, string | null>>,
 *   rules: Record<string, string>, records: string[], counts: number[], version: string }} State
 */

const scene = process.env['SCENE'] ?? '';
const [tool = '', version = ''] = (process.env['TOOL'] ?? '').split(' ');
const args = process.argv.slice(2);
const line = [process.env['TOOL'], ...args].join(' ');
/** @param {string} name */
const at = (name) => path.join(scene, ...name.split('/'));
/** @param {string} name @returns {unknown} */
const readJson = (name) => JSON.parse(readFileSync(at(name), 'utf8'));
const PROGRAM = at('Program Files/KMS Doctor/KMS Doctor.exe');
/** There while the window is open, in the eyes of Get-Process. */
const RUNNING = at('running');

if (tool === 'scene') {
  for (const name of SYSTEM32) makeProgram(at(`Windows/System32/${name}`), name);
  makeProgram(at('release/KMS-Doctor-1.0.0-setup-unsigned.exe'), 'setup 1.0.0');
  makeProgram(at('newer/KMS-Doctor-1.0.1-setup-unsigned.exe'), 'setup 1.0.1');
  makeProgram(at('program/kms-doctor.exe'), 'kms-doctor');
  /** @type {State} */
  const fresh = {
    registry: {
      [`${SPP}\\KeyManagementServiceName`]: 'kms.contoso.test',
      [`${SPP}\\KeyManagementServicePort`]: '1688',
    },
    service: 1000,
    undo: {},
    rules: { 'SPPSVC-In-TCP': 'False' },
    records: [],
    counts: [],
    version: '1.0.0',
  };
  writeFileSync(at('state.json'), JSON.stringify(fresh));
  process.exit(0);
}

const state = /** @type {State} */ (readJson('state.json'));
const before = JSON.stringify(state);
const faults = /** @type {Fault[]} */ (readJson('faults.json'));
const fault = faults.find(({ match, from = 1 }, index) => {
  if (!new RegExp(match).test(line)) return false;
  state.counts[index] = (state.counts[index] ?? 0) + 1;
  return (state.counts[index] ?? 0) >= from;
});
const isHost = existsSync(at('kms-host'));
const isIdle = fault?.idle === true;
const how = fault?.how ?? '';

/** In one move, and only where something changed: an installer and a cmdlet may be at work at once. */
const save = () => {
  const text = JSON.stringify(state);
  if (text === before) return;
  const draft = at(`state-${process.pid}.json`);
  writeFileSync(draft, text);
  renameSync(draft, at('state.json'));
};

/**
 * A file that a person would call a program.
 * @param {string} file
 * @param {string} what the tool that it is
 * @param {string} [more] bytes behind it
 */
function makeProgram(file, what, more = '') {
  mkdirSync(path.dirname(file), { recursive: true });
  const code = `process.env.TOOL = ${JSON.stringify(what)}; import(${JSON.stringify(import.meta.url)});`;
  writeFileSync(file, `#!${process.execPath}\n${code}\n//${more}\n`, { mode: 0o755 });
}

function install() {
  const flipped = /^fuse (\d)$/.exec(how)?.[1];
  const fuses = FUSES.replace(/[01]{9}$/, (all) =>
    all.replace(/./g, (bit, at) => (String(at) === flipped ? String(1 - Number(bit)) : bit)),
  );
  makeProgram(PROGRAM, 'program', fuses);
  makeProgram(at('Program Files/KMS Doctor/kms-doctor.exe'), 'kms-doctor');
  makeProgram(at('Program Files/KMS Doctor/Uninstall KMS Doctor.exe'), 'uninstall');
  mkdirSync(at('ProgramData/KMS Doctor'), { recursive: true });
  mkdirSync(at('ProgramData/Microsoft/Windows/Start Menu/Programs'), { recursive: true });
  const shortcut = at('ProgramData/Microsoft/Windows/Start Menu/Programs/KMS Doctor.lnk');
  if (how !== 'no-shortcut') writeFileSync(shortcut, '');
  state.version = version;
  state.registry[`${UNINSTALL}\\DisplayName`] = `KMS Doctor ${version}`;
  if (how !== 'leaves-running') rmSync(RUNNING, { force: true });
  loseJournal();
}

function loseJournal() {
  if (how === 'loses-journal') rmSync(at('ProgramData/KMS Doctor'), { recursive: true });
}

function uninstall() {
  rmSync(at('Program Files/KMS Doctor'), { recursive: true, force: true });
  Reflect.deleteProperty(state.registry, `${UNINSTALL}\\DisplayName`);
}

/** @param {string} key @param {string} name */
const value = (key, name) => state.registry[`${key}\\${name}`];

/** What each fix changes in the registry. @type {Record<string, (given: Record<string, string>) => Record<string, string | null>>} */
const FIXES = {
  'assign-kms-host': ({ host = '', port = '' }) => ({
    [`${SPP}\\KeyManagementServiceName`]: host,
    [`${SPP}\\KeyManagementServicePort`]: port,
  }),
  'return-to-auto-discovery': () => ({
    [`${SPP}\\KeyManagementServiceName`]: null,
    [`${SPP}\\KeyManagementServicePort`]: null,
  }),
  'set-lookup-domain': ({ domain = '' }) => ({
    [`${SPP}\\KeyManagementServiceLookupDomain`]: domain,
  }),
  'add-dns-suffix': ({ domain = '' }) => ({ [`${TCPIP}\\SearchList`]: domain }),
  'restart-licensing-service': () => {
    if (!isIdle) state.service += 4;
    return {};
  },
  'create-srv-record': ({ host = '' }) => {
    if (!isIdle) state.records = [host];
    return {};
  },
  'open-kms-firewall': () => {
    if (!isIdle) state.rules['SPPSVC-In-TCP'] = 'True';
    return {};
  },
};

/** @param {Record<string, string | null>} values */
function change(values) {
  /** @type {Record<string, string | null>} */
  const former = {};
  for (const [name, text] of Object.entries(values)) {
    former[name] = state.registry[name] ?? null;
    if (isIdle) continue;
    if (text === null) Reflect.deleteProperty(state.registry, name);
    else state.registry[name] = text;
  }
  return former;
}

function report() {
  const isConstrained = Object.keys(state.registry).some((name) =>
    name.endsWith('__PSLockdownPolicy'),
  );
  const asked = args[args.indexOf('--dns') + 1];
  const blocks = 'kms-doctor-lab' in state.rules;
  return {
    schema: 'kms-doctor/report@1',
    target: {
      kind: 'this-pc',
      elevated: process.env['AS_USER'] === undefined,
      roles: [isHost ? 'kms-host' : 'kms-client'],
    },
    durationMs: 900,
    verdict: { code: 'healthy' },
    procedures: [
      {
        checks: [
          {
            id: 'licensing-service',
            status: isConstrained ? 'unknown' : 'pass',
            reason: isConstrained ? 'access-denied' : null,
            summary: '',
            evidence: [],
          },
          { id: 'outbound-firewall', status: blocks ? 'fail' : 'pass', reason: null, evidence: [] },
          {
            id: 'dns-server-ping',
            status: 'warn',
            reason: null,
            evidence: [{ kind: 'ping', data: { address: asked, replied: false } }],
          },
        ],
      },
    ],
  };
}

/** @returns {{ code: number, output?: string, errors?: string }} */
function doctor() {
  const [command = '', what = ''] = args;
  if (command === '--version') return { code: 0, output: `${state.version}\n` };
  if (command === 'explain') return { code: what === 'nonsense' ? 64 : 0 };
  if (command === 'diagnose') {
    const folder = args[args.indexOf('--record') + 1] ?? '';
    if (args.includes('--record') && !isIdle) {
      mkdirSync(folder, { recursive: true });
      for (let i = 0; i < 12; i += 1) {
        writeFileSync(
          path.join(folder, `${i}.json`),
          '{"schema": "kms-doctor/raw-answer@1", "value": "XXXXX-XXXXX-XXXXX-XXXXX-NGGGG"}',
        );
      }
    }
    return { code: 1, output: JSON.stringify(report()) };
  }
  if (command === 'undo') {
    if (what.startsWith('create-srv-record') && !isIdle) state.records = [];
    if (what.startsWith('open-kms-firewall') && !isIdle) state.rules['SPPSVC-In-TCP'] = 'False';
    change(state.undo[what] ?? {});
    return { code: 0, output: '{}' };
  }
  if (process.env['AS_USER'] !== undefined) return { code: 3 };
  if (what === 'activate-now')
    return { code: 2, errors: 'The KMS host could not be reached: 0xC004F074' };
  if (what === 'install-mak')
    return { code: 2, errors: 'Windows refuses the key …-NGGGG: 0xC004F050' };
  if (what === 'open-kms-firewall' && !isHost) return { code: 4 };
  /** @type {Record<string, string>} */
  const given = {};
  for (const [index, one] of args.entries()) {
    const [name = '', text = ''] = one.split('=');
    if (args[index - 1] === '--param') given[name] = text;
  }
  const entry = `${what}-${Object.keys(state.undo).length}`;
  state.undo[entry] = change(FIXES[what]?.(given) ?? {});
  return { code: 0, output: JSON.stringify({ fix: what, entry }) };
}

function registry() {
  const [command, key = '', , name = '', , , , data = ''] = args;
  const full = `${key}\\${name}`;
  if (command === 'add') {
    if (!isIdle) state.registry[full] = data;
    return { code: 0 };
  }
  if (command === 'delete') {
    for (const known of Object.keys(state.registry)) {
      if (known === full || (args[2] === '/f' && known.startsWith(key)))
        Reflect.deleteProperty(state.registry, known);
    }
    return { code: 0 };
  }
  const wanted = args.includes('/s')
    ? Object.keys(state.registry).filter((known) => known.startsWith(key))
    : [full].filter((known) => known in state.registry);
  const lines = wanted.map((known) => {
    const text = state.registry[known] ?? '';
    return `${known.slice(0, known.lastIndexOf('\\'))}\r\n    ${path.win32.basename(known)}    REG_SZ    ${text}`;
  });
  return { code: wanted.length > 0 ? 0 : 1, output: `\r\n${lines.join('\r\n')}\r\n` };
}

const isReachable = () => args[args.length - 1] === '10.0.0.254';
/** @param {string} name of a parameter of a cmdlet */
const given = (name) => args[args.indexOf(`-${name}`) + 1] ?? '';
/** @param {unknown} object */
const gives = (object) => ({ code: 0, output: JSON.stringify(object) });

/** @type {Record<string, () => { code: number, output?: string, errors?: string }>} */
const TOOLS = {
  'kms-doctor': doctor,
  'reg.exe': registry,
  'sc.exe': () => ({
    code: 0,
    output: `\r\nSERVICE_NAME: sppsvc\r\n        STATE              : 4  RUNNING\r\n        PID                : ${state.service}\r\n`,
  }),
  'cscript.exe': () => {
    const text = [value(SPP, 'KeyManagementServiceName'), value(SPP, 'KeyManagementServicePort')];
    return { code: 0, output: `Registered KMS machine name: ${text.join(':')}\r\n` };
  },
  'ping.exe': () => ({
    code: 0,
    output: isReachable()
      ? 'Reply from 10.0.0.254: bytes=32 time=1ms TTL=64\r\n'
      : 'Reply from 10.0.0.5: Destination host unreachable.\r\n',
  }),
  'auditpol.exe': () => ({ code: 0 }),
  'icacls.exe': () => ({ code: 0 }),
  setup: () => {
    if (!isIdle) install();
    if (!args.includes('/oneoff') || isIdle) return { code: 0 };
    writeFileSync(RUNNING, '');
    const started = performance.now();
    const watch = setInterval(() => {
      // Nobody waits for it any more; while it runs, the output of the script stays open.
      if (performance.now() - started > PATIENCE_MS) process.exit(1);
      if (existsSync(RUNNING)) return;
      clearInterval(watch);
      uninstall();
      save();
      if (how === 'hangs') setTimeout(() => undefined, PATIENCE_MS);
    }, 50);
    return { code: 0 };
  },
  uninstall: () => {
    if (!isIdle) uninstall();
    loseJournal();
    return { code: 0 };
  },
  program: () => {
    const [argument] = args;
    if (argument === '--self-test') return { code: 0 };
    if (argument !== undefined) return { code: 64 };
    if (!isIdle) writeFileSync(RUNNING, '');
    return { code: 0 };
  },
  'Get-Process': () => gives(existsSync(RUNNING) ? [{ Path: PROGRAM }] : []),
  CloseMainWindow: () => {
    if (!isIdle) rmSync(RUNNING, { force: true });
    return { code: 0 };
  },
  'Get-Acl': () =>
    gives({ Sddl: 'O:BAG:DUD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;BU)' }),
  'Get-DnsClientGlobalSetting': () =>
    gives({ SuffixSearchList: (value(TCPIP, 'SearchList') ?? '').split(',') }),
  'Get-NetFirewallRule': () => gives({ Enabled: state.rules['SPPSVC-In-TCP'] }),
  'Disable-NetFirewallRule': () => {
    state.rules['SPPSVC-In-TCP'] = 'False';
    return { code: 0 };
  },
  'New-NetFirewallRule': () => {
    state.rules[given('Name')] = 'True';
    return { code: 0 };
  },
  'Remove-NetFirewallRule': () => {
    Reflect.deleteProperty(state.rules, given('Name'));
    return { code: 0 };
  },
  'Get-NetIPAddress': () =>
    gives([
      { IPAddress: '127.0.0.1', PrefixLength: 8 },
      { IPAddress: '10.0.0.5', PrefixLength: 24 },
    ]),
  'Get-WinEvent': () => gives([{ text: 'an event without any key' }]),
  'Install-WindowsFeature': () => gives({ Success: true }),
  'Get-NetIPConfiguration': () => gives([{ InterfaceIndex: 7, IPv4DefaultGateway: {} }]),
  'Get-DnsClientServerAddress': () => gives({ ServerAddresses: ['10.0.0.53'] }),
  'Set-DnsClientServerAddress': () => ({ code: 0 }),
  'Add-DnsServerPrimaryZone': () => ({ code: 0 }),
  'Add-DnsServerForwarder': () => ({ code: 0 }),
  'Resolve-DnsName': () =>
    gives([...state.records.map((target) => ({ NameTarget: target })), { Name: 'an address' }]),
  'Get-CimClass': () => {
    const known = /** @type {Classes} */ (readJson('classes.json')).windows['newer'];
    const found = known?.[given('Namespace')]?.[given('ClassName')];
    const { properties, methods } = found ?? { properties: {}, methods: {} };
    return gives({
      CimClassProperties: Object.keys(properties).map((name) => ({
        Name: name,
        CimType: 'String',
      })),
      CimClassMethods: Object.keys(methods).map((name) => ({
        Name: name,
        Parameters: Object.keys(methods[name] ?? {}).map((argument) => ({ Name: argument })),
      })),
    });
  },
  'Test-WSMan': () => gives({ ProductVersion: 'OS: 0.0.0 SP: 0.0 Stack: 3.0' }),
  'New-LocalUser': () => ({ code: 0 }),
  'Add-LocalGroupMember': () => ({ code: 0 }),
  'Remove-LocalUser': () => ({ code: 0 }),
};

const result = TOOLS[tool]?.() ?? { code: 99, errors: `no double for ${tool}` };
save();
process.stdout.write(fault?.output ?? result.output ?? '');
process.stderr.write(fault?.errors ?? result.errors ?? '');
process.exitCode = fault?.code ?? result.code;
