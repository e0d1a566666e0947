/** The objects that a verdict is about, and the message to its recipient. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeMessage, type WrittenMessage } from '@shared/admin-message';
import type { VerdictAbout } from '@shared/diagnosis';
import { LANGUAGES, translator, type Language } from '@shared/i18n';
import { parseScenario } from '@shared/scenario';
import { diagnose, type RunResult } from '@engine/run';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { computerOf } from '../../../scenarios/cases';

const ROOT = path.join(import.meta.dirname, '../../../..');

const NOTHING: VerdictAbout = {
  domain: null,
  server: null,
  host: null,
  port: null,
  code: null,
  product: null,
};

const domain = 'contoso.com';
const host = 'kms1.contoso.com';
const endpoint = { host, port: 1688 };

/** A case, the recipient of its message, and the objects that its verdict is about. */
const CASES: readonly (readonly [string, string | null, Partial<VerdictAbout>])[] = [
  ['licensing-service-unavailable/disabled', null, {}],
  ['no-product-key/no-key-installed', null, {}],
  ['product-key-rejected/mak-blocked', 'person', { code: '0xC004C003' }],
  ['not-a-kms-client/mak-never-activated', null, {}],
  ['clock-skew/five-hours-fast', null, {}],
  ['clock-skew/timestamp-rejected', 'kms-host', {}],
  ['dns-server-not-configured/no-dns-server', 'dhcp', {}],
  ['dns-server-unreachable/dead', 'dns-server', { server: '10.0.0.10' }],
  ['dns-server-failing/one-dead-one-servfail', 'dns-server', { server: '10.0.0.11' }],
  ['assigned-host-unresolvable/name-gone', null, { host: 'old-kms.contoso.com', port: 1688 }],
  ['assigned-host-unreachable/refused', 'network', endpoint],
  ['assigned-host-unreachable/filtered', 'network', endpoint],
  ['assigned-host-unreachable/own-firewall', null, endpoint],
  ['assigned-host-unreachable/own-firewall-by-policy', 'group-policy', endpoint],
  ['assigned-host-not-kms/silent', null, endpoint],
  ['srv-record-missing/record-missing', 'dns-server', { domain }],
  ['srv-record-in-other-domain/licensed', 'kms-host', { domain: 'emea.contoso.com' }],
  ['srv-record-in-other-domain/hidden-by-lookup-domain', null, { domain: 'fabrikam.com' }],
  ['srv-record-bare-name/licensed', 'dns-server', { domain }],
  ['client-resolver-disagrees/licensed', null, {}],
  ['srv-target-unresolvable/licensed', 'dns-server', { host }],
  ['kms-port-filtered/filtered', 'network', endpoint],
  ['kms-port-filtered/own-firewall', null, endpoint],
  ['kms-port-filtered/own-firewall-by-policy', 'group-policy', endpoint],
  ['kms-service-not-listening/licensed', 'kms-host', endpoint],
  ['not-a-kms-host/licensed', 'dns-server', endpoint],
  ['not-a-kms-host/one-silent-one-refused', 'network', endpoint],
  ['kms-host-not-activated/client-was-told', 'kms-host', { host }],
  ['kms-host-not-activated/kms-host', null, { host }],
  ['kms-host-cannot-activate-this-product/assigned-host', 'kms-host', { host }],
  ['kms-count-too-low/assigned-by-ip', 'kms-host', { host: '10.0.0.20' }],
  ['kms-count-too-low/kms-host-and-firewall', 'person', { host }],
  ['dns-publishing-disabled/and-firewall', null, { domain }],
  ['dns-publishing-refused/no-event', 'dns-server', { domain }],
  ['kms-firewall-closed/rule-off', null, {}],
  ['access-denied/e-accessdenied', null, { code: '0x80070005' }],
  ['evaluation-edition/client', 'person', {}],
  ['evaluation-edition/server', 'person', {}],
  ['activation-type-excludes-kms/directory-alone', null, {}],
  ['duplicate-client-ids/copied-computers', null, {}],
  ['kms-service-not-listening/wrong-port-in-the-record', 'dns-server', { host, port: 1689 }],
  ['office-not-activated/refused', 'kms-host', { product: 'office', code: '0xC004F038' }],
  ['office-not-activated/mak-used-up', null, { product: 'office', code: '0xC004C020' }],
  ['product-key-rejected/kms-host-key-used-up', 'person', { code: '0xC004C008' }],
  ['activation-failed/rearmed', null, { code: '0xC004D302' }],
  ['activation-pending/just-activate', null, {}],
  ['healthy/default', null, {}],
  ['cannot-diagnose/powershell-hang', null, {}],
];

function written({ diagnosis }: RunResult, language: Language = 'en'): WrittenMessage | null {
  const { verdict, target } = diagnosis;
  const { message } = verdict;
  return message === null ? null : writeMessage(message, target, translator(language));
}

describe('the message of a verdict', () => {
  it.each(CASES)('for %s has the recipient %s', async (name, recipient, about) => {
    const result = await diagnose(computerOf(name)).result;
    expect(result.diagnosis.verdict.about).toEqual({ ...NOTHING, ...about });
    const message = written(result);
    expect(message?.for ?? null).toBe(recipient);
    if (message === null) return;
    const { computer } = result.diagnosis.target;
    for (const language of LANGUAGES) {
      const { subject, text } = written(result, language) ?? message;
      expect(text).toContain(computer);
      expect(`${subject}\n${text}`).not.toMatch(/\{\{|messages\.|undefined/);
    }
  });
});

describe('the message of a verdict on a field case', () => {
  it.each<[string, string | null, Partial<VerdictAbout>]>([
    ['laptop-at-home', 'person', { domain }],
    ['workgroup-without-a-suffix', 'dhcp', {}],
    ['public-server-first', null, { server: '8.8.8.8' }],
    ['public-server-only', null, { domain }],
    ['assigned-to-localhost', null, { host: 'localhost', port: 1688 }],
  ])('in %s has the recipient %s', async (name, recipient, about) => {
    const file = path.join(ROOT, 'test/data/field', `${name}.json`);
    const parsed = parseScenario(JSON.parse(readFileSync(file, 'utf8')));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const result = await diagnose(createScenarioComputer(parsed.scenario)).result;
    expect(result.diagnosis.verdict.about).toEqual({ ...NOTHING, ...about });
    const message = written(result);
    expect(message?.for ?? null).toBe(recipient);
    expect(message?.text ?? '').not.toMatch(/\{\{|messages\.|undefined/);
  });
});

describe('a message', () => {
  it('contains the observation, the request and the instructions', async () => {
    const { subject, text } = written(
      await diagnose(computerOf('kms-service-not-listening/licensed')).result,
    ) ?? { subject: '', text: '' };
    expect(subject).toBe('KMS: kms1.contoso.com:1688 refuses connections');
    expect(text).toMatch(
      /When PC-042 \(Windows 11 Enterprise\) connects to kms1\.contoso\.com, .*\n\nPlease make sure .*\n\n.*administrator:\n\n {4}Get-Service -Name sppsvc\n[^]*PC-042 again/,
    );
  });

  it("doesn't name a PC whose name couldn't be read", async () => {
    const { verdict } = (await diagnose(computerOf('kms-port-filtered/filtered')).result).diagnosis;
    if (verdict.message === null) throw new Error('No message');
    const unread = { computer: '', os: '' };
    expect(writeMessage(verdict.message, unread, translator('en')).text).toContain(
      'this PC gets no response at all from kms1.contoso.com:1688',
    );
  });

  it('contains no hostile DNS text in its commands', async () => {
    const target = "kms1';Remove-Item.contoso.com";
    const parsed = parseScenario({
      schema: 'kms-doctor/scenario@1',
      dns: {
        servers: {
          '10.0.0.10': { records: [{ name: '_vlmcs._tcp.contoso.com', type: 'SRV', target }] },
        },
      },
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const message = written(await diagnose(createScenarioComputer(parsed.scenario)).result);
    const commands = message?.text.split('\n').filter((line) => line.startsWith('    '));
    expect(commands).toContain('    nslookup <KMS_host> 10.0.0.10');
    expect(commands?.join('\n')).not.toContain('Remove-Item');
  });
});
