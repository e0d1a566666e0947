/** Machine-readable diagnosis formats, each checked by a strict parser of its specification. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScenarioFile } from '@shared/scenario';
import { runCli, runCliWith } from './run-cli';

const folder = mkdtempSync(path.join(tmpdir(), 'kms-formats-'));
let files = 0;

function saved(scenario: Omit<ScenarioFile, 'schema'>): string {
  const file = path.join(folder, `${(files += 1)}.json`);
  writeFileSync(file, JSON.stringify({ schema: 'kms-doctor/scenario@1', ...scenario }));
  return file;
}

const HEALTHY = saved({});
const SICK = saved({
  licensing: {
    products: [
      {
        LicenseStatus: 5,
        LicenseStatusReason: 0x8007232b,
        PartialProductKey: '2YT43',
        GracePeriodRemaining: 0,
      },
    ],
  },
  dns: { servers: { '10.0.0.10': {} } },
});
const daysLeft = (days: number): string =>
  saved({
    licensing: {
      products: [
        { LicenseStatus: 1, PartialProductKey: '2YT43', GracePeriodRemaining: days * 1_440 },
      ],
    },
  });
const PERMANENT = saved({
  licensing: {
    products: [
      {
        Description: 'Windows(R) Operating System, RETAIL channel',
        LicenseStatus: 1,
        PartialProductKey: 'ABCDE',
        GracePeriodRemaining: 0,
      },
    ],
  },
});

/**
 * Parses the output of a monitoring plugin (https://www.monitoring-plugins.org/doc/guidelines.html, "Plugin Output" and
 * "Performance data").
 */
function pluginLine(text: string): { state: string; sentence: string; data: string } {
  const [, state = '', sentence = '', data = ''] =
    /^KMS (OK|WARNING|CRITICAL|UNKNOWN) - ([^|\r\n]+) \| ('[^'=]+'=(?:U|-?\d+)(?:;[\d.:~@]*){0,4})\n$/.exec(
      text,
    ) ?? [];
  expect(state, text).not.toBe('');
  return { state, sentence, data };
}

describe('--format nagios', () => {
  const nagios = (file: string, ...more: string[]) =>
    runCli('diagnose', '--scenario', file, '--format', 'nagios', '--lang', 'en', ...more);

  it.each([
    [HEALTHY, [], 0, 'OK', "'grace_days'=173;30;7"],
    [SICK, [], 2, 'CRITICAL', "'grace_days'=0;30;7"],
    [daysLeft(31), [], 0, 'OK', "'grace_days'=31;30;7"],
    [daysLeft(30), [], 1, 'WARNING', "'grace_days'=30;30;7"],
    [daysLeft(7), [], 2, 'CRITICAL', "'grace_days'=7;30;7"],
    [daysLeft(30.9), [], 1, 'WARNING', "'grace_days'=30;30;7"],
    [daysLeft(7.5), [], 2, 'CRITICAL', "'grace_days'=7;30;7"],
    [daysLeft(30), ['--warning', '29', '--critical', '3'], 0, 'OK', "'grace_days'=30;29;3"],
    [PERMANENT, [], 0, 'OK', "'grace_days'=U;30;7"],
  ])(
    'reports $3 with $4 and exits with $2 (row %$)',
    { timeout: 60_000 },
    async (file, more, code, state, data) => {
      const ran = await nagios(file, ...more);
      expect(ran.stderr).toBe('');
      expect(ran.code).toBe(code);
      expect(pluginLine(ran.stdout)).toMatchObject({ state, data });
    },
  );

  it('reports WARNING if Windows is licensed but Office is not', async () => {
    const office = saved({
      licensing: {
        products: [
          { LicenseStatus: 1, PartialProductKey: '2YT43', GracePeriodRemaining: 250_000 },
          {
            Name: 'Office 24, Office24ProPlus2024VL_KMS_Client_AE edition',
            Description: 'Office 24, VOLUME_KMSCLIENT channel',
            ApplicationID: '0ff1ce15-a989-479d-af46-f275c6370663',
            LicenseStatus: 5,
            LicenseStatusReason: 0xc004f038,
            PartialProductKey: 'BCDFG',
          },
        ],
      },
    });
    const { code, stdout } = await nagios(office);
    expect([code, pluginLine(stdout).state]).toEqual([1, 'WARNING']);
  });

  it('reports WARNING for an unhealthy network case, which has no Windows facts', async () => {
    const network = saved({
      of: 'network',
      unread: { licence: 'needs-windows', service: 'needs-windows', sppsvc: 'needs-windows' },
      dns: { servers: { '10.0.0.10': { records: [] } } },
    });
    const { code, stdout } = await nagios(network);
    expect([code, pluginLine(stdout).state]).toEqual([1, 'WARNING']);
  });

  it('reports UNKNOWN without a likely verdict if reading the facts timed out', async () => {
    const blind = saved({
      unread: { licence: 'timed-out', dns: 'timed-out', events: 'timed-out' },
    });
    const { code, stdout } = await nagios(blind);
    expect([code, pluginLine(stdout).state]).toEqual([3, 'UNKNOWN']);
    expect(stdout).not.toContain('[Likely]');
  });

  it('keeps untrusted and localized text on one line and out of the performance data', async () => {
    const odd = saved({
      computer: { os: 'Windows | 11\nSecond line', domain: 'contoso.com' },
      licensing: { products: [{ Name: 'a | b', LicenseStatus: 5, PartialProductKey: '2YT43' }] },
    });
    pluginLine((await nagios(odd)).stdout);
    const chinese = await runCli(
      'diagnose',
      '--scenario',
      SICK,
      '--format',
      'nagios',
      '--lang',
      'zh-TW',
    );
    expect(pluginLine(chinese.stdout).sentence).toMatch(/[\u4e00-\u9fff]/);
  });
});

/** Parses samples in the Prometheus text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
function samples(text: string): Map<string, { labels: Record<string, string>; value: number }> {
  expect(text.endsWith('\n')).toBe(true);
  expect(text).not.toContain('\r');
  expect(text.startsWith('\ufeff')).toBe(false);
  const found = new Map<string, { labels: Record<string, string>; value: number }>();
  let family: { name: string; isTyped: boolean } | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)+)$/.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) gauge$/.exec(line);
    if (help) {
      expect(found.has(help[1]!), line).toBe(false);
      family = { name: help[1]!, isTyped: false };
    } else if (type) {
      expect(type[1]).toBe(family?.name);
      family!.isTyped = true;
    } else {
      const [, name = '', labelText = '', value = ''] =
        /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line) ??
        [];
      expect(name, line).toBe(family?.name);
      expect(family?.isTyped).toBe(true);
      const labels: Record<string, string> = {};
      let rest = labelText;
      while (rest !== '') {
        const [whole = '', label = '', text = ''] =
          /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\\\|\\"|\\n)*)"(?:,(?=.)|$)/.exec(rest) ?? [];
        expect(whole, rest).not.toBe('');
        expect(labels).not.toHaveProperty(label);
        labels[label] = text.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
        rest = rest.slice(whole.length);
      }
      found.set(name, { labels, value: Number(value) });
    }
  }
  return found;
}

describe('--format prometheus', () => {
  const prometheus = async (file: string) => {
    const ran = await runCli('diagnose', '--scenario', file, '--format', 'prometheus');
    expect(ran.stderr).toBe('');
    return { ...ran, samples: samples(ran.stdout) };
  };

  it('exports the verdict with its labels, and times in seconds', async () => {
    const sick = await prometheus(SICK);
    expect(sick.code).toBe(1);
    expect(sick.samples.get('kms_doctor_verdict_info')).toMatchObject({
      labels: { computer: 'PC-042', code: 'srv-record-missing', domain: 'contoso.com', host: '' },
      value: 1,
    });
    const value = (name: string) => sick.samples.get(`kms_doctor_${name}`)?.value;
    expect(value('healthy')).toBe(0);
    expect(value('licensed')).toBe(0);
    expect(value('license_status')).toBe(5);
    expect(value('activation_expiry_timestamp_seconds')).toBeUndefined();
    expect(value('diagnosis_timestamp_seconds')).toBe(Date.parse('2026-11-22T09:00:00Z') / 1000);
    expect(sick.samples.get('kms_doctor_last_error_info')?.labels).toEqual({ code: '0x8007232B' });
  });

  it('exports when an activation expires, and omits it for a permanent activation', async () => {
    const begun = Date.parse('2026-11-22T09:00:00Z') / 1000;
    const expiry = async (file: string) =>
      (await prometheus(file)).samples.get('kms_doctor_activation_expiry_timestamp_seconds')?.value;
    expect(await expiry(daysLeft(31))).toBe(begun + 31 * 86_400);
    expect(await expiry(PERMANENT)).toBeUndefined();
  });

  it('escapes label values', async () => {
    const { prometheusReport } = await import('../../../electron/report/prometheus');
    const { diagnose } = await import('@engine/run');
    const { createScenarioComputer } = await import('../../../electron/computer/scenario');
    const { diagnosis } = await diagnose(
      createScenarioComputer({ schema: 'kms-doctor/scenario@1' }),
    ).result;
    const computer = 'A"B\\C\nD 電腦 } 1';
    const text = prometheusReport({ ...diagnosis, target: { ...diagnosis.target, computer } }, '1');
    expect(samples(text).get('kms_doctor_verdict_info')?.labels['computer']).toBe(computer);
  });
});

describe('facts line (--format line, --facts)', () => {
  const lineOf = async (file: string): Promise<string> => {
    const { stdout, stderr } = await runCli('diagnose', '--scenario', file, '--format', 'line');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^KMSD1 [\w.-]+\n$/);
    return stdout;
  };
  const withFacts = (text: string | Buffer): string => {
    const file = path.join(folder, `${(files += 1)}.txt`);
    writeFileSync(file, text);
    return file;
  };

  it('reproduces the verdict of the PC, from a file with other text or from standard input', async () => {
    const line = await lineOf(SICK);
    const here = JSON.parse((await runCli('diagnose', '--scenario', SICK, '--json')).stdout) as {
      verdict: unknown;
    };
    const around = withFacts(`From: somebody\r\n> ${line}\r\nKMSD1 second\n`);
    // The encoding of "> file" in Windows PowerShell 5.1.
    const wide = withFacts(Buffer.from(`\ufeff${line}`, 'utf16le'));
    for (const ran of [
      await runCli('diagnose', '--facts', around, '--json'),
      await runCli('diagnose', '--facts', wide, '--format', 'json'),
      await runCliWith({ input: line }, 'diagnose', '--facts', '-', '--json'),
    ]) {
      expect([ran.stderr, ran.code]).toEqual(['', 1]);
      const report = JSON.parse(ran.stdout) as { verdict: unknown; target: { kind: string } };
      expect(report.target.kind).toBe('facts');
      expect(report.verdict).toEqual(here.verdict);
    }
  });

  it('rehearses a treatment, prints the command to run on the PC, and changes nothing', async () => {
    const facts = withFacts(
      await lineOf(
        saved({
          licensing: {
            service: { KeyManagementServiceMachine: 'old.contoso.com' },
            products: [
              { LicenseStatus: 5, LicenseStatusReason: 0xc004f074, PartialProductKey: '2YT43' },
            ],
          },
        }),
      ),
    );
    const rehearsed = await runCli('repair', '--facts', facts, '--dry-run', '--lang', 'en');
    expect(rehearsed.code).toBe(0);
    expect(rehearsed.stdout).toContain('rehearsed with facts from PC-042, and nothing was changed');
    expect(rehearsed.stdout).toContain('run this command on that PC: kms-doctor repair\n');
    const planned = await runCli(
      'fix',
      'assign-kms-host',
      '--param',
      'host=kms1.contoso.com',
      '--facts',
      facts,
      '--dry-run',
      '--lang',
      'en',
    );
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain(
      'run this command on that PC: kms-doctor fix assign-kms-host --param host=kms1.contoso.com\n',
    );
    for (const words of [['repair', '--yes'], ['repair'], ['fix', 'activate-now', '--yes']]) {
      const { code, stdout, stderr } = await runCli(...words, '--facts', facts, '--lang', 'en');
      expect([code, stdout]).toEqual([64, '']);
      expect(stderr).toContain('--dry-run');
    }
    expect((await runCli('undo', '--facts', facts)).code).toBe(64);
  });

  it.each([
    ['text without a facts line', 'nothing here', /no facts line/],
    ['a facts line of a newer version', 'KMSD3 abcd', /KMSD3/],
    ['a truncated facts line', null, /whole line/],
  ])('reports a usage error for %s', async (_, text, words) => {
    const line = text ?? (await lineOf(SICK)).slice(0, 200);
    const { code, stdout, stderr } = await runCli(
      'diagnose',
      '--facts',
      withFacts(line),
      '--lang',
      'en',
    );
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(words);
  });

  it('is offered in the text report of an unhealthy PC only', async () => {
    const sick = await runCli('diagnose', '--scenario', SICK, '--lang', 'en');
    expect(sick.stdout).toContain(`    kms-doctor diagnose --format line --scenario ${SICK}\n`);
    const healthy = await runCli('diagnose', '--scenario', HEALTHY, '--lang', 'en');
    expect(healthy.stdout).not.toContain('--format line');
  });
});

it.each([
  [['--format', 'xml'], 'text, json, line, nagios, prometheus'],
  [['--format', 'line', '--json'], '--format line'],
  [['--warning', '5'], '--format nagios'],
  [['--format', 'json', '--critical', '5'], '--format nagios'],
  [['--format', 'nagios', '--warning', '5'], '--critical 7'],
  [['--format', 'nagios', '--warning', 'soon'], '--warning "soon"'],
  [['--facts', '-', '--scenario', 'x.json'], '--facts'],
  [['--facts', '-', '--target', 'network'], '--facts'],
  [['--facts', 'no-such-file.txt'], 'no-such-file.txt'],
])('diagnose reports a usage error for %j', async (words, named) => {
  const { code, stdout, stderr } = await runCli('diagnose', ...words, '--lang', 'en');
  expect([code, stdout]).toEqual([64, '']);
  expect(stderr).toContain(named);
});

it('diagnose accepts --json together with --format json', async () => {
  const { code, stdout } = await runCli(
    'diagnose',
    '--scenario',
    HEALTHY,
    '--json',
    '--format',
    'json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 'kms-doctor/report@1' });
});
