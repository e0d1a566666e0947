import { describe, expect, it } from 'vitest';
import { explainLastError, explainWithFacts } from '@shared/explain-facts';
import { translateMessage, translator } from '@shared/i18n';
import { parseScenario } from '@shared/scenario';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { diagnosisOf } from '../report/diagnoses';

const t = translator('en');

async function explanationOf(error: string, name: string): Promise<string[]> {
  return explainWithFacts(error, await diagnosisOf(name)).map((message) =>
    translateMessage(t, message),
  );
}

/** Diagnoses a KMS client that isn't activated, with the last error that Windows shows and these events. */
async function clientWith(reason: number, events: object[], computer: object = {}) {
  const parsed = parseScenario({
    schema: 'kms-doctor/scenario@1',
    computer,
    licensing: {
      products: [
        {
          Description: 'VOLUME_KMSCLIENT channel',
          PartialProductKey: '2YT43',
          LicenseStatus: 5,
          LicenseStatusReason: reason,
        },
      ],
    },
    events,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return (await diagnose(createScenarioComputer(parsed.scenario)).result).diagnosis;
}

const asked = (code: string, host = 'kms1.contoso.com:1688') => ({
  id: 12288,
  time: '2026-11-22T08:00:00Z',
  data: [code, '0x00000000', host, '', '', '0', '5', '0', '', '25'],
});

describe('explaining an error with the facts of a PC', () => {
  it('reveals the event code that 0xC004F074 hides, and the clock as its cause', async () => {
    const diagnosis = await clientWith(0xc004f074, [asked('0xC004F06C')], {
      clockSkewMinutes: 312,
    });
    expect(diagnosis.activation.lastError).toBe('0xC004F06C');
    const error = explainLastError(diagnosis);
    expect(error?.facts.map((message) => translateMessage(t, message))).toEqual([
      '0xC004F074 hides 0xC004F06C (event 12288), which came from kms1.contoso.com:1688 at 2026-11-22 08:00 UTC.',
      "This PC's clock is 5 h 12 min ahead of contoso.com. KMS allows 4 h.",
    ]);
  });

  it('ignores events about Office', async () => {
    const ofOffice = {
      id: 8198,
      time: '2026-11-22T08:30:00Z',
      data: ['hr=0xC004F038', 'AppId=0ff1ce15-a989-479d-af46-f275c6370663'],
    };
    const own = await clientWith(0xc004f074, [asked('0xC004F06C'), ofOffice]);
    expect(explainLastError(own)?.facts[0]?.params).toMatchObject({ hidden: '0xC004F06C' });
    const alone = await clientWith(0xc004f074, [ofOffice]);
    expect(explainLastError(alone)?.facts.map(({ key }) => key)).toEqual(['explain.answersNow']);
  });

  it('states the current and the required count', async () => {
    const reply = {
      id: 12289,
      time: '2026-11-22T08:00:01Z',
      data: ['0xC004F038', '0x0', '0', '7'],
    };
    const diagnosis = await clientWith(0xc004f038, [asked('0xC004F038'), reply]);
    expect(
      explainWithFacts('C004F038', diagnosis).map((message) => translateMessage(t, message)),
    ).toEqual(['The count of kms1.contoso.com:1688 was 7. This version of Windows needs 25.']);
  });

  it('takes the latest event, whatever the time of the others', async () => {
    const diagnosis = await clientWith(0xc004f041, [
      { ...asked('0xC004F041', 'old.contoso.com:1688'), time: '2026-11-21T08:00:00Z' },
      asked('0xC004F041', 'new.contoso.com:1688'),
    ]);
    const checks = diagnosis.checks.map((check) => ({
      ...check,
      evidence: check.evidence.map((one) =>
        one.kind === 'event' && JSON.stringify(one.data).includes('old.contoso.com')
          ? { ...one, data: { ...one.data, time: 'yesterday' } }
          : one,
      ),
    }));
    expect(JSON.stringify(checks)).toContain('yesterday');
    expect(explainWithFacts(0xc004f041, { ...diagnosis, checks })).toMatchObject([
      { params: { host: 'new.contoso.com:1688' } },
    ]);
  });

  it('names the KMS host that rejected the PC', async () => {
    const diagnosis = await clientWith(0xc004f041, [asked('0xC004F041', 'kms9.contoso.com:1688')]);
    expect(
      explainWithFacts(0xc004f041, diagnosis).map((message) => translateMessage(t, message)),
    ).toEqual(['This came from kms9.contoso.com:1688.']);
  });

  it.each([
    ['srv-record-missing/record-missing', '10.0.0.10 has no _vlmcs._tcp record in contoso.com.'],
    ['dns-server-unreachable/dead', "10.0.0.10 didn't respond."],
    ['dns-server-failing/servfail', '10.0.0.10 returned SERVFAIL.'],
    ['dns-server-not-configured/no-dns-server', "None of this PC's adapters has a DNS server."],
    ['srv-target-unresolvable/no-address', 'kms1.contoso.com has no address in DNS.'],
    [
      'kms-port-filtered/filtered',
      "kms1.contoso.com:1688 doesn't respond: a firewall blocks it, or no computer has that address.",
    ],
    [
      'assigned-host-unreachable/refused',
      'kms1.contoso.com:1688 refuses the connection: no service listens there.',
    ],
    ['assigned-host-not-kms/web-server', 'responds, but not as a KMS service.'],
    ['activation-pending/just-activate', 'The KMS service at kms1.contoso.com:1688 responds now'],
  ])('names the point of failure, if it still fails: %s', async (name, sentence) => {
    expect((await explanationOf('0xC004F074', name)).join(' ')).toContain(sentence);
  });

  it.each([
    ['srv-record-missing/dead-server-beside', '10.0.0.10'],
    ['dns-server-failing/one-dead-one-servfail', '10.0.0.11'],
  ])('names only the DNS servers that responded: %s', async (name, server) => {
    const [sentence = ''] = await explanationOf('0xC004F074', name);
    expect(sentence.match(/10\.0\.0\.1\d/g)).toEqual([server]);
  });

  it('does not report a name without an address if there is no DNS server', async () => {
    expect(
      await explanationOf('0xC004F074', 'dns-server-not-configured/host-assigned-by-name'),
    ).toEqual(["None of this PC's adapters has a DNS server."]);
  });

  it('names the root domain as the target of a record that offers no service', async () => {
    expect(await explanationOf('0xC004F074', 'srv-target-unresolvable/target-is-a-dot')).toEqual([
      '. has no address in DNS.',
    ]);
  });

  it('ignores events of a KMS host for a key that does not use KMS', async () => {
    const error = explainLastError(
      await diagnosisOf('not-a-kms-client/mak-with-a-low-count-event'),
    );
    expect(error).toEqual({ code: '0xC004F009', facts: [] });
  });

  it('names the domain of a record that the PC does not look for', async () => {
    const [missing, elsewhere] = await explanationOf(
      '0x8007232B',
      'srv-record-in-other-domain/parent-of-the-lookup-domain',
    );
    expect(missing).toMatch(/has no _vlmcs\._tcp record in /);
    expect(elsewhere).toMatch(/^The record is in [a-z.]+, where this PC doesn't look for it\.$/);
  });

  it('describes the key or the rights that an error is about, and nothing for other errors', async () => {
    const diagnosis = await clientWith(0xc004f050, [], { elevated: false });
    const of = (error: string | number) =>
      explainWithFacts(error, diagnosis).map((message) => translateMessage(t, message));
    expect(of(0xc004f050)).toEqual([
      'The installed key ends in 2YT43. Key type: KMS client (GVLK).',
    ]);
    expect(of('0x80070005')).toEqual([
      'This diagnosis ran without administrator rights, as the attempt might have.',
    ]);
    expect(of('0x80090011')).toEqual([]);
    expect(of(0)).toEqual([]);
    expect(of('hello')).toEqual([]);
  });

  it('returns null for a PC without a last error', async () => {
    expect(explainLastError(await diagnosisOf('healthy/default'))).toBeNull();
  });
});
