import { getEventListeners } from 'node:events';
import { PassThrough } from 'node:stream';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { LANGUAGES, translator } from '@shared/i18n';
import { Unreadable, type Computer } from '@engine/computer';
import { execute } from '@engine/changes/executor';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { Journal } from '@engine/journal/journal';
import { diagnose } from '@engine/run';
import { readLine } from '../../../electron/cli/console';
import { runJournal } from '../../../electron/cli/journal';
import { UsageError } from '../../../electron/cli/options';
import { caseFile, readCase } from '../../scenarios/cases';
import { Bench, comparable, editJournal, FAKE_KEY } from '../engine/fixes/fix-harness';
import { runCli } from './run-cli';

let bench: Bench | undefined;
afterEach(() => bench?.remove());

const open = (name: string, computer: object = {}): Bench => {
  const scenario = readCase(name);
  bench = new Bench({ ...scenario, computer: { ...scenario.computer, ...computer } });
  return bench;
};
const missing = 'srv-record-missing/record-missing';
const record = { domain: 'contoso.com', host: 'kms1.contoso.com', method: 'windows-dns' };
const json = (out: string) => JSON.parse(out) as Record<string, unknown>;

describe('fix output', () => {
  it('with --dry-run is a plan document and nothing else', async () => {
    const { code, out, err } = await open(missing).fix('create-srv-record', record, {
      dryRun: true,
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const plan = json(out);
    expect(Object.keys(plan)).toEqual(['schema', 'fix', 'parameters', 'changes', 'handover']);
    expect(plan).toMatchObject({
      schema: 'kms-doctor/plan@1',
      fix: 'create-srv-record',
      parameters: { ...record, port: 1688, priority: 0, weight: 0, ttl: 3600, zone: 'contoso.com' },
      handover: null,
    });
    const [change] = plan['changes'] as object[];
    expect(Object.keys(change!)).toEqual([
      'kind',
      'title',
      'byHand',
      'before',
      'after',
      'undoable',
    ]);
  });

  it('warns that whatever set the host may set it again', async () => {
    const scenario = caseFile('assigned-host-unresolvable/name-gone');
    const words = ['fix', 'return-to-auto-discovery', '--dry-run', '--scenario', scenario];
    const { stdout } = await runCli(...words, '--lang', 'en');
    expect(stdout).toMatch(/^Risk.*Group Policy preference, a script, or a management tool/m);
  });

  it('contains no Node.js warnings, however many queries run in parallel', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', listen);
    const names = ['a.com', 'b.com', 'c.com', 'd.com'];
    const servers = ['10.0.0.10', '10.0.0.11'];
    bench = new Bench({
      schema: 'kms-doctor/scenario@1',
      computer: { dnsSuffixSearchList: names },
      adapters: [{ dnsServers: servers }],
      dns: { servers: Object.fromEntries(servers.map((one) => [one, { records: [] }])) },
    });
    const { code } = await bench.fix('assign-kms-host', { host: 'kms5' }, { dryRun: true });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect({ code, warnings }).toEqual({ code: 0, warnings: [] });
  });

  it('is an outcome document whose entry is in the journal', async () => {
    const { out } = await open(missing).fix('assign-kms-host', { host: 'kms1.contoso.com' });
    expect(Object.keys(json(out))).toEqual(['schema', 'fix', 'entry', 'result', 'plan', 'verdict']);
    const [entry] = await bench!.journal();
    expect(Object.keys(entry!)).toEqual([
      'entry',
      'fix',
      'target',
      'at',
      'state',
      'treatment',
      'changes',
    ]);
    expect(entry).toMatchObject({
      entry: json(out)['entry'],
      target: 'PC-042',
      state: 'applied',
    });
  });

  it('as text shows the steps, the risk, and that it cannot be undone, in each language', async () => {
    for (const language of LANGUAGES) {
      const t = translator(language);
      const pc = open('not-a-kms-client/retail-key-in-grace');
      const options = { json: false, dryRun: true, language, stdin: FAKE_KEY };
      const { out } = await pc.fix('install-mak', { productKey: '-' }, options);
      expect(out).toContain('slmgr.vbs -ipk XXXXX-XXXXX-XXXXX-XXXXX-N6789');
      expect(out).toContain(t('fixes.install-mak.risk'));
      expect(out).toContain(t('changes.activation.noWayBack'));
      pc.remove();
    }
  });
});

describe('fix', () => {
  it('exits with 3 without administrator rights and changes nothing', async () => {
    const pc = open(missing, { elevated: false });
    const before = pc.document;
    const ended = await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
    expect(ended.code).toBe(3);
    expect(ended.err).toContain('administrator');
    expect(pc.document).toEqual(before);
    expect(await pc.journal()).toEqual([]);
    expect((await pc.fix('assign-kms-host', { host: 'kms1' }, { dryRun: true })).code).toBe(0);
  });

  it('applies the change with a warning if the administrator rights are unknown', async () => {
    const pc = open(missing);
    const unsure = (computer: Computer): Computer => ({
      ...computer,
      system: async (signal) => ({ ...(await computer.system(signal)), elevated: null }),
    });
    const host = { host: 'kms1.contoso.com' };
    const ended = await pc.fix('assign-kms-host', host, { wrap: unsure });
    expect(ended.code).toBe(1);
    expect(ended.err).toContain(translator('en')('fixes.rightsUnknown'));
  });

  it('exits with 4 without a terminal or --yes', async () => {
    const pc = open(missing);
    const before = pc.document;
    const ended = await pc.fix('assign-kms-host', { host: 'kms1' }, { yes: false });
    expect(ended.code).toBe(4);
    expect(ended.err).toContain('--yes');
    expect(pc.document).toEqual(before);
  });

  it.each([
    ['return-to-auto-discovery', {}, 'found'],
    ['set-lookup-domain', { domain: 'contoso.com' }, 'needsWindows'],
  ] as const)('exits with 4 if %s does not apply', async (fix, params, why) => {
    const pc = open(why === 'found' ? missing : 'healthy/seen-from-the-network');
    const ended = await pc.fix(fix, params);
    expect(ended.code).toBe(4);
    expect(ended.out).toBe('');
    expect(ended.err).toMatch(why === 'found' ? /already/ : /Windows/);
  });

  it('exits with 4 if the previous state cannot be read', async () => {
    const scenario = readCase(missing);
    bench = new Bench({ ...scenario, faults: { powershell: 'denied', registry: 'denied' } });
    const ended = await bench.fix('assign-kms-host', { host: 'kms1.contoso.com' });
    expect(ended.code).toBe(4);
    expect(ended.err).toContain("couldn't be read");
  });

  it('exits with 64 for invalid parameters and suggests corrections', async () => {
    const pc = open(missing);
    const ended = await pc.fix('assign-kms-host', { host: 'fe80::1:1688', port: '0', x: 'y' });
    expect(ended.code).toBe(64);
    expect(ended.out).toBe('');
    expect(ended.err).toContain('[fe80::1]:1688, [fe80::1:1688]');
    expect(ended.err).toContain('port: ');
    expect(ended.err).toContain("x: There's no parameter x. Allowed: host, port.");
    const twice = await pc.fix('assign-kms-host', { host: ['a', 'b'] });
    expect(twice).toMatchObject({ code: 64, out: '' });
  });

  it('exits with 64 for a product key on the command line without echoing it', async () => {
    const ended = await open(missing).fix('install-mak', { productKey: FAKE_KEY });
    expect(ended).toMatchObject({ code: 64, out: '' });
    expect(ended.err).toContain('--param productKey=-');
    expect(ended.err).not.toContain(FAKE_KEY.slice(0, 11));
    const empty = await bench!.fix('install-mak', { productKey: '-' }, { stdin: '' });
    expect(empty.code).toBe(64);
  });

  it("exits with 64 if a role change is confirmed with another PC's name", async () => {
    const pc = open('kms-host-not-activated/kms-host');
    const params = { productKey: '-', confirm: 'PC-042' };
    const ended = await pc.fix('install-kms-host-key', params, { stdin: FAKE_KEY });
    expect(ended.code).toBe(64);
    expect(ended.err).toContain('KMS1');
  });

  it('rejects an unknown fix', async () => {
    const pc = open(missing);
    await expect(pc.fix('install-virus' as 'sync-clock')).rejects.toThrow(UsageError);
  });

  it('exits with 2 if Windows returns an error, and explains the code', async () => {
    const pc = open(missing);
    const ended = await pc.fix('activate-now');
    expect(ended.code).toBe(2);
    expect(json(ended.out)).toMatchObject({ result: 'rolled-back', verdict: 'srv-record-missing' });
    expect(ended.err).toMatch(/Windows returned 0x8007232B: \S+/);
    expect(ended.err).toContain('Nothing was changed.');
  });

  it('exits with 2 and changes nothing if the journal cannot be written', async () => {
    const pc = open(missing);
    const before = pc.document;
    const { writeFileSync } = await import('node:fs');
    writeFileSync(pc.dataDir, 'in the way');
    const ended = await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
    expect(ended.code).toBe(2);
    expect(ended.err).toContain('--data-dir');
    expect(pc.document).toEqual(before);
  });
});

it('execute rejects a stale plan', async () => {
  const pc = open(missing);
  const { signal } = new AbortController();
  const computer = pc.computer();
  const { snapshot } = await diagnose(computer, { signal }).result;
  const plan = async () => {
    const facts = new Facts(computer, {}, signal);
    const result = await planFix('assign-kms-host', { host: 'kms1' }, snapshot, facts);
    if (!result.ok) throw new Error('no plan');
    return result.plan;
  };
  const early = await plan();
  expect((await plan()).digest).toBe(early.digest);
  await computer.setKmsHost('other.contoso.com', 1688, signal);
  expect((await plan()).digest).not.toBe(early.digest);
  const journal = new Journal(pc.dataDir);
  const result = await execute(early, { computer, journal, secrets: {}, signal });
  expect(result).toEqual({ outcome: 'stale' });
  expect(await journal.entries()).toEqual([]);
});

describe('undo', () => {
  it('refuses to undo a change made on another computer', async () => {
    const pc = open(missing);
    await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
    const [entry] = await pc.journal();
    const other = new Bench({ ...readCase(missing), computer: { name: 'PC-043' } });
    const computer = other.computer();
    for (const id of [entry!.entry, null]) {
      const ended = await pc.undo(id, () => computer);
      expect(ended.code).toBe(4);
    }
    expect((await pc.undo(entry!.entry, () => computer)).err).toContain('PC-042');
    other.remove();
    expect((await pc.undo()).code).toBe(0);
  });

  describe('of a tampered journal', () => {
    const key =
      'HKLM\\\\SOFTWARE\\\\Microsoft\\\\Windows NT\\\\CurrentVersion\\\\SoftwareProtectionPlatform';
    const run = 'HKLM\\\\SOFTWARE\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run';

    it.each([
      ['another key', [key, run]],
      ['another value of the key', ['"DnsDomainPublishList"', '"BackupProductKeyDefault"']],
      ['another service', ['"sppsvc"', '"WinDefend"']],
      ['an unknown kind', ['"registry-value"', '"constructor"']],
      ['an extra property', ['"kind":"registry-value"', '"kind":"registry-value","run":"x"']],
      ['an unknown fix', ['"set-publish-list"', '"__proto__"']],
      [
        'a previous value of another type',
        ['"before":[null', '"before":[{"type":"REG_BINARY","value":"00"}'],
      ],
      [
        'a previous value that is too long',
        ['"before":[null', `"before":[{"type":"REG_SZ","value":"${'a'.repeat(513)}"}`],
      ],
    ] as const)('changes nothing: %s', async (_name, [from, to]) => {
      const pc = open('healthy/kms-host');
      const fixed = await pc.fix('set-publish-list', { domains: ['a.contoso.com'] });
      expect(fixed.code).toBe(0);
      expect(editJournal(pc.dataDir, (line) => line.replaceAll(from, to))).toBe(true);
      const before = pc.document;
      const ended = await pc.undo();
      expect(ended).toMatchObject({ code: 4 });
      expect(pc.document).toEqual(before);
      // The journal can still be listed.
      expect(Array.isArray(await pc.journal())).toBe(true);
    });
  });

  it('exits with 4 if an entry is unknown or already undone', async () => {
    const pc = open(missing);
    expect((await pc.undo()).code).toBe(4);
    await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
    const [entry] = await pc.journal();
    expect((await pc.undo(entry!.entry)).code).toBe(0);
    const again = await pc.undo(entry!.entry);
    expect(again.code).toBe(4);
    expect(again.err).toContain('already undone');
    expect((await pc.undo('20261122T000000000-00000000')).code).toBe(4);
  });

  it('reports that Windows must be activated again after a previous key is restored', async () => {
    const pc = open(missing);
    await pc.fix('install-mak', { productKey: '-' }, { stdin: FAKE_KEY });
    const { code, out } = await pc.undo();
    expect(code).toBe(0);
    expect(out).toContain(
      'ending in 2YT43 was restored. Windows needs to be activated with it again',
    );
    // The MAK's activation was removed together with the MAK.
    expect(out).not.toContain("can't be undone");
    expect(pc.document.licensing?.products?.[0]).not.toMatchObject({ LicenseStatus: 1 });
  });

  it('leaves a setting alone that something else has changed since', async () => {
    const pc = open(missing);
    await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
    await pc.computer().setKmsHost('other.contoso.com', 1700, new AbortController().signal);
    const changed = pc.document;
    const ended = await pc.undo();
    expect(ended.code).toBe(4);
    expect(ended.err).toContain('The KMS host setting has since been changed by something else');
    expect(pc.document).toEqual(changed);
    // If the setting has already been restored, there's nothing left to do.
    await pc.computer().setKmsHost(null, null, new AbortController().signal);
    expect((await pc.undo()).code).toBe(0);
  });

  it.each([false, true])(
    'reports what remains changed after a cancellation (--json: %s)',
    async (inJson) => {
      const pc = open(missing);
      await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
      const stop = new AbortController();
      const { code, out, err } = await pc.undo(
        null,
        (computer) => ({
          ...computer,
          forUndo: () => ({
            ...computer,
            setKmsHost: () => {
              stop.abort();
              return Promise.reject(stop.signal.reason as Error);
            },
          }),
        }),
        { json: inJson, signal: stop.signal },
      );
      expect(code).toBe(130);
      expect(err).toContain("The KMS host setting isn't as it was before.");
      if (inJson) expect(json(out)).toMatchObject({ outcome: 'failed' });
    },
  );

  it('reports why the PC could not be read', async () => {
    const pc = open(missing);
    await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
    const { code, err } = await pc.undo(null, (computer) => ({
      ...computer,
      system: () => Promise.reject(new Unreadable('timed-out')),
    }));
    expect(code).toBe(4);
    expect(err).toContain(translator('en')('reasons.timed-out'));
  });

  it('needs the same rights as the change', async () => {
    const pc = open(missing);
    await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
    const computer = pc.computer();
    const system = await computer.system(new AbortController().signal);
    const ended = await pc.undo(null, () => ({
      ...computer,
      system: () => Promise.resolve({ ...system, elevated: false }),
    }));
    expect(ended.code).toBe(3);
    expect((await pc.undo()).code).toBe(0);
  });

  it('undoes the latest entry by default, and any entry by ID', async () => {
    const pc = open(missing);
    const before = pc.document;
    await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
    await pc.fix('assign-kms-host', { host: '10.0.0.20' });
    await pc.fix('set-lookup-domain', { domain: 'b.contoso.com' });
    const middle = (await pc.journal())[1]!.entry;
    expect((await pc.undo()).out).toContain('b.contoso.com');
    expect((await pc.undo(middle)).out).toContain('10.0.0.20');
    expect((await pc.undo()).out).toContain('kms1.contoso.com');
    expect(comparable(pc.document)).toEqual(comparable(before));
  });
});

describe('handover texts', () => {
  it('describe what to do on the KMS host', async () => {
    const pc = open('kms-port-filtered/filtered');
    const { code, out } = await pc.fix('open-kms-firewall', {}, { dryRun: true });
    expect(code).toBe(0);
    const { changes, handover } = json(out) as {
      changes: [];
      handover: { for: string; text: string };
    };
    expect(changes).toEqual([]);
    expect(handover.for).toBe('kms-host');
    expect(handover.text).toContain("Set-NetFirewallRule -Name 'SPPSVC-In-TCP'");
    expect(handover.text).toContain('Test-NetConnection kms1.contoso.com -Port 1688');
    const applied = await pc.fix('open-kms-firewall');
    expect(applied.code).toBe(4);
    expect(applied.err).toContain('another computer');
  });

  it.each([
    [
      'restart-licensing-service',
      'kms-service-not-listening/refused',
      'Restart-Service -Name sppsvc -Force',
    ],
    [
      'install-kms-host-key',
      'kms-host-not-activated/client-was-told',
      '-ipk XXXXX-XXXXX-XXXXX-XXXXX-XXXXX',
    ],
    ['activate-now', 'kms-host-not-activated/client-was-told', 'slmgr.vbs -ato'],
  ] as const)('contain the command for %s', async (fix, name, command) => {
    const { out } = await open(name).fix(fix, {}, { dryRun: true });
    expect((json(out) as { handover: { text: string } }).handover.text).toContain(command);
  });

  it('support Windows Server 2008, whose publish list contains only domains', async () => {
    const params = { domains: ['a.contoso.com,0,10', 'b.contoso.com'] };
    const { out } = await open(missing).fix('set-publish-list', params, { dryRun: true });
    const { text } = (json(out) as { handover: { text: string } }).handover;
    expect(text).toContain(
      'SoftwareProtectionPlatform" /v DnsDomainPublishList /t REG_MULTI_SZ /d "a.contoso.com,0,10\\0b.contoso.com" /f',
    );
    expect(text).toContain(
      'CurrentVersion\\SL" /v DnsDomainPublishList /t REG_MULTI_SZ /d "a.contoso.com\\0b.contoso.com" /f',
    );
    expect(text).toContain('net.exe start slsvc');
  });

  it('replace an invalid host name from DNS with a placeholder', async () => {
    const server = {
      records: [{ name: '_vlmcs._tcp.contoso.com', type: 'SRV', target: 'a$(calc);b' }],
    };
    const scenario = readCase('kms-service-not-listening/refused');
    bench = new Bench({ ...scenario, dns: { servers: { '10.0.0.10': server } } });
    const { out } = await bench.fix('restart-licensing-service', {}, { dryRun: true });
    const handover = (json(out) as { handover: { text: string } }).handover.text;
    expect(handover).toContain('<KMS_FQDN>');
    expect(handover).not.toContain('calc');
  });

  it('list every method of creating the record, safer ones first', async () => {
    const pc = open('srv-record-missing/seen-from-the-network');
    const params = { ...record, method: 'text', server: '10.0.0.11:5300', ttl: '90000' };
    const { code, out } = await pc.fix('create-srv-record', params, { yes: false });
    expect(code).toBe(0);
    const { for: whom, text } = (json(out) as { handover: { for: string; text: string } }).handover;
    expect(whom).toBe('dns-server');
    for (const line of [
      "Add-DnsServerResourceRecord -Srv -ZoneName 'contoso.com' -Name '_vlmcs._tcp' -DomainName 'kms1.contoso.com.' -Priority 0 -Weight 0 -Port 1688 -TimeToLive 1.01:00:00 -ComputerName '10.0.0.11'",
      'dnscmd 10.0.0.11 /RecordAdd contoso.com _vlmcs._tcp 90000 SRV 0 0 1688 kms1.contoso.com.',
      '_vlmcs._tcp.contoso.com. 90000 IN SRV 0 0 1688 kms1.contoso.com.',
      'server 10.0.0.11 5300',
      'update add _vlmcs._tcp.contoso.com. 90000 SRV 0 0 1688 kms1.contoso.com.',
    ]) {
      expect(text).toContain(line);
    }
    expect(text.indexOf('update-policy')).toBeLessThan(text.indexOf('allow-update { <KMS'));
    expect(text).not.toMatch(/^ +allow-update \{ any; \};/m);
    expect(text).toContain('right-click contoso.com, and select Other New Records');
    const windows = await pc.fix('create-srv-record', record);
    expect(windows.code).toBe(64);
    expect(windows.err).toContain('dynamic-update');
  });

  it('name the subdomain in the DNS Manager steps if the domain is below the zone', async () => {
    const params = {
      ...record,
      method: 'text',
      domain: 'eu.sales.contoso.com',
      zone: 'contoso.com',
    };
    for (const language of LANGUAGES) {
      const pc = open(missing);
      const { out } = await pc.fix('create-srv-record', params, { dryRun: true, language });
      const { text } = (json(out) as { handover: { text: string } }).handover;
      const [first] = /^ {2}1\..*$/m.exec(text) ?? [];
      expect(first).toContain('eu.sales');
      expect(text).toContain('_vlmcs._tcp.eu.sales.contoso.com. 3600 IN SRV');
      pc.remove();
    }
  });
});

describe('restart-licensing-service', () => {
  it("restarts the local service, unless a KMS host's service is the problem", async () => {
    const here = await open('healthy/default').fix('restart-licensing-service');
    expect(here.code).toBe(0);
    expect((await bench!.journal())[0]).toMatchObject({
      state: 'verified',
      changes: [{ kind: 'service-restart' }],
    });
    const elsewhere = await open('kms-service-not-listening/refused').fix(
      'restart-licensing-service',
    );
    expect(elsewhere.code).toBe(4);
  });
});

describe('activate-by-phone', () => {
  it('prints the installation ID if there is no confirmation ID yet', async () => {
    const ended = await open('not-a-kms-client/mak-never-activated').fix('activate-by-phone');
    expect(ended.code).toBe(64);
    expect(ended.err).toMatch(/Installation ID: (\d{6,7}-){7,8}\d{6,7}/);
  });
});

describe('test-routing', () => {
  const run = async (
    name: string,
    params: object,
    change: (text: string) => string = (text) => text,
  ) => {
    bench = new Bench(JSON.parse(change(JSON.stringify(readCase(name)))) as object);
    const before = bench.document;
    const { out } = await bench.fix('test-routing', { ...params }, { json: false });
    const service = (document: object) =>
      (document as { licensing?: { service?: object } }).licensing?.service;
    expect(service(bench.document)).toEqual(service(before));
    return out;
  };

  it('identifies the SRV record as the problem', async () => {
    expect(await run(missing, { host: 'kms1.contoso.com' })).toContain(
      'the SRV record is the problem',
    );
  });

  it('identifies name resolution as the problem', async () => {
    const out = await run(missing, { host: 'gone.contoso.com', address: '10.0.0.20' });
    expect(out).toContain('(0xC004F074)');
    expect(out).toContain("Windows was activated with the host's IP address.");
    expect(out).toContain('name resolution is the problem. The address works');
  });

  it('identifies a firewall as the probable problem', async () => {
    expect(await run('kms-port-filtered/filtered', { host: 'kms1.contoso.com' })).toContain(
      'Result: no response from 10.0.0.20:1688. A firewall is probably blocking it.',
    );
  });

  it('reports that nothing listens on the port', async () => {
    expect(await run('kms-service-not-listening/refused', { host: 'kms1.contoso.com' })).toContain(
      'Nothing listens on',
    );
  });

  it('reports that the connection works if it is not a routing issue', async () => {
    const out = await run('kms-count-too-low/client-was-told', { host: 'kms1.contoso.com' });
    expect(out).toContain('(0xC004F038)');
    expect(out).toContain('the connection works');
  });
});

it('return-to-kms requires a client setup key for the edition', async () => {
  const scenario = readCase('not-a-kms-client/oem-key');
  const text = JSON.stringify(scenario).replaceAll(
    /"LicenseFamily":"[^"]*"/g,
    '"LicenseFamily":"Core"',
  );
  bench = new Bench(JSON.parse(text) as object);
  const before = bench.document;
  const ended = await bench.fix('return-to-kms');
  expect(ended.code).toBe(4);
  expect(ended.err).toMatch(/Home edition.*The nearest edition that has one is \S+/s);
  expect(bench.document).toEqual(before);
});

it('an interrupted entry is reported and can be undone', async () => {
  const pc = open(missing);
  const journal = new Journal(pc.dataDir);
  const entry = await journal.begin({
    fix: 'assign-kms-host',
    target: 'scenario:PC-042',
    computer: 'PC-042',
    parameters: {},
    changes: [{ kind: 'kms-assignment', host: 'kms1.contoso.com', port: 1688 }],
    before: [{ host: null, port: null }],
  });
  await journal.note(entry, { type: 'change-started', index: 0 });
  await pc.computer().setKmsHost('kms1.contoso.com', 1688, new AbortController().signal);
  // While its process is running, the entry isn't interrupted.
  expect((await pc.fix('flush-dns-cache', {}, { dryRun: true })).err).toBe('');
  editJournal(pc.dataDir, (line) => line.replace(/"pid":\d+/, `"pid":${2 ** 22}`));
  const { err } = await pc.fix('flush-dns-cache', {}, { dryRun: true });
  expect(err).toContain(`kms-doctor undo ${entry}`);
  expect((await pc.journal())[0]).toMatchObject({ entry, state: 'open' });
  expect((await pc.undo(entry)).code).toBe(0);
  expect(JSON.stringify(pc.document)).not.toContain('"KeyManagementServiceMachine":"kms1');
});

it.each(LANGUAGES)('journal reports the number of unreadable lines (%s)', async (language) => {
  const pc = open(missing);
  await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
  appendFileSync(path.join(pc.dataDir, 'journal.jsonl'), 'hello\n{"type":"entry-cl');
  for (const asJson of [false, true]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const translate = translator(language);
    const { signal } = new AbortController();
    await runJournal({ stdout, stderr, json: asJson, translate, dataDir: pc.dataDir, signal });
    expect(String(stderr.read())).toContain(translate('journal.unreadable.many', { count: 2 }));
    expect(String(stdout.read())).toContain('kms1.contoso.com');
  }
});

describe('a secret', () => {
  it('is prompted for on a terminal and not echoed', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
    const stderr = new PassThrough();
    const answer = readLine(
      { stdin, stdout: new PassThrough(), stderr },
      'Key: ',
      true,
      new AbortController().signal,
    );
    stdin.write(`${FAKE_KEY}\r`);
    expect(await answer).toBe(FAKE_KEY);
    expect(String(stderr.read())).toBe('Key: \n');
  });

  it('is the first line read from a pipe', async () => {
    const { signal } = new AbortController();
    const read = (text: string) => {
      const stdin = new PassThrough();
      stdin.end(text);
      const streams = { stdin, stdout: new PassThrough(), stderr: new PassThrough() };
      return readLine(streams, '', true, signal);
    };
    expect(await read('one\ntwo\n')).toBe('one');
    expect(await read('one')).toBe('one');
    expect(await read('')).toBe(null);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

it('a fix is written to the journal as JSON lines', async () => {
  const pc = open(missing);
  await pc.fix('assign-kms-host', { host: 'kms1.contoso.com' });
  const lines = readFileSync(path.join(pc.dataDir, 'journal.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => json(line)['type'])).toEqual([
    'entry-opened',
    'change-started',
    'change-done',
    'entry-closed',
  ]);
  expect(json(lines[0]!)).toMatchObject({
    fix: 'assign-kms-host',
    computer: 'PC-042',
    before: [{ host: null, port: null }],
  });
});
