/**
 * Sends 10,000 generated messages to the router, or 100,000 in a full run, always from the same seed. None may reach a
 * handler or crash the router, each is refused with a reason, and memory usage doesn't grow.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { REQUESTS, type RequestName } from '@shared/ipc';
import { MAX_FILE_BYTES } from '@shared/max-file-size';
import { expect, it } from 'vitest';
import { type Handlers, route } from '../../../electron/ipc/router';
import { seeded, type Random } from '../../support/random';

const SEED = 20_261_122;
const MESSAGES = process.env['KMS_DOCTOR_FULL'] === '1' ? 100_000 : 10_000;

const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** A valid request of each name. */
const GOOD: Readonly<Record<RequestName, Record<string, unknown>>> = {
  'app:info': {},
  'app:set-language': { language: 'en' },
  'app:set-settings': { theme: 'dark', diagnosesByItself: false },
  'app:this-pc': {},
  'app:open-log': {},
  'app:restart-elevated': {},
  'run:start': {},
  'run:stop': {},
  'fix:form': { fix: 'assign-kms-host' },
  'fix:plan': { fix: 'assign-kms-host', parameters: { host: 'kms1.contoso.com', port: 1688 } },
  'fix:apply': { fix: 'assign-kms-host', parameters: { host: 'kms1' }, digest: 'a'.repeat(64) },
  'treatment:plan': { kmsHosts: ['kms1.contoso.com'] },
  'treatment:apply': { digest: 'x' },
  'treatment:stop': {},
  'treatment:undo': { treatment: 'x' },
  'journal:list': {},
  'journal:undo': { entry: '20261122T090000000-0a1b2c3d' },
  'report:ticket': {},
  'report:save': { format: 'html' },
  'file:open': {},
  'file:dropped': { name: 'case.json', text: '{}' },
  'facts:open': { text: 'KMSD1 x' },
  'facts:line': {},
  'fleet:open': { from: 'folder' },
  'fleet:dropped': {
    files: [{ name: 'a.json', text: '{}', goesOn: false }],
    part: 'first',
    isLast: true,
  },
  'fleet:stop': {},
  'fleet:close': {},
  'fleet:view': { filter: 'pc' },
  'fleet:rows': { list: '0123456789ab', filter: '', from: 0, count: 100 },
  'fleet:computer': { list: 'healthy-0', index: 0 },
  'fleet:copy': { list: 'unreadable-0', filter: '', what: 'names' },
  'fleet:save-page': {},
  'case:list': {},
  'case:open': { id: 'clock-skew' },
  'search:find': { text: '0xC004F074' },
  'text:copy': { text: 'x' },
  'text:save': { text: 'x' },
  'file:show-saved': {},
  'link:open': { link: 'error-codes' },
};
const NAMES = Object.keys(GOOD) as RequestName[];

const ORIGIN = 'app://bundle';
const mainFrame = { origin: ORIGIN, url: `${ORIGIN}/index.html` };
const page = { mainFrame };

interface Message {
  readonly event: { readonly sender: unknown; readonly senderFrame: unknown };
  readonly name: RequestName;
  readonly args: readonly unknown[];
  readonly refused: 'sender' | 'request';
  /** Location of the window's main frame if it isn't at its page. */
  readonly place?: { readonly origin: string; readonly url: string };
}

/** Senders other than the window's page. Their requests are valid. */
const STRANGERS: readonly (() => Message['event'])[] = [
  () => ({ sender: { mainFrame }, senderFrame: mainFrame }),
  () => ({ sender: undefined, senderFrame: mainFrame }),
  () => ({ sender: page, senderFrame: null }),
  () => ({ sender: page, senderFrame: { ...mainFrame } }),
  () => ({ sender: page, senderFrame: { origin: 'null', url: 'about:blank' } }),
  () => ({ sender: page, senderFrame: { origin: 'null', url: 'about:srcdoc' } }),
  () => ({
    sender: page,
    senderFrame: { origin: 'https://outside.example', url: 'https://outside.example/' },
  }),
];

/** Foreign locations that the main frame may have navigated to. */
const PLACES = [
  { origin: 'https://outside.example', url: 'https://outside.example/app://bundle/' },
  { origin: 'app://bundle.evil', url: 'app://bundle.evil/index.html' },
  { origin: 'app://report', url: 'app://report/index.html' },
  { origin: 'file://', url: 'file:///app://bundle/index.html' },
  { origin: 'null', url: 'about:blank' },
  { origin: 'null', url: 'app://bundle/index.html' },
  { origin: ORIGIN, url: 'data:text/html,x' },
];

function nested(depth: number): unknown {
  let value: unknown = 'end';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}

/** Values that are invalid in every field of every request. */
const ODD: readonly ((random: Random) => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => 10n,
  () => Symbol('odd'),
  () => () => 'called',
  () => new Map([['a', 1]]),
  () => new Set(['a']),
  () => new Date(0),
  () => new Error('planted'),
  () => new Uint8Array(64),
  () => /x/,
  () => Promise.resolve('later'),
  (random) => nested(9 + random.below(400)),
  (random) => Array.from({ length: 4097 + random.below(100) }, () => ''),
  (random) =>
    Object.fromEntries(Array.from({ length: 4097 + random.below(9) }, (_, i) => [`a${i}`, 0])),
  () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown,
  () => ({ constructor: { prototype: { polluted: true } } }),
  () => Object.create({ inherited: true }) as unknown,
  (random) => Buffer.from(Array.from({ length: 32 }, () => random.below(256))),
];

const LONG = 'x'.repeat(MAX_FILE_BYTES + 100_001);

/** Mutations that invalidate a valid request. */
const SPOILERS: readonly ((good: Record<string, unknown>, random: Random) => readonly unknown[])[] =
  [
    () => [],
    (good) => [good, good],
    (_good, random) => [random.pick(ODD)(random)],
    (good) => [[good]],
    (good) => [JSON.stringify(good)],
    (good, random) => [{ ...good, [`more${random.below(1000)}`]: random.below(10) }],
    (good, random) => [{ ...good, extra: random.pick(ODD)(random) }],
    (good) => [Object.assign(JSON.parse('{"__proto__":{"polluted":true}}') as object, good)],
    (good) => [{ ...good, constructor: 'x' }],
    (good) => [{ ...good, prototype: {} }],
    (good, random) => {
      const fields = Object.keys(good);
      if (fields.length === 0) return [null];
      return [{ ...good, [random.pick(fields)]: random.pick(ODD)(random) }];
    },
    (good, random) => {
      const fields = Object.keys(good);
      if (fields.length === 0) return ['{}'];
      const missing = random.pick(fields);
      return [Object.fromEntries(Object.entries(good).filter(([name]) => name !== missing))];
    },
    (good, random) => {
      const fields = Object.keys(good);
      if (fields.length === 0) return [{ ['']: '' }];
      // Longer than any string in the contract may be.
      return [{ ...good, [random.pick(fields)]: LONG }];
    },
  ];

function generate(random: Random): Message {
  const name = random.pick(NAMES);
  const good = GOOD[name];
  if (random.chance(0.05)) {
    const event = { sender: page, senderFrame: mainFrame };
    return { event, name, args: [good], refused: 'sender', place: random.pick(PLACES) };
  }
  if (random.chance(0.25)) {
    return { event: random.pick(STRANGERS)(), name, args: [good], refused: 'sender' };
  }
  const args = random.pick(SPOILERS)(good, random);
  return { event: { sender: page, senderFrame: mainFrame }, name, args, refused: 'request' };
}

/** Sets up the router as the app does, with handlers that only count calls. */
function routerUnderTest() {
  const counts = { handled: 0, logged: 0, failed: 0, reasons: new Map<string, number>() };
  const channels = new Map<string, (event: never, ...args: never[]) => unknown>();
  const handlers = Object.fromEntries(
    Object.keys(REQUESTS).map((name) => [
      name,
      () => {
        counts.handled += 1;
        return { done: true };
      },
    ]),
  ) as unknown as Handlers;
  route(
    {
      handle: (name, listener) => {
        channels.set(name, listener);
      },
    },
    {
      page: () => page as never,
      origin: ORIGIN,
      handlers,
      refused: (_channel, reason) => {
        counts.logged += 1;
        counts.reasons.set(reason, (counts.reasons.get(reason) ?? 0) + 1);
      },
      failed: () => {
        counts.failed += 1;
      },
    },
  );
  const send = async ({ event, name, args, place }: Omit<Message, 'refused'>) => {
    const home = { ...mainFrame };
    Object.assign(mainFrame, place);
    try {
      return await (channels.get(name)!(event as never, ...(args as never[])) as Promise<unknown>);
    } finally {
      Object.assign(mainFrame, home);
    }
  };
  return { counts, send };
}

it('accepts every request of the contract from its own page', async () => {
  const { counts, send } = routerUnderTest();
  for (const name of NAMES) {
    const event = { sender: page, senderFrame: mainFrame };
    expect(await send({ event, name, args: [GOOD[name]] }), name).toEqual({
      answer: { done: true },
    });
  }
  expect(counts).toMatchObject({ handled: NAMES.length, logged: 0, failed: 0 });
});

it(
  `refuses ${MESSAGES.toLocaleString('en')} generated messages, each with a reason`,
  { timeout: 120_000 },
  async () => {
    const random = seeded(SEED);
    const { counts, send } = routerUnderTest();
    const batch = async (size: number) => {
      for (let sent = 0; sent < size; sent += 1) {
        const message = generate(random);
        const reply = await send(message);
        if (JSON.stringify(reply) !== `{"refused":"${message.refused}"}`) {
          expect.fail(`${message.name} answered ${JSON.stringify(reply)} to message ${sent}`);
        }
      }
    };
    const used = () => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    await batch(MESSAGES / 10);
    const before = used();
    await batch(MESSAGES - MESSAGES / 10);
    const after = used();

    const reasons = [...counts.reasons].map(([reason, count]) => `${reason} ${count}`).sort();
    console.log(`seed ${SEED}, ${counts.logged} messages refused:\n  ${reasons.join('\n  ')}`);
    console.log(
      `heap ${(before / 1e6).toFixed(1)} MB before, ${(after / 1e6).toFixed(1)} MB after`,
    );
    expect(counts).toMatchObject({ handled: 0, failed: 0, logged: MESSAGES });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(after / before).toBeGreaterThan(0.9);
    expect(after / before).toBeLessThan(1.1);
  },
);
