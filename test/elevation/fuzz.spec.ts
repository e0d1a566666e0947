/**
 * Sends generated messages to the elevated process: 2,000, or 100,000 with `--full`, from the same
 * seed in every run. None may plan a change or crash it. Each ends its connection with a logged
 * reason, and memory doesn't grow.
 */
import { duplexPair } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { encodeFrame } from '../../electron/elevation/frames';
import { MAX_MESSAGE_TO_SESSION, PROTOCOL_VERSION } from '../../electron/elevation/protocol';
import { serveSession } from '../../electron/elevation/session';
import { newToken, proofOf } from '../../electron/elevation/token';
import type { ElevatedFixHandler } from '../../electron/elevation/operations';
import { seeded, type Random } from '../support/random';
import { FULL } from '../support/sample';

const SEED = 20_261_122;
const MESSAGES = FULL ? 100_000 : 2_000;
const WARM_UP = FULL ? 5_000 : 2_000;

/** Included in every message that has room for it. Must never be logged. */
const SECRET = 'BCDFG-HJKMP-QRTVW-XY234-6789N';

const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

const token = newToken();
const peer = newToken();

const hello = {
  type: 'hello',
  version: PROTOCOL_VERSION,
  proof: proofOf(token, 'window'),
  language: 'en',
};
const apply = {
  type: 'apply',
  request: 1,
  fix: 'install-mak',
  parameters: { productKey: SECRET, activate: true },
  digest: 'a'.repeat(64),
};
const undo = { type: 'undo', request: 1, entry: '20261122T090000000-0a1b2c3d' };
const treat = {
  type: 'treat',
  request: 1,
  digest: 'a'.repeat(64),
  kmsHosts: ['kms1.contoso.com', '10.0.0.20'],
};
const undoTreatment = { type: 'undo-treatment', request: 1, treatment: '20261122T0900-0a1b2c3d' };
const stop = { type: 'stop', request: 1 };
const speak = { type: 'speak', language: 'zh-TW' };
const REQUESTS: readonly Record<string, unknown>[] = [apply, undo, treat, undoTreatment];
const GOOD: readonly Record<string, unknown>[] = [hello, ...REQUESTS, stop, speak];

/** State of the conversation when the bad message is sent. */
type Stage = 'greeting' | 'opening' | 'idle' | 'working';
const STAGES: readonly Stage[] = ['greeting', 'opening', 'idle', 'working'];

const json = (text: string): Buffer => {
  const payload = Buffer.from(text);
  const frame = Buffer.alloc(4 + payload.length);
  frame.writeUInt32BE(payload.length);
  payload.copy(frame, 4);
  return frame;
};

const bytes = (random: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: 1 + random.below(most) }, () => random.below(256)));

/** Returns a value that's invalid everywhere. */
const odd = (random: Random): unknown =>
  random.pick<unknown>([
    null,
    true,
    -1,
    1.5,
    1e308,
    '',
    SECRET,
    'x'.repeat(2000),
    [],
    [[SECRET]],
    {},
    { $ne: null },
    '../../Windows/System32/cmd.exe',
    'HKLM\\SOFTWARE\\Microsoft',
    'https://outside.example/',
    '$(calc.exe)',
  ]);

interface Kind {
  readonly at: readonly Stage[];
  readonly make: (random: Random, stage: Stage) => Buffer;
}

/** Kinds of bad messages. */
const KINDS: Readonly<Record<string, Kind>> = {
  'wrong nonce': {
    at: ['greeting'],
    make: (random) => {
      const proof = random.pick([
        proofOf(peer, 'window'),
        proofOf(token, 'session'),
        token,
        '0'.repeat(64),
        hello.proof.toUpperCase(),
        hello.proof.slice(1),
        SECRET,
      ]);
      return encodeFrame({ ...hello, proof });
    },
  },
  'wrong version': {
    at: ['greeting'],
    make: (random) => encodeFrame({ ...hello, version: PROTOCOL_VERSION + 1 + random.below(1000) }),
  },
  'wrong order': {
    at: STAGES,
    make: (random, stage) =>
      encodeFrame(
        stage === 'greeting'
          ? random.pick([...REQUESTS, stop, speak])
          : stage === 'idle'
            ? hello
            : random.pick([hello, ...REQUESTS, { ...stop, request: 2 }, speak]),
      ),
  },
  oversized: {
    at: STAGES,
    make: (random) => {
      const frame = Buffer.alloc(4 + random.below(64));
      frame.writeUInt32BE(
        MAX_MESSAGE_TO_SESSION + 1 + random.below(0xffff_0000 - MAX_MESSAGE_TO_SESSION),
      );
      return frame;
    },
  },
  'oversized value': {
    at: STAGES,
    make: (random) =>
      encodeFrame({ ...apply, parameters: { host: 'h'.repeat(1025 + random.below(4000)) } }),
  },
  empty: { at: STAGES, make: () => Buffer.alloc(4) },
  'prototype keys': {
    at: STAGES,
    make: (random) => {
      const name = random.pick(['__proto__', 'constructor', 'prototype']);
      const planted = `{"${name}":{"elevated":true}}`;
      return json(
        random.pick([
          `{"${name}":{"type":"apply"}}`,
          JSON.stringify(apply).replace('"productKey"', `"${name}"`),
          JSON.stringify(apply).replace(`"${SECRET}"`, planted),
          JSON.stringify(hello).replace('"en"', planted),
        ]),
      );
    },
  },
  'deep nesting': {
    at: STAGES,
    make: (random) => {
      const depth = 1 + random.below(random.chance(0.05) ? 10_000 : 100);
      const [open, close] = random.pick([
        ['[', ']'],
        ['{"a":', '}'],
      ] as const);
      const nested = `${open.repeat(depth)}${open === '[' ? '' : '1'}${random.chance(0.5) ? close.repeat(depth) : ''}`;
      return json(
        random.chance(0.5) ? nested : `{"type":"apply","request":1,"parameters":${nested}}`,
      );
    },
  },
  'not the table': {
    at: STAGES,
    make: (random) => {
      const message = new Map(Object.entries(random.pick(GOOD)));
      const name = random.pick([...message.keys(), 'command', 'path', 'url']);
      if (message.has(name) && random.chance(0.3)) message.delete(name);
      else message.set(name, odd(random));
      // A digest may be any short text, and some parameters may be empty: the extra field makes
      // every message invalid.
      message.set('extra', SECRET);
      return encodeFrame(Object.fromEntries(message));
    },
  },
  'a path': {
    at: ['idle'],
    make: () =>
      encodeFrame({
        ...apply,
        fix: 'create-srv-record',
        parameters: { tsigKeyFile: 'C:\\Users\\somebody\\secret.key' },
      }),
  },
  'no host': {
    at: ['idle'],
    make: (random) => {
      const host = random.pick([
        'C:\\Windows\\kms.txt',
        'https://kms1.contoso.com/',
        'kms1.contoso.com:1688',
        '$(calc.exe)',
        'kms 1',
        '',
        'h'.repeat(300),
      ]);
      const many = Array.from({ length: 9 }, () => 'kms1.contoso.com');
      return encodeFrame({ ...treat, kmsHosts: random.chance(0.1) ? many : [host] });
    },
  },
  'half frame': {
    at: STAGES,
    make: (random) => {
      const frame = encodeFrame(random.pick(GOOD));
      return frame.subarray(0, 1 + random.below(frame.length - 1));
    },
  },
  'not JSON': {
    at: STAGES,
    make: (random) =>
      json(
        random.pick([
          '{',
          'null,',
          "{'type':'hello'}",
          'NaN',
          '\ufeff{}',
          SECRET,
          '{"type":"hello"',
        ]),
      ),
  },
  'not UTF-8': {
    at: STAGES,
    make: (random) => {
      const strayOutput = Buffer.concat([bytes(random, 200), Buffer.from([0xff])]);
      const header = Buffer.alloc(4);
      header.writeUInt32BE(strayOutput.length);
      return Buffer.concat([header, strayOutput]);
    },
  },
  'byte strayOutput': { at: STAGES, make: (random) => bytes(random, 300) },
};
const NAMES = Object.keys(KINDS);

/** Returns a handler that counts its calls and runs until its signal aborts. */
function countingHandler(): { readonly handler: ElevatedFixHandler; readonly asked: () => number } {
  let asked = 0;
  const untilAborted = (signal: AbortSignal): Promise<{ outcome: 'stale' }> => {
    asked += 1;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ outcome: 'stale' }), { once: true });
    });
  };
  return {
    asked: () => asked,
    handler: (_kind, _asked, { signal }) => untilAborted(signal),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it(
  `refuses ${MESSAGES} generated messages with a logged reason, and plans nothing`,
  { timeout: 480_000 },
  async () => {
    const random = seeded(SEED);
    const { handler, asked } = countingHandler();
    const counts = new Map<string, number>();
    const reasons = new Map<string, number>();
    const unexpected: string[] = [];
    let allowed = 0;

    const say = async (index: number): Promise<void> => {
      const name = NAMES[index % NAMES.length]!;
      const kind = KINDS[name]!;
      const stage = random.pick(kind.at);
      const lines: string[] = [];
      const [window, pipe] = duplexPair();
      window.on('data', () => undefined);
      window.on('error', () => undefined);
      let opened = (): void => undefined;
      const ended = serveSession(pipe, {
        token,
        log: (line) => lines.push(line),
        confirm: () => Promise.reject(new Error('nobody is asked')),
        open: () =>
          stage === 'opening'
            ? new Promise((resolve) => {
                opened = () => resolve(handler);
              })
            : Promise.resolve(handler),
      });
      if (stage !== 'greeting') window.write(encodeFrame(hello));
      if (stage === 'idle' || stage === 'working') await turn();
      if (stage === 'working') {
        allowed += 1;
        window.write(encodeFrame(random.pick(REQUESTS)));
        await turn();
      }
      const message = kind.make(random, stage);
      // Splits the message, and sometimes sends another one right after it.
      const cut = random.below(message.length);
      window.write(message.subarray(0, cut));
      window.write(message.subarray(cut));
      if (random.chance(0.3)) window.write(encodeFrame(random.pick(GOOD)));
      if (name === 'half frame' || name === 'byte strayOutput') window.end();
      await turn();
      opened();
      const end = await ended;
      window.destroy();
      const refusal = lines.find((line) => line.startsWith('Refused the other side: '));
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (end !== 'refused' || refusal === undefined) {
        unexpected.push(`${name} at ${stage}: ${end} ${JSON.stringify(lines)}`);
      } else {
        const reason = refusal.split(': ')[1]!.split(' ')[0]!;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
      if (lines.some((line) => line.includes(SECRET) || /BCDFG|HJKMP/.test(line))) {
        unexpected.push(`${name}: the log tells ${JSON.stringify(lines)}`);
      }
    };

    const memory = (): number => {
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    for (let index = 0; index < WARM_UP; index += 1) await say(index);
    const before = memory();
    for (let index = 0; index < MESSAGES; index += 1) await say(index);
    const after = memory();

    const total = [...counts.values()].reduce((sum, count) => sum + count, 0) - WARM_UP;
    console.log(
      `${total} messages of seed ${SEED}; refused for ${[...reasons].map(([reason, count]) => `${reason} ${count}`).join(', ')}; ` +
        `memory ${(before / 1e6).toFixed(1)} MB before, ${(after / 1e6).toFixed(1)} MB after`,
    );
    expect(unexpected.slice(0, 10)).toEqual([]);
    expect(total).toBe(MESSAGES);
    expect(asked()).toBe(allowed);
    expect(after).toBeLessThan(before * 1.1);
  },
);

it.each(REQUESTS)(
  'accepts the valid messages that the bad ones derive from: $type',
  async (request) => {
    const { handler, asked } = countingHandler();
    const [window, pipe] = duplexPair();
    window.on('data', () => undefined);
    const lines: string[] = [];
    const ended = serveSession(pipe, {
      token,
      log: (line) => lines.push(line),
      confirm: async () => true,
      open: async () => handler,
    });
    window.write(encodeFrame(hello));
    await turn();
    window.write(encodeFrame(speak));
    // A stop without a running request has no effect.
    window.write(encodeFrame(stop));
    window.write(encodeFrame(request));
    window.write(encodeFrame(stop));
    await turn();
    expect(asked()).toBe(1);
    window.end();
    expect(await ended).toBe('window-gone');
    expect(lines.join('\n')).not.toContain('Refused');
  },
);
