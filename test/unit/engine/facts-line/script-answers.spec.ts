import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseOfAnswers } from '@engine/facts-line/script-answers';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { ANSWERS } from '../../../support/script-answers';

function caseOf(answers: unknown): ScenarioFile {
  const file = caseOfAnswers(answers);
  if (file === null) throw new Error('no case');
  expect(parseScenario(structuredClone(file)).ok).toBe(true);
  return file;
}

describe('a case built from script answers', () => {
  const file = caseOf(ANSWERS);

  it('describes the PC as Windows would report it', () => {
    expect(file.computer).toMatchObject({
      name: 'PC-042',
      os: 'Windows 11 Enterprise',
      domain: 'contoso.com',
      clockSkewMinutes: 0.25,
    });
    expect(file.adapters?.[0]?.addresses).toEqual(['10.0.0.42', 'fe80::1']);
    expect(file.services).toEqual({ sppsvc: { state: 'running', start: 'automatic' } });
  });

  it.each(['a', 'k', 's', 'r', 't'])(
    'marks the license as unread if a row lacks column %s',
    (column) => {
      const row = Object.fromEntries(
        Object.entries(ANSWERS.x[0] ?? {}).filter(([letter]) => letter !== column),
      );
      expect(caseOf({ ...ANSWERS, x: [row] }).unread).toMatchObject({ licence: 'garbled-answer' });
    },
  );

  it('has no domain if none can be queried, rather than a different one', () => {
    for (const j of [
      ['公司.local', '公司.local', '公司.local'],
      ['', '', '公司.local'],
    ]) {
      const { computer, unread } = caseOf({ ...ANSWERS, j });
      expect(computer).toMatchObject({ domain: null, dnsSuffixSearchList: [] });
      expect(unread).toMatchObject({ dnsClient: 'garbled-answer' });
    }
  });

  it('keeps registry values under their keys and reads numbers as Windows does', () => {
    const spp = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
    expect(file.registry?.[spp]).toEqual({
      KeyManagementServiceName: { type: 'REG_SZ', value: 'kms2.contoso.com' },
      DnsDomainPublishList: { type: 'REG_MULTI_SZ', value: ['a.contoso.com'] },
      DisableDnsPublishing: { type: 'REG_DWORD', value: 0xffff_ffff },
    });
    const product = `${spp}\\55c92734-d682-4d71-983e-d6ec3f16059f\\${ANSWERS.x[0]?.i}`;
    expect(file.registry?.[product]).toEqual({
      KeyManagementServicePort: { type: 'REG_SZ', value: '1689' },
    });
  });

  it('lists events in chronological order', () => {
    expect(file.events?.map(({ id, time }) => `${id} ${time}`)).toEqual([
      '8198 2026-11-22T08:00:00.000Z',
      '12288 2026-11-22T08:59:00.000Z',
    ]);
  });

  it('contains the records of each server with canonical names', () => {
    expect(file.dns?.servers?.['10.0.0.10']?.records).toEqual([
      {
        name: '_vlmcs._tcp.contoso.com',
        type: 'SRV',
        priority: 0,
        weight: 0,
        port: 1688,
        target: 'kms1.contoso.com',
      },
      { name: 'kms1.contoso.com', type: 'CNAME', target: 'kms.contoso.com' },
      { name: 'kms.contoso.com', type: 'A', address: '10.0.0.20' },
    ]);
    expect(file.hosts?.['10.0.0.20']?.ports).toEqual({ '1688': 'kms' });
    expect(file.hosts?.['fd00::20']?.ports).toEqual({ '1688': 'filtered' });
  });

  it('assumes no defaults if the script failed as a whole', async () => {
    const file = caseOf({ v: 1, t: ANSWERS.t, u: { system: 'check-failed' } });
    const { verdict, checks } = (await diagnose(createScenarioComputer(file)).result).diagnosis;
    expect(verdict).toMatchObject({ code: 'cannot-diagnose', certainty: 'likely' });
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
  });

  it("marks facts as unread that the script couldn't read or didn't query", () => {
    expect(file.unread).toMatchObject({
      'registry/SL/KeyManagementServiceLookupDomain': 'access-denied',
      'resolver/kms1.contoso.com/A': 'timed-out',
      'port/10.0.0.21:1688': 'tool-failed',
      'dns/10.0.0.10/kms1.contoso.com/AAAA': 'not-asked',
      ping: 'not-asked',
    });
  });
});

describe('untrusted script answers', () => {
  it.each([
    [null],
    [[]],
    ['KMSD2'],
    [{ ...ANSWERS, v: 2 }],
    [{ ...ANSWERS, t: 'yesterday' }],
    [{ ...ANSWERS, a: Array.from({ length: 65 }, () => ANSWERS.a[0]) }],
    [{ ...ANSWERS, g: [[12288]] }],
    [{ ...ANSWERS, x: Array.from({ length: 64 }, () => ({ k: 'no key', s: 99, r: -1e9 })) }],
  ])('are rejected (%#)', (answers) => {
    expect(caseOfAnswers(answers)).toBeNull();
  });

  it("can't pollute any prototype", () => {
    const hostile: unknown = JSON.parse(
      `{"v":1,"t":"2026-11-22T09:00:00Z","r":{"s":{"constructor":"x","n":"kms"}},"u":{"constructor":"timed-out"},` +
        `"p":["__proto__ 1688 k","10.0.0.1 1688 constructor"],"q":["__proto__ A"],"d":[["10.0.0.10","0|A 1.2.3.4 @__proto__"]]}`,
    );
    const file = caseOf(hostile);
    expect(Object.getPrototypeOf(file)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['1688']).toBeUndefined();
    expect(JSON.stringify(file)).not.toContain('"constructor"');
  });

  it('result in a valid case or none', () => {
    const keys = Object.keys(ANSWERS);
    const changed = fc.record({ key: fc.constantFrom(...keys), value: fc.jsonValue() });
    fc.assert(
      fc.property(fc.array(changed, { maxLength: 3 }), (changes) => {
        const answers: unknown = Object.fromEntries([
          ...Object.entries(ANSWERS),
          ...changes.map(({ key, value }) => [key, value]),
        ]);
        const file = caseOfAnswers(answers);
        if (file !== null) expect(parseScenario(structuredClone(file)).ok).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('are processed in bounded time, however long their lists are', () => {
    const questions = Array.from({ length: 512 }, (_, index) => `host-${index}.contoso.com SRV`);
    const answer = `0${'|S 0 0 1688 a.b'.repeat(40)}`;
    const servers = Array.from({ length: 16 }, (_, index) => [
      `10.0.0.${index}`,
      ...questions.map(() => answer),
    ]);
    const began = performance.now();
    caseOfAnswers({ ...ANSWERS, q: questions, d: servers });
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
