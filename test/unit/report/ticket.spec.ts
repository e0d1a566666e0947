import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '@shared/i18n';
import { ticket } from '../../../electron/report/ticket';
import { diagnosisOf, HOSTILE, hostileDiagnosis, journalLine, KEY } from './diagnoses';

const VERSION = '1.0.0';

describe('ticket', () => {
  it('summarizes on ten lines the result, evidence, last error, changes, next steps, PC, and time', async () => {
    const diagnosis = await diagnosisOf('srv-record-missing/record-missing');
    const text = ticket(diagnosis, {
      language: 'en',
      version: VERSION,
      done: [journalLine('Create the KMS record in DNS')],
    });
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('Result: No KMS record in contoso.com (certain)');
    expect(lines[2]).toContain('SRV _vlmcs._tcp.contoso.com @10.0.0.10: NXDOMAIN');
    expect(lines[3]).toMatch(/^Last error: 0x8007232B\. DNS has no /);
    expect(lines[6]).toBe('Done: Create the KMS record in DNS (2026-11-22 09:05 UTC, verified)');
    expect(lines[7]).toMatch(
      /^Next steps: Message to the DNS administrator: “DNS: .*”; Create the KMS .*; or: /,
    );
    expect(lines[8]).toContain('PC-042, Windows 11 Enterprise (26100), contoso.com');
    expect(lines[9]).toMatch(/^Time: 2026-11-22 09:00 UTC, took \d+ ms, KMS Doctor 1\.0\.0$/);
  });

  it('has ten lines with Chinese labels in zh-TW', async () => {
    const diagnosis = await diagnosisOf('clock-skew/timestamp-rejected-in-the-event');
    const lines = ticket(diagnosis, { language: 'zh-TW', version: VERSION }).trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    for (const line of lines) expect(line).toMatch(/^[\u4e00-\u9fff]+：/);
    expect(lines[3]).toMatch(/0xC004F074 .*0xC004F06C.*12288/);
  });

  it('describes the service state and further findings in its own language', async () => {
    const diagnosis = await diagnosisOf('licensing-service-unavailable/disabled-and-port-filtered');
    const lines = ticket(diagnosis, { language: 'zh-TW', version: VERSION }).split('\n');
    expect(lines[2]).toBe(
      '依據：軟體保護服務 (sppsvc) 已停用。讀取結果：sppsvc：已停止 (啟動類型：停用)。',
    );
    expect(lines[4]).toBe('其他發現：KMS 連接埠沒有回應');
  });

  it('lists warnings of other checks, and describes the license', async () => {
    const diagnosis = await diagnosisOf('srv-record-missing/record-missing');
    const checks = diagnosis.checks.map((check) =>
      check.id === 'clock-offset'
        ? {
            ...check,
            status: 'warn' as const,
            message: {
              key: 'checks.clock-offset.fast' as const,
              params: { total: 10, source: '10.0.0.10' },
            },
          }
        : check,
    );
    const lines = ticket({ ...diagnosis, checks }, { language: 'en', version: VERSION }).split(
      '\n',
    );
    expect(lines[4]).toMatch(/^Also found: .*10/);
    expect(lines[5]).toMatch(/^License: Enterprise, KMS client \(GVLK\), key ending in 2YT43/);
  });

  it('explains the missing license and error if there is no product key', async () => {
    const diagnosis = await diagnosisOf('no-product-key/no-key-installed');
    const lines = ticket(diagnosis, { language: 'en', version: VERSION }).split('\n');
    expect(lines[3]).toBe(
      "Last error: There's no product key, so activation hasn't been attempted.",
    );
    expect(lines[5]).toBe("License: There's no license because no product key is installed.");
  });

  it.each([
    [
      'clock-skew/timestamp-rejected',
      /^Evidence: The last activation attempt failed with 0xC004F06C/,
    ],
    [
      'clock-skew/five-hours-fast',
      /^Evidence: The clock is 5 h 0 min fast compared with contoso\.com/,
    ],
    [
      'healthy/seen-from-the-network',
      /^Evidence: The KMS service at kms1\.contoso\.com:1688 responds/,
    ],
    ['healthy/active-directory', /^Evidence: Windows is activated\. Days left: 173\.$/],
    ['healthy/kms-host', /^Evidence: This KMS host is activated\. This host has a record in/],
  ])('gives the evidence that proves the verdict on %s', async (name, proof) => {
    const diagnosis = await diagnosisOf(name);
    const lines = ticket(diagnosis, { language: 'en', version: VERSION }).split('\n');
    expect(lines[2]).toMatch(proof);
  });

  it.each([
    ['dns-publishing-refused/no-event', /DisableDnsPublishing: Not set/],
    ['dns-publishing-refused/zero-means-on', /\(2026-11-22 08:00 UTC\): contoso\.com/],
    ['kms-firewall-closed/rule-off', /SPPSVC-In-TCP: The rule is off/],
    ['srv-record-missing/record-missing', /resolver\): nothing \(0x8007232B\)/],
    ['srv-target-unresolvable/target-is-a-dot', /No DNS server has an address for \.\./],
  ])('labels every value of the evidence and leaves none empty: %s', async (name, proof) => {
    const diagnosis = await diagnosisOf(name);
    const lines = ticket(diagnosis, { language: 'en', version: VERSION }).split('\n');
    expect(lines[2]).toMatch(proof);
  });

  it.each([
    ['kms-port-filtered/seen-from-the-network', /couldn't check this PC's own firewall rules/],
    ['kms-port-filtered/filtered', /This PC's outbound firewall rules don't block them/],
    ['kms-host-cannot-activate-this-product/vm-not-supported', /virtual machine/],
    ['dns-server-failing/one-dead-one-servfail', /^Details: Every query to 10\.0\.0\.11 ends/],
    ['srv-target-unresolvable/target-is-a-dot', /^Details: The SRV record points to \., but no/],
  ])('claims no more than the facts show: %s', async (name, found) => {
    const diagnosis = await diagnosisOf(name);
    const lines = ticket(diagnosis, { language: 'en', version: VERSION }).split('\n');
    expect(lines[1]).toMatch(found);
  });

  it('lists the checks that could not be read if there is no verdict', async () => {
    const diagnosis = await diagnosisOf('cannot-diagnose/powershell-hang');
    const lines = ticket(diagnosis, { language: 'en', version: VERSION }).split('\n');
    // There's no certainty if no cause was found.
    expect(lines[0]).toBe("Result: KMS Doctor couldn't find the cause");
    expect(lines[2]).toMatch(/couldn't check: .*Product key/);
    expect(lines[3]).toBe("Last error: couldn't be read");
  });

  it.each(LANGUAGES)(
    'contains no product key, control character, or extra line (%s)',
    async (language) => {
      const text = ticket(await hostileDiagnosis(), {
        language,
        version: VERSION,
        done: [journalLine(`${HOSTILE}\n\u2028${KEY}`)],
      });
      expect(text).not.toContain(KEY);
      expect(text).toContain('N6789');
      expect(text.trimEnd().split('\n')).toHaveLength(10);
      expect(text.trimEnd().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(600);
    },
  );
});
