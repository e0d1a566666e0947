/** Recommended commands can be pasted and run. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '@shared/error-codes';
import { translator } from '@shared/i18n';
import { diagnose } from '@engine/run';
import { caseFile, EXPECTED, readCase } from '../../scenarios/cases';
import { Bench, FAKE_KEY, type Params } from '../engine/fixes/fix-harness';
import { readCommandLine } from '../../../electron/cli/options';
import { commandsFor } from '../../../electron/cli/recommend';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { htmlReport } from '../../../electron/report/html';
import { textReport } from '../../../electron/report/text';
import { diagnosisOf } from '../report/diagnoses';
import { runCli, runCliWith } from './run-cli';

interface Planned {
  readonly parameters: object;
}

/** One case per verdict, or all cases with `--full`. */
const CASES =
  process.env['KMS_DOCTOR_FULL'] === '1'
    ? Object.keys(EXPECTED)
    : [...new Map(Object.keys(EXPECTED).map((name) => [name.split('/')[0], name])).values()];

/** Values for the placeholders, which are in capitals. */
const VALUES: Readonly<Record<string, string>> = {
  NAME: 'kms7.contoso.com',
  DOMAIN: 'branch.contoso.com',
  IP: '10.0.0.10',
  DIGITS: '123456'.repeat(8),
};
const FILL_IN = translator('en')('cli.text.fillIn');

/** Returns the commands in a text, without the program's name. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/kms-doctor ((?:fix|repair|undo|explain) [^<)\n]*)/g)].map(
    ([, command = '']) => command,
  );

/** Splits a command into arguments and fills in its placeholders. */
const wordsOf = (command: string, computer = ''): string[] =>
  command
    .trim()
    .split(' ')
    .map((word) =>
      word.replace(/=([A-Z]+)$/, (_, place: string) =>
        place === 'COMPUTER' ? `=${computer}` : `=${VALUES[place]}`,
      ),
    );

const hasPlace = (command: string): boolean => /=[A-Z]+( |$)/.test(command);

describe('diagnose', () => {
  it('recommends --domain for a network without a domain', async () => {
    const { diagnosis, snapshot } = await diagnose(
      createScenarioComputer({
        schema: 'kms-doctor/scenario@1',
        of: 'network',
        computer: { domain: null, primaryDnsSuffix: null, dnsSuffixSearchList: [] },
        adapters: [{ addresses: ['10.0.0.42'], dnsServers: ['10.0.0.10'], connectionSuffix: null }],
      }),
    ).result;
    const whose = { target: 'network', scenario: null, facts: null, dataDir: null } as const;
    const where = { ...whose, dnsOverrides: {} };
    const commands = commandsFor(snapshot, 'network', where);
    const text = textReport(diagnosis, translator('en'), commands);
    expect(text).toContain(commands.inDomain);
    expect(text).not.toContain(translator('en')('cli.text.noFix'));
    const words = commands.inDomain!.replace('DOMAIN', 'contoso.com').split(' ').slice(1);
    expect(readCommandLine(words)).toMatchObject({
      target: 'network',
      dnsOverrides: { domains: ['contoso.com'] },
    });
    // On Windows, --domain isn't needed.
    expect(commandsFor(snapshot, 'this-pc', where).inDomain).toBeNull();
  });

  it.each(CASES)('recommends fix commands that run for %s', { timeout: 30_000 }, async (name) => {
    const file = path.relative(process.cwd(), caseFile(name));
    const { stdout } = await runCli('diagnose', '--lang', 'en', '--scenario', file);
    const commands = commandsIn(stdout);
    expect(stdout.includes(FILL_IN)).toBe(commands.some(hasPlace));
    for (const command of commands.filter((one) => one.startsWith('fix'))) {
      expect(command).toContain(`--scenario ${file}`);
      const words = [...wordsOf(command, readCase(name).computer?.name ?? 'PC-042'), '--dry-run'];
      const { code, stderr } = await runCliWith({ input: FAKE_KEY }, ...words);
      // A server that the user types in is first queried for the domain.
      const isUnfit = code === 64 && command.includes('servers=IP');
      const isUnread = code === 4 && stderr.startsWith(translator('en')('fixes.notHere.unread'));
      expect(isUnfit || isUnread ? 0 : code, `${command}: ${stderr}`).toBe(0);
    }
  });

  it.each([...CASES, 'kms-port-filtered/filtered', 'kms-host-not-activated/kms-host'])(
    'recommends repair for %s only if it has steps or asks for missing input',
    { timeout: 30_000 },
    async (name) => {
      const where = ['--lang', 'en', '--scenario', caseFile(name)];
      const { stdout } = await runCli('diagnose', ...where);
      const isRecommended = commandsIn(stdout).some((one) => one.startsWith('repair'));
      const { stdout: rehearsed } = await runCli('repair', '--dry-run', ...where);
      const isOfUse =
        rehearsed.includes(translator('en')('treatment.cli.plan')) ||
        commandsIn(rehearsed).some((one) => /--kms-host NAME|productKey=-/.test(one));
      expect(isRecommended).toBe(isOfUse);
    },
  );

  it('repeats the options that determine which facts are read, quoted for the shell', async () => {
    const file = caseFile('srv-record-missing/record-missing');
    const where = ['--dns', '10.0.0.10:5300', '--domain', 'b.contoso.com', '--data-dir', 'my lab'];
    const { stdout } = await runCli('diagnose', '--scenario', file, ...where);
    const [command = ''] = commandsIn(stdout).filter((one) => one.startsWith('fix'));
    const quoted = process.platform === 'win32' ? '"my lab"' : "'my lab'";
    expect(command).toContain(
      `--scenario ${file} --dns 10.0.0.10:5300 --domain b.contoso.com --data-dir ${quoted}`,
    );
  });

  it('passes on the host from --kms-host', async () => {
    const file = caseFile('srv-record-missing/record-missing');
    const named = ['--kms-host', 'kms1.contoso.com'];
    const { stdout } = await runCli('diagnose', '--scenario', file, ...named);
    const commands = commandsIn(stdout).filter((one) => one.startsWith('fix'));
    expect(commands).toHaveLength(2);
    for (const command of commands) {
      expect(command).toContain('--param host=kms1.contoso.com');
      expect((await runCli(...wordsOf(command), '--dry-run')).code).toBe(0);
    }
  });
});

it('explain recommends commands that parse, with a hint if placeholders must be filled in', async () => {
  for (const { hex, fixes } of ERROR_CODES) {
    const { stdout } = await runCli('explain', hex, '--lang', 'en');
    const commands = commandsIn(stdout);
    expect(commands).toHaveLength(fixes.length);
    expect(stdout.includes(FILL_IN)).toBe(commands.some(hasPlace));
    for (const command of commands) expect(() => readCommandLine(wordsOf(command))).not.toThrow();
  }
});

it('an HTML report recommends commands without options for a particular PC', async () => {
  const diagnosis = await diagnosisOf('srv-record-missing/record-missing');
  const page = htmlReport(diagnosis, { language: 'en', version: '1.0.0' });
  const file = caseFile('srv-record-missing/record-missing');
  expect(page).toContain(FILL_IN);
  for (const command of commandsIn(page)) {
    const { code } = await runCli(...wordsOf(command), '--scenario', file, '--dry-run');
    expect(code).toBe(0);
  }
});

describe('omitted parameters', () => {
  const elsewhere = 'srv-record-in-other-domain/parent-domain';
  const answering = 'assigned-host-unreachable/old-address';

  it('are taken from the facts and shown in the plan', async () => {
    const pc = new Bench(readCase(answering));
    const ended = await pc.fix('assign-kms-host', {}, { dryRun: true });
    expect(ended).toMatchObject({ code: 0, err: '' });
    const text = await pc.fix('assign-kms-host', {}, { dryRun: true, json: false });
    expect(text.out).toContain('Based on the diagnosis: host=');
    pc.remove();
  });

  it('are suggested only if they fit the given parameters', async () => {
    const pc = new Bench(readCase(elsewhere));
    const plan = async (params: Params) => pc.fix('create-srv-record', params, { dryRun: true });
    const { parameters: suggested } = JSON.parse((await plan({})).out) as Planned;
    const typed = { host: 'kms7.contoso.com' };
    const { parameters } = JSON.parse((await plan(typed)).out) as Planned;
    expect(parameters).toEqual({ ...suggested, ...typed, port: 1688 });
    // The suggested host belongs to this domain, so it isn't suggested for another one.
    const ended = await plan({ domain: 'fabrikam.com' });
    expect(ended).toMatchObject({ code: 64, out: '' });
    expect(ended.err).toContain('--param host=NAME');
    pc.remove();
  });

  it('never default to disabling something', async () => {
    const pc = new Bench(readCase('healthy/kms-host'));
    const ended = await pc.fix('set-dns-publishing', {}, { dryRun: true });
    expect(ended).toMatchObject({ code: 64, out: '' });
    expect(ended.err).toContain('--param enabled=true');
    pc.remove();
  });

  it('are named with their option if the facts suggest no value', async () => {
    const pc = new Bench(readCase('srv-record-missing/record-missing'));
    const ended = await pc.fix('assign-kms-host', {}, { dryRun: true });
    expect(ended).toMatchObject({ code: 64, out: '' });
    expect(ended.err).toContain('--param host=NAME');
    pc.remove();
  });
});
