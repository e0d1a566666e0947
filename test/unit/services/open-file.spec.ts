import { translateMessage, translator } from '@shared/i18n';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../electron/services/open-file';

const REPORT = {
  schema: 'kms-doctor/report@1',
  product: { version: '1.0.0' },
  target: {
    kind: 'this-pc',
    computer: 'PC-042',
    os: 'Windows 11 Enterprise',
    build: 26100,
    roles: ['kms-client'],
    elevated: false,
  },
  startedAt: '2026-11-22T09:00:00.000Z',
  durationMs: 412,
  language: 'en',
  activation: {
    edition: 'Enterprise',
    channel: 'VOLUME_KMSCLIENT',
    licenseStatus: 1,
    partialProductKey: '2YT43',
    graceMinutes: 100,
    lastError: null,
  },
  procedures: [],
  verdict: {
    code: 'healthy',
    certainty: 'certain',
    summary: 'Fine',
    procedure: null,
    because: [],
    fixes: [],
    alsoFound: [],
  },
};

const words = (text: string): string => {
  const document = readDocument('given.json', text);
  return document.kind === 'problem'
    ? translateMessage(translator('en'), document.message)
    : document.kind;
};

describe('an opened or dropped file', () => {
  it('is read as a report', () => {
    expect(readDocument('r.json', JSON.stringify(REPORT))).toEqual({
      kind: 'report',
      report: REPORT,
    });
  });

  it('is read as a scenario', () => {
    const scenario = { schema: 'kms-doctor/scenario@1', title: 'Sick' };
    expect(readDocument('s.json', JSON.stringify(scenario))).toEqual({
      kind: 'scenario',
      scenario,
    });
  });

  it.each(['report@2', 'report@10', 'scenario@2'])(
    'is rejected if saved by a newer version: %s',
    (kind) => {
      expect(words(JSON.stringify({ ...REPORT, schema: `kms-doctor/${kind}` }))).toBe(
        'given.json was saved by a newer version of KMS Doctor. Update KMS Doctor, and then open the file again.',
      );
    },
  );

  it('is rejected with a message that names the invalid property', () => {
    expect(words('')).toBe(
      "given.json isn't a JSON file. Open a report or simulated PC saved by KMS Doctor.",
    );
    expect(words('[]')).toContain("isn't a KMS Doctor report or simulated PC");
    expect(words('null')).toContain("isn't a KMS Doctor report or simulated PC");
    expect(words('{"schema":7}')).toContain("isn't a KMS Doctor report or simulated PC");
    expect(words(JSON.stringify({ ...REPORT, schema: 'kms-doctor/report@x' }))).toContain(
      'given.json is a damaged report: schema',
    );
    const { verdict, ...rest } = REPORT;
    expect(words(JSON.stringify({ ...rest, verdict: { ...verdict, code: 'fine' } }))).toContain(
      'damaged report: verdict.code is missing or wrong',
    );
    expect(words('{"schema":"kms-doctor/scenario@1","dns":{"servers":{"x":{}}}}')).toContain('dns');
  });
});
