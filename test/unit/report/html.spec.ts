import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CHECKS, PROCEDURE_IDS } from '@shared/catalog';
import { LANGUAGES, translator } from '@shared/i18n';
import type { MessageKey } from '@shared/message';
import { htmlReport } from '../../../electron/report/html';
import { textReport } from '../../../electron/report/text';
import { html, Markup } from '../../../electron/report/markup';
import { diagnosisOf, HOSTILE, hostileDiagnosis, journalLine, KEY } from './diagnoses';

const VERSION = '1.0.0';

describe('markup', () => {
  it('escapes inserted values and nothing else', () => {
    const inner = html`<b>${'a < b & "c"'}</b>`;
    expect(html`<p title="${'\'"'}">${inner}${null}${false}${[inner, 1]}</p>`.text).toBe(
      `<p title="&#39;&quot;"><b>a &lt; b &amp; &quot;c&quot;</b><b>a &lt; b &amp; &quot;c&quot;</b>1</p>`,
    );
    expect(html`${new Markup('<br>')}`.text).toBe('<br>');
  });

  it('masks product keys, and shows control and bidi characters as escapes', () => {
    const text = html`${`${KEY} \u202e\u001b[2J`}`.text;
    expect(text).toContain('N6789');
    expect(text).not.toContain(KEY);
    expect(text).toContain('\\u202e\\x1b[2J');
  });
});

describe('HTML report', () => {
  it.each(LANGUAGES)(
    'contains the verdict, procedures, and checks in one language (%s)',
    async (language) => {
      const translate = translator(language);
      const t = (key: MessageKey) => translate(key).replaceAll("'", '&#39;');
      const diagnosis = await diagnosisOf('kms-port-filtered/one-filtered-one-refused');
      const text = htmlReport(diagnosis, { language, version: VERSION });
      expect(text).toContain(`<html lang="${language}">`);
      for (const id of PROCEDURE_IDS) expect(text).toContain(t(`procedures.${id}.title`));
      for (const { id } of CHECKS) expect(text).toContain(t(`checks.${id}.title`));
      expect(text).not.toMatch(/\{\{|>(?:report|checks|route|events)\.[a-zA-Z.-]+</);
      expect(text).toContain('0xC004F074');
    },
  );

  it.each(LANGUAGES)(
    'contains no script, no product key, and no unescaped input (%s)',
    async (language) => {
      const text = htmlReport(await hostileDiagnosis(), {
        language,
        version: VERSION,
        done: [journalLine(HOSTILE)],
      });
      expect(text).not.toContain(KEY);
      expect(text).toContain('&lt;img src=x');
      expect(text).not.toMatch(/<(?:script|img|iframe|object|link|form)\b/i);
      expect(text).not.toMatch(/<[^>]*\s(?:on[a-z]+|style)=/i);
      expect(text).not.toContain('\u001b');
      expect(text).not.toContain('\u202e');
    },
  );

  it('contains the message to the administrator, and Office products with their state and error', async () => {
    const diagnosis = await diagnosisOf('kms-port-filtered/filtered');
    const otherProducts = [
      { name: 'Office', channel: 'VOLUME_KMSCLIENT', licenseStatus: 5, lastError: '0xC004F038' },
    ];
    for (const text of [
      htmlReport({ ...diagnosis, otherProducts }, { language: 'en', version: VERSION }),
      textReport({ ...diagnosis, otherProducts }, translator('en')),
    ]) {
      expect(text).toMatch(
        /Message to the network administrator[^]*Subject: KMS: PC-042 gets no response/,
      );
      expect(text).toMatch(
        /Other products on this PC[^]*Office: notification mode, not activated \(5\).*last error 0xC004F038\. The KMS host /,
      );
    }
  });

  it('describes the key type', async () => {
    const text = htmlReport(await diagnosisOf('kms-port-filtered/filtered'), {
      language: 'en',
      version: VERSION,
    });
    expect(text).toContain(`<dd>${translator('en')('channels.kms-client.about')}</dd>`);
  });

  it('has a content security policy that allows only its one style, by hash', async () => {
    const text = htmlReport(await diagnosisOf('healthy/default'), {
      language: 'en',
      version: VERSION,
    });
    const styles = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)];
    expect(styles).toHaveLength(1);
    const hash = createHash('sha256')
      .update(styles[0]?.[1] ?? '')
      .digest('base64');
    expect(text).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(text).not.toContain('unsafe-inline');
  });

  it('contains a timeline of attempts and the names of event fields', async () => {
    const text = htmlReport(await diagnosisOf('clock-skew/timestamp-rejected-in-the-event'), {
      language: 'en',
      version: VERSION,
    });
    expect(text).toMatch(/role="img"\s+aria-label="Timeline of attempts: 1, 1 failed"/);
    expect(text).toContain('Client machine ID (CMID)');
    expect(text).toContain('0xC004F074 hides 0xC004F06C (event 12288)');
  });
});
