import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { FIX_IDS, type FixId } from '@shared/catalog';
import { fieldsOf, parseParameters } from '@engine/fixes/parameters';
import { translator } from '@shared/i18n';
import { isAddress, isHostName } from '@shared/names';
import { changeType } from '@engine/changes';
import { Facts } from '@engine/facts/facts';
import { fixOf, planFix } from '@engine/fixes';
import { viewPlan, viewRefusal } from '@engine/fixes/views';
import { renderHandover } from '@engine/admin-instructions/text';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { productKeyCharacters } from '../../shared/product-key-arbitrary';
import { readCase } from '../../../scenarios/cases';
import { keyFile } from './fixtures';

const problemsOf = (fix: FixId, raw: Readonly<Record<string, unknown>>) => {
  const parsed = parseParameters(fixOf(fix).parameters, raw);
  return parsed.ok ? [] : parsed.problems;
};

/** Text that is almost valid, and text that isn't. */
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
  adapter: fc.constantFrom('Ethernet', 'ETHERNET', 'WLAN 2', ''),
  servers: fc.array(fc.oneof(fc.constant('10.0.0.10'), fc.ipV4(), fc.ipV6()), { maxLength: 3 }),
  product: fc.constantFrom('windows', 'office'),
  method: fc.constantFrom('windows-dns', 'dynamic-update', 'text'),
  priority: fc.integer({ min: 0, max: 65_535 }),
  weight: fc.integer({ min: 0, max: 65_535 }),
  ttl: fc.integer({ min: 1, max: 100_000 }),
  zone: fc.constantFrom('', 'contoso.com'),
  server: fc.constantFrom('10.0.0.10', '10.0.0.10:53', ''),
  tsigKeyFile: fc.constantFrom('', keyFile(afterAll), 'C:\\kms key\\k.key'),
  confirmationId: digits.map((list) => list.join('')),
};

/** A fix with parameters, some of which are valid, malformed, missing or unknown. */
const order = fc.constantFrom(...FIX_IDS).chain((fix) =>
  fc
    .record(
      Object.fromEntries(
        fieldsOf(fixOf(fix).parameters).map(({ name }) => [
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
        // Required parameters are present, but their value is occasionally undefined.
        requiredKeys: fieldsOf(fixOf(fix).parameters)
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

/** Whether a manual command consists only of fixed words and of values that need no quoting. */
const isPlainLine = (line: string): boolean =>
  // eslint-disable-next-line no-control-regex -- these are exactly the characters that must not get in
  !/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069`$;&|<>^]/.test(line);

const RUNS = process.env['KMS_DOCTOR_FULL'] === '1' ? 100_000 : 10_000;
const SEED = 20_261_122;

it('never throws, and lets only validated values into commands', { timeout: 600_000 }, async () => {
  const { signal } = new AbortController();
  const pcs = await Promise.all(
    ['srv-record-missing/record-missing', 'healthy/kms-host', 'healthy/seen-from-the-network'].map(
      async (name) => {
        const computer = createScenarioComputer(readCase(name));
        const { snapshot } = await diagnose(computer, { signal }).result;
        return { snapshot, facts: new Facts(computer, {}, signal) };
      },
    ),
  );
  // An unknown host would be looked up each time, which other tests cover.
  for (const { facts } of pcs) {
    facts.probeKms = () => ({
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
    fc.asyncProperty(order, fc.nat({ max: pcs.length - 1 }), async ({ fix, raw }, index) => {
      count += 1;
      const { snapshot, facts } = pcs[index]!;
      const result = await planFix(fix, raw, snapshot, facts);
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
        for (const line of changeType(change).manualSteps(change)) {
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
      // The parameters shown in a plan are valid input again.
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
});

/** Returns the hosts, domains and suffixes in a change. */
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
