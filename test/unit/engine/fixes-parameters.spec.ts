import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIX_IDS, type FixId } from '@shared/catalogue';
import {
  FIX_PARAMETERS,
  fieldsOf,
  parseFixParameters,
  showParameters,
} from '@shared/fix-parameters';
import { translator } from '@shared/i18n';
import { isAddress, isHostName } from '@shared/names';
import { changeType } from '@engine/changes';
import { Facts } from '@engine/facts';
import { planFix } from '@engine/fixes';
import { viewPlan, viewRefusal } from '@engine/fixes/views';
import { renderHandover } from '@engine/handover/text';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { productKeyCharacters } from '../shared/product-key-arbitrary';
import { readCase } from '../../scenarios/cases';

const problemsOf = (fix: FixId, raw: Readonly<Record<string, unknown>>) => {
  const parsed = parseFixParameters(fix, raw);
  return parsed.ok ? [] : parsed.problems;
};
const valueOf = (fix: FixId, raw: Readonly<Record<string, unknown>>): unknown => {
  const parsed = parseFixParameters(fix, raw);
  return parsed.ok ? parsed.values : parsed.problems;
};
const suggestions = (host: string) =>
  problemsOf('assign-kms-host', { host }).flatMap((problem) => problem.suggestions);

describe('a host', () => {
  it.each([
    ['kms1.contoso.com', 'kms1.contoso.com', 1688],
    ['KMS1.Contoso.COM.', 'kms1.contoso.com', 1688],
    ['KMS1', 'kms1', 1688],
    ['kms1.contoso.com:2500', 'kms1.contoso.com', 2500],
    ['10.0.0.20', '10.0.0.20', 1688],
    ['10.0.0.20:1689', '10.0.0.20', 1689],
    ['2001:db8::10', '2001:db8::10', 1688],
    ['[2001:db8::10]', '2001:db8::10', 1688],
    ['[2001:DB8::10]:1689', '2001:db8::10', 1689],
    ['2001:db8:0:0:0:0:0:1688', '2001:db8:0:0:0:0:0:1688', 1688],
    ['  kms1.contoso.com ', 'kms1.contoso.com', 1688],
    ['\u00a0kms1.contoso.com\u3000', 'kms1.contoso.com', 1688],
    ['münchen.example', 'xn--mnchen-3ya.example', 1688],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah', 1688],
  ])('%s is %s with port %i', (text, host, port) => {
    expect(valueOf('assign-kms-host', { host: text })).toEqual({ host, port });
  });

  it('offers what may have been meant', () => {
    expect(suggestions('fe80::1:1688')).toEqual(['[fe80::1]:1688', '[fe80::1:1688]']);
    expect(suggestions('2001:db8:1:2:3:4:5:6:1688')).toEqual(['[2001:db8:1:2:3:4:5:6]:1688']);
    expect(suggestions('fe80::1:16880')).toEqual(['[fe80::1]:16880']);
    expect(suggestions('http://kms1.contoso.com:1688/x?y')).toEqual(['kms1.contoso.com:1688']);
    expect(suggestions('\\\\KMS1')).toEqual(['kms1']);
    expect(suggestions('kms1..contoso.com')).toEqual(['kms1.contoso.com']);
  });

  it.each([
    ['', 'required'],
    ['-kms1', 'hyphen'],
    ['/kms1', 'character'],
    ['kms 1', 'character'],
    ['kms"1', 'character'],
    ["kms'1", 'character'],
    ['kms1;calc', 'character'],
    ['kms1&calc', 'character'],
    ['$(calc)', 'character'],
    ['`calc`', 'character'],
    ['kms1|calc', 'character'],
    ['%TEMP%', 'character'],
    ['kms1\n-ipk', 'character'],
    ['kms1\n', 'character'],
    ['\tkms1', 'character'],
    ['10.0.0.20\r', 'character'],
    ['[fe80::1]:1688\n', 'brackets'],
    ['kms\u0000', 'character'],
    ['kms\u202e1', 'character'],
    ['kms1/../x', 'character'],
    ['fe80::1%12', 'colons'],
    ['[kms1]:1688', 'brackets'],
    ['[fe80::1]x', 'brackets'],
    ['1.2.3', 'numericName'],
    ['256.1.1.1', 'numericName'],
    [`${'a'.repeat(64)}.com`, 'labelTooLong'],
    [`${'abc.'.repeat(64)}com`, 'tooLong'],
    ['x'.repeat(5000), 'tooLong'],
    ['kms1:0', 'port'],
    ['kms1:65536', 'port'],
    ['kms1:1688x', 'port'],
    [42, 'text'],
  ])('is not %j', (host, problem) => {
    expect(problemsOf('assign-kms-host', { host }).map(({ message }) => message.key)).toEqual([
      `parameters.problems.${problem}`,
    ]);
  });

  it('has its port in one place', () => {
    expect(problemsOf('assign-kms-host', { host: 'kms1:1689', port: '1688' })).toMatchObject([
      { field: 'port', message: { params: { one: 1689, other: 1688 } } },
    ]);
    expect(valueOf('assign-kms-host', { host: 'kms1:1689', port: 1689 })).toMatchObject({
      port: 1689,
    });
  });

  it('has a full name where a record is to name it', () => {
    const raw = { domain: 'contoso.com', method: 'text' };
    const key = (host: string) =>
      problemsOf('create-srv-record', { ...raw, host }).map(({ message }) => message.key);
    expect(key('kms1')).toEqual(['parameters.problems.fullName']);
    expect(key('10.0.0.20')).toEqual(['parameters.problems.addressNotName']);
    expect(key('kms1.contoso.com:1688')).toEqual(['parameters.problems.portNotHere']);
    expect(key('kms1.contoso.com')).toEqual([]);
  });
});

describe('the other parameters', () => {
  it.each([
    [0, false],
    [1, true],
    ['65535', true],
    ['65536', false],
    ['-1', false],
    ['16 88', false],
    ['1e3', false],
    ['0x10', false],
    [1.5, false],
    [true, false],
  ])('port %j', (port, good) => {
    expect(problemsOf('assign-kms-host', { host: 'kms1', port }).length).toBe(good ? 0 : 1);
  });

  it('takes entries of the publish list, once a domain', () => {
    expect(
      showParameters(
        valueOf('set-publish-list', {
          domains: [
            'a.contoso.com',
            ' B.contoso.com , 1 , 2',
            'b.contoso.com,3,4',
            'bücher.example',
          ],
        }) as object as Record<string, unknown>,
      ),
    ).toEqual({ domains: ['a.contoso.com', 'b.contoso.com,3,4', 'xn--bcher-kva.example'] });
    expect(valueOf('set-publish-list', { domains: [''] })).toEqual({ domains: [] });
    for (const domains of [
      undefined,
      'a.contoso.com,1',
      'a,1,2,3',
      'a,-1,0',
      'a,1,65536',
      '10.0.0.1',
    ]) {
      expect(problemsOf('set-publish-list', { domains })).toHaveLength(1);
    }
  });

  it('keeps the record within its zone', () => {
    const raw = { domain: 'a.contoso.com', host: 'k.contoso.com', method: 'text' };
    expect(valueOf('create-srv-record', raw)).toMatchObject({ zone: 'a.contoso.com', ttl: 3600 });
    expect(valueOf('create-srv-record', { ...raw, zone: 'contoso.com' })).toMatchObject({
      zone: 'contoso.com',
    });
    expect(problemsOf('create-srv-record', { ...raw, zone: 'evilcontoso.com' })).toMatchObject([
      { field: 'zone', suggestions: ['a.contoso.com'] },
    ]);
  });

  it('takes a DNS server as --dns does', () => {
    const server = (text: string) =>
      valueOf('create-srv-record', {
        domain: 'contoso.com',
        host: 'k.contoso.com',
        method: 'text',
        server: text,
      });
    expect(server('10.0.0.10')).toMatchObject({ server: { address: '10.0.0.10', port: 53 } });
    expect(server('[::1]:5300')).toMatchObject({ server: { address: '::1', port: 5300 } });
    expect(server('dns1.contoso.com')).toMatchObject([{ field: 'server' }]);
  });

  it('checks a confirmation id group by group', () => {
    const groups = Array.from({ length: 8 }, (_, index) => `${index}00000`);
    const key = (confirmationId: string) =>
      problemsOf('activate-by-phone', { confirmationId }).map(({ message }) => message);
    for (const between of ['', '-', ' ', '–']) expect(key(groups.join(between))).toEqual([]);
    expect(key([...groups.slice(0, 2), '12345', ...groups.slice(3)].join('-'))).toEqual([
      { key: 'parameters.problems.confirmationIdGroup', params: { group: 3, length: 5 } },
    ]);
    expect(key('123456')).toEqual([
      { key: 'parameters.problems.confirmationIdLength', params: { length: 6 } },
    ]);
    expect(key(groups.join('-').replace('5', 'S'))).toMatchObject([
      { key: 'parameters.problems.confirmationIdCharacter' },
    ]);
    expect(key('')).toMatchObject([{ key: 'parameters.problems.confirmationIdMissing' }]);
  });

  it('forgives a key its dashes and refuses what is none', () => {
    const good = (productKey: string) => problemsOf('install-mak', { productKey }).length === 0;
    expect(good('BCDFG—HJKMP‑QRTVW−XY234–N6789')).toBe(true);
    expect(good('  bcdfg hjkmp qrtvw xy234 n6789')).toBe(true);
    expect(good('BCDFG-HJKMP-QRTVW-XY234-B6789')).toBe(false);
    expect(good('BCDFG-HJKMP-QRTVW-XYN34-N6789')).toBe(false);
    expect(good('BCDFG-HJKMP-QRTVW-XY234-N678A')).toBe(false);
    expect(good('BCDFG-HJKMP-QRTVW-XY234-N67')).toBe(false);
  });

  it('keeps quotes and commands out of a path', () => {
    const problem = (tsigKeyFile: string) =>
      problemsOf('create-srv-record', {
        domain: 'contoso.com',
        host: 'k.contoso.com',
        method: 'dynamic-update',
        tsigKeyFile,
      }).map(({ field }) => field);
    for (const path of ['/etc/bind/kms.key', 'C:\\Program Files (x86)\\kms.key', './kms.key']) {
      expect(problem(path)).toEqual([]);
    }
    for (const path of ['-k', 'a"b', "a'b", 'a$(b)', 'a`b', 'a\nb', 'a;b', 'a&b', '%TEMP%\\k']) {
      expect(problem(path)).toEqual(['tsigKeyFile']);
    }
  });

  it('names the parameters that there are', () => {
    const [problem] = problemsOf('assign-kms-host', { host: 'kms1', hots: 'x' });
    expect(problem).toMatchObject({
      field: 'hots',
      message: { params: { allowed: 'host, port' } },
    });
    expect(problemsOf('sync-clock', { x: '1' })).toMatchObject([{ field: 'x' }]);
  });

  it('tells the form what is needed', () => {
    const needed = (fix: FixId) =>
      fieldsOf(fix)
        .filter(({ required }) => required)
        .map(({ name }) => name);
    expect(needed('create-srv-record')).toEqual(['domain', 'host', 'method']);
    expect(needed('assign-kms-host')).toEqual(['host']);
    expect(needed('set-publish-list')).toEqual(['domains']);
    expect(Object.keys(FIX_PARAMETERS).sort()).toEqual([...FIX_IDS].sort());
  });
});

/** Texts that are near to good ones, and texts that are not. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.domain(),
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV6().map((address) => `[${address}]:1688`),
  fc.webUrl(),
  fc.constantFrom(
    '-',
    '/',
    ' ',
    '"',
    "'",
    '`',
    '$(x)',
    '%x%',
    '^',
    '&&',
    '|',
    ';',
    '\r\n',
    '\u0000',
    '\u202e',
    'kms1.contoso.com',
    'kms1 -ipk',
    "kms1'",
    'a\\0b',
    'a,1,2',
    '__proto__',
    'constructor',
    '::',
    '１６８８',
    'ﬁ.example',
    'xn--',
    'xn--a-ä',
    '例え.テスト',
    '-k',
    '--',
    'text',
    'windows-dns',
  ),
  fc.integer().map(String),
  fc.tuple(fc.string({ maxLength: 6 }), fc.domain()).map((parts) => parts.join('')),
);
const goodKey = productKeyCharacters.map((characters) => characters.join(''));
const digits = fc.array(fc.nat({ max: 9 }), { minLength: 48, maxLength: 48 });

const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  productKey: goodKey,
  confirm: fc.constantFrom('PC-042', 'pc-042', 'other'),
  activate: fc.boolean(),
  enabled: fc.constantFrom('true', 'false', true, false),
  host: fc.oneof(
    { weight: 5, arbitrary: fc.domain() },
    { weight: 1, arbitrary: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('KMS1')) },
  ),
  port: fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.constant('1688')),
  address: fc.oneof(fc.ipV4(), fc.ipV6()),
  domain: fc.domain(),
  domains: fc.array(
    fc
      .tuple(fc.domain(), fc.constantFrom('', ',1,2', ',0,65535', ',1'))
      .map((parts) => parts.join('')),
    { maxLength: 5 },
  ),
  method: fc.constantFrom('windows-dns', 'dynamic-update', 'text'),
  priority: fc.integer({ min: 0, max: 65_535 }),
  weight: fc.integer({ min: 0, max: 65_535 }),
  ttl: fc.integer({ min: 1, max: 100_000 }),
  zone: fc.constantFrom('', 'contoso.com'),
  server: fc.constantFrom('10.0.0.10', '10.0.0.10:53', ''),
  tsigKeyFile: fc.constantFrom('', '/etc/kms.key', 'C:\\kms key\\k.key'),
  confirmationId: digits.map((list) => list.join('')),
};

/** A fix with parameters of which some are good, some strange, some left out, some too many. */
const order = fc.constantFrom(...FIX_IDS).chain((fix) =>
  fc
    .record(
      Object.fromEntries(
        fieldsOf(fix).map(({ name }) => [
          name,
          fc.oneof(
            { weight: 12, arbitrary: values[name]! },
            { weight: 1, arbitrary: nasty },
            {
              weight: 1,
              arbitrary: fc.oneof(fc.anything(), fc.constant(undefined)),
            },
          ),
        ]),
      ),
      {
        // Once in a while even what is needed is left out.
        requiredKeys: fieldsOf(fix)
          .filter(({ required }) => required)
          .map(({ name }) => name),
      },
    )
    .chain((good) =>
      fc
        .oneof(
          { weight: 20, arbitrary: fc.constant({}) },
          { weight: 1, arbitrary: fc.dictionary(nasty, nasty, { minKeys: 1, maxKeys: 2 }) },
        )
        .map((extra) => ({ fix, raw: { ...good, ...extra } })),
    ),
);

/** What a line by hand is made of: words of the program, and values that need no quoting. */
const isPlainLine = (line: string): boolean =>
  // eslint-disable-next-line no-control-regex -- these are exactly the characters that must not get in
  !/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069`$;&|<>^]/.test(line);

const RUNS = 100_000;
const SEED = 20_261_122;

it(
  'throws at no parameters and lets nothing but validated values into a command',
  { timeout: 600_000 },
  async () => {
    const { signal } = new AbortController();
    const subjects = await Promise.all(
      [
        'srv-record-missing/record-missing',
        'healthy/kms-host',
        'healthy/seen-from-the-network',
      ].map(async (name) => {
        const computer = createScenarioComputer(readCase(name));
        const { situation } = await diagnose(computer, { signal }).result;
        return { situation, facts: new Facts(computer, {}, signal) };
      }),
    );
    // A host that nobody knows would be looked for each time: that it is looked for is tested elsewhere.
    for (const { facts } of subjects) {
      facts.reach = () => ({
        connected: Promise.resolve({ outcome: 'filtered', ms: 0, detail: null }),
        answered: Promise.resolve(null),
      });
      const query = facts.query.bind(facts);
      facts.query = (server, name, type, transport) =>
        name.startsWith('_vlmcs')
          ? query(server, '_vlmcs._tcp.contoso.com', 'SRV', transport)
          : query(server, 'nobody.contoso.com', type, transport);
      facts.resolve = () => Promise.resolve({ records: [], error: 'none', ms: 0 });
    }
    const t = translator('en');
    const seen = new Map<string, number>();
    let planned = 0;
    let count = 0;
    await fc.assert(
      fc.asyncProperty(order, fc.nat({ max: subjects.length - 1 }), async ({ fix, raw }, index) => {
        count += 1;
        const { situation, facts } = subjects[index]!;
        const result = await planFix(fix, raw, situation, facts);
        if (!result.ok) {
          const view = viewRefusal(result.refusal, t);
          expect(view.messages.length).toBeGreaterThan(0);
          for (const { message } of view.messages) expect(message).toMatch(/\S.*[.?:!]/s);
          return;
        }
        planned += 1;
        const { changes, handover, before } = result.plan;
        changes.forEach((change) => {
          seen.set(change.kind, (seen.get(change.kind) ?? 0) + 1);
          for (const line of changeType(change).byHand(change)) {
            if (!isPlainLine(line)) throw new Error(`${fix}: ${JSON.stringify(line)}`);
          }
          for (const name of namesIn(change)) {
            if (!isHostName(name) && !isAddress(name)) throw new Error(`${fix}: ${name}`);
          }
        });
        expect(before.length).toBe(changes.length);
        if (count % 50 === 0) viewPlan(result.plan, t);
        if (handover !== null && count % 10 === 0) {
          for (const line of renderHandover(handover, t).text.split('\n')) {
            expect(line.replace(/[$;&|<>`^]/g, '')).toSatisfy(isPlainLine);
          }
        }
        // Whatever was understood is understood the same way again.
        const key = raw['productKey'];
        const shownAgain = {
          ...result.plan.parameters,
          ...(key !== undefined && { productKey: key }),
        };
        expect(problemsOf(fix, shownAgain)).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    console.log(
      `${count} parameter sets (seed ${SEED}), ${planned} of them planned: ${JSON.stringify(Object.fromEntries(seen))}`,
    );
    expect(count).toBe(RUNS);
    expect(planned).toBeGreaterThan(RUNS / 10);
    expect(seen.size).toBeGreaterThan(8);
  },
);

/** The hosts, domains and suffixes in a change. */
function namesIn(change: object): string[] {
  return Object.entries(change).flatMap(([name, value]: [string, unknown]) => {
    if (name === 'suffixes') return value as string[];
    if (name === 'record')
      return [(value as { target: string }).target, (value as { zone: string }).zone];
    if ((name === 'host' || name === 'domain') && typeof value === 'string') {
      return [value.replace(/^\[|\]$/g, '')];
    }
    return [];
  });
}
