/**
 * Runs the scripts of the Windows workflows in the real PowerShell, wrapped like a step by GitHub's
 * runner. They must exit with 0 if all claims are true, and with 1 for each claim that isn't.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FULL, sample } from '../support/sample';
import { CAN_RUN, runSteps, type Fault, type Play } from './lab/scene';

const SCRIPTS = fileURLToPath(new URL('../../build/windows', import.meta.url));

/** The cause that makes a claim untrue. */
type Untrue = Fault | (Omit<Play, 'step'> & { readonly before?: string });

interface Trial {
  readonly arguments: string;
  /** PowerShell code that creates what the script needs. */
  readonly before?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Every claim of the script, with a fault that it detects. */
  readonly claims: Readonly<Record<string, Untrue>>;
}

const doctor = '-Doctor SCENE/program/kms-doctor.exe';
const idle = (match: string, from?: number): Fault => ({
  match,
  idle: true,
  ...(from && { from }),
});
const ends = (match: string, code: number, from?: number): Fault => ({
  match,
  code,
  ...(from && { from }),
});
const prints = (match: string, output: unknown, from?: number): Fault => ({
  match,
  output: typeof output === 'string' ? output : JSON.stringify(output),
  ...(from && { from }),
});

/** Makes every read of a registry value return this text, starting with the given call. */
const reads = (name: string, text: string, from: number): Fault =>
  prints(`^reg.exe query .* /v ${name}$`, `\r\nKEY\r\n    ${name}    REG_SZ    ${text}\r\n`, from);

const report = (check: object): object => ({
  schema: 'kms-doctor/report@1',
  durationMs: 1,
  target: { kind: 'this-pc', elevated: true, roles: ['kms-client'] },
  verdict: { code: 'healthy' },
  procedures: [{ checks: [{ id: 'licensing-service', status: 'pass', reason: null }, check] }],
});
const unread = report({ id: 'events', status: 'unknown', reason: 'tool-failed', summary: 'dead' });
const outbound = (status: string): object => report({ id: 'outbound-firewall', status });
const pinged = (...evidence: object[]): object =>
  report({ id: 'dns-server-ping', status: 'pass', evidence });

const zipped = (file: string): string =>
  `Compress-Archive -Path '${file}' -DestinationPath SCENE/KMS-Doctor-1.0.0-x64-unsigned.zip`;

const SDDL = 'O:BAG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
const classes = {
  older: {
    'root/cimv2': { Kms: { properties: { A: 'string' }, methods: { Do: { X: 'string' } } } },
  },
  newer: {
    'root/cimv2': {
      Kms: { properties: { A: 'string', B: 'string' }, methods: { Do: { X: 'string' }, Undo: {} } },
    },
  },
};
/** Makes Get-CimClass return this class. */
const live = (properties: readonly string[], methods: Readonly<Record<string, string[]>>): Fault =>
  prints('^Get-CimClass', {
    CimClassProperties: properties.map((Name) => ({ Name, CimType: 'String' })),
    CimClassMethods: Object.entries(methods).map(([Name, names]) => ({
      Name,
      Parameters: names.map((one) => ({ Name: one })),
    })),
  });

const fuse = (name: string, position: number, state: 'off' | 'on') => ({
  [`the fuse ${name} is ${state}`]: { match: '^setup', how: `fuse ${position}` },
});

const TRIALS: Readonly<Record<string, Trial>> = {
  'try-installer.ps1': {
    arguments: '-Folder SCENE/release -Newer SCENE/newer',
    claims: {
      'there is an installer': { without: ['release/KMS-Doctor-1.0.0-setup-unsigned.exe'] },
      'there is a newer installer': { without: ['newer/KMS-Doctor-1.0.1-setup-unsigned.exe'] },
      'they have different versions': {
        files: { 'newer/KMS-Doctor-1.0.0-setup-unsigned.exe': '' },
        without: ['newer/KMS-Doctor-1.0.1-setup-unsigned.exe'],
      },
      'the setup KMS-Doctor-1.0.0-setup-unsigned.exe ends with 0': ends('^setup 1.0.0 /S$', 2),
      'the program is in Program Files': idle('^setup 1.0.0 /S$'),
      'the start menu has it': { match: '^setup 1.0.0 /S$', how: 'no-shortcut' },
      'only administrators write the journal': prints('^Get-Acl', {
        Sddl: `${SDDL}(A;OICI;FA;;;BU)`,
      }),
      ...fuse('RunAsNode', 0, 'off'),
      ...fuse('EnableNodeOptionsEnvironmentVariable', 2, 'off'),
      ...fuse('EnableNodeCliInspectArguments', 3, 'off'),
      ...fuse('GrantFileProtocolExtraPrivileges', 7, 'off'),
      ...fuse('EnableEmbeddedAsarIntegrityValidation', 4, 'on'),
      ...fuse('OnlyLoadAppFromAsar', 5, 'on'),
      'the self-test ends with 0': ends('^program --self-test', 1),
      'a switch of Chromium ends the program with 64': ends('^program --remote', 0),
      'kms-doctor.exe explains a code': ends('explain 0xC004F074', 70),
      'kms-doctor.exe gives its exit code': ends('explain nonsense', 0),
      'the program starts': idle('^program$'),
      'the setup KMS-Doctor-1.0.1-setup-unsigned.exe ends with 0': ends('^setup 1.0.1', 1),
      'an upgrade closes the running program': { match: '^setup 1.0.1', how: 'leaves-running' },
      'an upgrade brings the newer version': prints('--version', '1.0.0'),
      'Windows lists one installation': prints(
        '^reg.exe query .*Uninstall',
        '\r\n    DisplayName    REG_SZ    KMS Doctor 1.0.0\r\n    DisplayName    REG_SZ    KMS Doctor 1.0.1\r\n',
      ),
      'it is the one of the newer version': prints(
        '^reg.exe query .*Uninstall',
        '\r\n    DisplayName    REG_SZ    KMS Doctor 1.0.0\r\n',
      ),
      'an upgrade leaves the journal': { match: '^setup 1.0.1', how: 'loses-journal' },
      'the program is removed': idle('^uninstall'),
      'the journal stays': { match: '^uninstall', how: 'loses-journal' },
      'Windows lists no installation': prints(
        '^reg.exe query .*Uninstall',
        '\r\n    DisplayName    REG_SZ    KMS Doctor 1.0.1\r\n',
      ),
      'a one-off repair starts the program': idle('/oneoff$'),
      'it is removed when its window closes': idle('^CloseMainWindow'),
      'the installer of the one-off ends': { match: '/oneoff$', how: 'hangs' },
      'the journal stays after a one-off repair': { match: '/oneoff$', how: 'loses-journal' },
    },
  },
  'unpack.ps1': {
    arguments: '-Folder SCENE -Arch x64 -To SCENE/packed',
    before: zipped('SCENE/program/kms-doctor.exe'),
    claims: {
      'there is one zip for x64': { before: '' },
      'kms-doctor.exe is in it': { before: zipped('SCENE/Windows/System32/reg.exe') },
    },
  },
  'diagnose.ps1': {
    arguments: `${doctor} -Folder SCENE/out`,
    claims: {
      'diagnose ends with a verdict': ends(' diagnose', 2),
      'every check could be read': prints(' diagnose', unread),
    },
  },
  'compare-classes.ps1': {
    arguments: '-List SCENE/classes.json -Output SCENE/live.json',
    files: { 'classes.json': JSON.stringify({ windows: classes }) },
    claims: {
      'classes were compared': { files: { 'classes.json': '{"windows": {"older": {}}}' } },
      'this Windows has what every known Windows has': ends('^Get-CimClass', 1),
    },
  },
  'ping-silent-neighbor.ps1': {
    arguments: `${doctor} -Output SCENE/out.txt`,
    claims: {
      'this PC is in a subnet': prints('^Get-NetIPAddress', [
        { IPAddress: '127.0.0.1', PrefixLength: 8 },
      ]),
      'there is a silent address in the subnet': prints('^ping', 'Reply from x: TTL=64\r\n'),
      'diagnose ends with a verdict --dns 10.0.0.253': ends(' diagnose', 64),
      'the silent address was pinged': prints(' diagnose', pinged()),
      'its silence is no reply': prints(
        ' diagnose',
        pinged({ kind: 'ping', data: { address: '10.0.0.253', replied: true } }),
      ),
    },
  },
  'try-fixes.ps1': {
    arguments: `${doctor} -Restarts 2`,
    claims: {
      'diagnose ends with a verdict': ends(' diagnose', 130),
      'this is elevated': prints(' diagnose', {
        target: { elevated: false, roles: [] },
      }),
      'the fix assign-kms-host is made': ends('fix assign-kms-host', 2),
      'the registry has the assigned host': idle('fix assign-kms-host'),
      'slmgr /dlv names the assigned host': prints(
        '^cscript',
        'KMS machine name: 127.0.0.1:16\r\n',
      ),
      'the activation fails': ends('activate-now', 0),
      'the failed activation has its code': { match: 'activate-now', errors: 'it failed', code: 2 },
      'the fix assign-kms-host is undone': ends('undo assign-kms-host', 2),
      'the registry has the former assignment again': idle('undo assign-kms-host'),
      'the fix set-lookup-domain is made': ends('fix set-lookup-domain', 3),
      'the registry has the lookup domain': idle('fix set-lookup-domain'),
      'the fix set-lookup-domain is undone': ends('undo set-lookup-domain', 4),
      'the registry has the former lookup domain again': idle('undo set-lookup-domain'),
      'the fix return-to-auto-discovery is made': ends('fix return-to-auto-discovery', 4),
      'the registry has no assignment': idle('fix return-to-auto-discovery'),
      'the fix restart-licensing-service is made': ends('fix restart-licensing-service', 4),
      'the service runs after restart 1': prints(
        '^sc.exe queryex',
        'STATE : 1 STOPPED\r\nPID : 0\r\n',
        2,
      ),
      'it is another process after restart 1': idle('fix restart-licensing-service'),
      'the service runs after restart 2': prints('^sc.exe queryex', 'FAILED 1060\r\n', 4),
      'it is another process after restart 2': idle('fix restart-licensing-service', 2),
      'the fix return-to-auto-discovery is undone': ends('undo return-to-auto-discovery', 2),
      'the registry has the assignment again': idle('undo return-to-auto-discovery'),
      'the fix add-dns-suffix is made': ends('fix add-dns-suffix', 2),
      'the registry has the suffix': idle('fix add-dns-suffix'),
      'Windows completes with the suffix': prints('^Get-DnsClientGlobalSetting', {
        SuffixSearchList: [],
      }),
      'the fix add-dns-suffix is undone': ends('undo add-dns-suffix', 2),
      'the registry has the former suffixes again': idle('undo add-dns-suffix'),
      'Windows no longer completes with it': prints(
        '^Get-DnsClientGlobalSetting',
        { SuffixSearchList: ['kms-doctor.test'] },
        2,
      ),
      'a PC that is no KMS host gets a text instead of a rule': ends('fix open-kms-firewall', 0),
      'the inbound rule is as it was': prints('^Get-NetFirewallRule', { Enabled: 'True' }, 2),
      'a rule that blocks port 1688 is found': prints(' diagnose', outbound('pass'), 2),
      'without it nothing is found': prints(' diagnose', outbound('fail'), 3),
    },
  },
  'try-policies.ps1': {
    arguments: `${doctor} -Folder SCENE/out`,
    claims: {
      'every check can be read where only signed scripts run': prints(' diagnose', unread),
      'every check can be read where scripts are disabled': prints(' diagnose', unread, 2),
      'what needs PowerShell names the lockdown as its reason': prints(' diagnose', unread, 3),
      'the creation of processes is audited': ends('^auditpol', 87),
      'Windows refuses the made-up key': ends('install-mak', 0),
      'the program does not print it': {
        match: 'install-mak',
        code: 2,
        errors: 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG',
      },
      'module logging writes events': prints('^Get-WinEvent 4103', ''),
      'module logging has no product key': prints('^Get-WinEvent 4103', [
        { text: 'InputObject BBBBB-CCCCC-DDDDD-FFFFF-NGGGG' },
      ]),
      'script block logging writes events': prints('^Get-WinEvent 4104', ''),
      'script block logging has no product key': prints('^Get-WinEvent 4104', [
        { text: 'one' },
        { text: 'BBBBBCCCCCDDDDDFFFFFNGGGG' },
      ]),
      'the audit of processes writes events': prints('^Get-WinEvent 4688', ''),
      'the audit of processes has no product key': prints('^Get-WinEvent 4688', [
        { text: '-ipk BBBBB-CCCCC-DDDDD-FFFFF-NGGGG' },
      ]),
    },
  },
  'try-standard-user.ps1': {
    arguments: `${doctor} -Folder SCENE/out`,
    claims: {
      'users may read the program': ends('^icacls', 5),
      'diagnose ends with a verdict for a standard user': ends(' diagnose', 2),
      'the user is no administrator': prints(' diagnose', report({ id: 'x', status: 'pass' })),
      'a standard user can read what needs no rights': prints(' diagnose', {
        ...unread,
        target: { kind: 'this-pc', elevated: false },
      }),
      'a change of Windows is refused for want of rights': ends('fix set-lookup-domain', 0),
      'nothing was changed': reads('KeyManagementServiceLookupDomain', 'kms-doctor.test', 2),
    },
  },
  'try-dns-server.ps1': {
    arguments: doctor,
    claims: {
      'the DNS server is installed': prints('^Install-WindowsFeature', { Success: false }),
      'this PC has a network': prints('^Get-NetIPConfiguration', [{ IPv4DefaultGateway: null }]),
      'there is no record at first': prints('^Resolve-DnsName', { NameTarget: 'old.kms.test' }),
      'the fix create-srv-record is made': ends('fix create-srv-record', 2),
      'the DNS server answers with the record': idle('fix create-srv-record'),
      'the fix create-srv-record is undone': ends('undo create-srv-record', 2),
      'the DNS server no longer has it': idle('undo create-srv-record'),
    },
  },
};

/**
 * Selects one claim to make untrue, or all with --full: most scripts take a second or more to reach
 * one.
 */
function tried(claims: Readonly<Record<string, Untrue>>): readonly [string, Untrue][] {
  const all = Object.entries(claims);
  return sample(all, all.length, 1);
}

/** Whether the cause is a fault of a tool, and not a change of the scene. */
const isFault = (untrue: Untrue): untrue is Fault => 'match' in untrue;

it('every script has a trial', () => {
  const scripts = readdirSync(SCRIPTS).filter((name) => name.endsWith('.ps1'));
  expect(Object.keys(TRIALS).sort()).toEqual(
    scripts.filter((name) => name !== 'common.ps1').sort(),
  );
});

describe.skipIf(!CAN_RUN).each(sample(Object.entries(TRIALS), 4))('%s', (name, trial) => {
  const stepAfter = (before = '') => `${before}\r\nbuild/windows/${name} ${trial.arguments}`;
  const right: Play = { step: stepAfter(trial.before), files: trial.files ?? {} };

  it('exits with 0 and makes the listed claims if all is right, and with 1 at each untrue claim', async () => {
    const claims = tried(trial.claims);
    const [end, ...ends] = await runSteps([
      right,
      ...claims.map(([, untrue]) =>
        isFault(untrue)
          ? { ...right, faults: [untrue] }
          : {
              ...right,
              ...untrue,
              step: stepAfter(untrue.before ?? trial.before),
              files: { ...right.files, ...untrue.files },
            },
      ),
    ]);
    expect(end?.output).not.toContain('FAILED');
    expect(end?.code).toBe(0);
    expect([...(end?.claims ?? [])].sort()).toEqual(Object.keys(trial.claims).sort());
    const found = ends.map(({ code, output }) => [
      code,
      /FAILED: Not so: (.*?)\r?$/m.exec(output)?.[1] ?? output,
    ]);
    expect(found).toEqual(claims.map(([claim]) => [1, claim]));
  }, 600_000);
});

it.runIf(CAN_RUN)(
  'try-fixes.ps1 really switches the inbound rule of a KMS host',
  async () => {
    const step = `build/windows/try-fixes.ps1 ${doctor} -Restarts 1`;
    const untrue = [
      { fault: ends('fix open-kms-firewall', 4), claim: 'the fix open-kms-firewall is made' },
      { fault: idle('fix open-kms-firewall'), claim: 'the inbound rule is on' },
      { fault: idle('undo open-kms-firewall'), claim: 'the inbound rule is off again' },
    ].filter(() => FULL);
    const files = { 'kms-host': '' };
    const all = await runSteps([
      { step, files },
      ...untrue.map(({ fault }) => ({ step, files, faults: [fault] })),
    ]);
    const told = all.map(({ code, output }) => [code, /FAILED: (.*?)\r?$/m.exec(output)?.[1]]);
    expect(told).toEqual([[0, undefined], ...untrue.map(({ claim }) => [1, `Not so: ${claim}`])]);
  },
  120_000,
);

it.runIf(CAN_RUN)('compare-classes.ps1 lists missing and new members', async () => {
  const step = 'build/windows/compare-classes.ps1 -List SCENE/classes.json -Output SCENE/live.json';
  const files = { 'classes.json': JSON.stringify({ windows: classes }) };
  const all = await runSteps(
    [
      live(['A', 'C'], { Do: ['X'] }),
      live(['B'], { Do: ['X'] }),
      live(['A'], {}),
      live(['A'], { Do: ['Y'] }),
    ].map((fault) => ({ step, files, faults: [fault] })),
  );
  const told = all.map(({ code, output }) => [code, output.match(/^(?:new|missing): .+$/gm)]);
  expect(told).toEqual([
    // B is only in the newer list.
    [0, ['new: Kms.C']],
    [1, ['new: Kms.B', 'missing: Kms.A']],
    [1, ['missing: Kms.Do()']],
    [1, ['missing: Kms.Do(X)']],
  ]);
});
