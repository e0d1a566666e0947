/**
 * Tests the window's side against any peer that may connect to its pipe, with real sockets and both
 * sides in this process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { ApplyOutcome } from '@shared/ipc';
import { translator } from '@shared/i18n';
import { ElevationClient, type ElevationClientOptions } from '../../electron/elevation/client';
import { encodeFrame } from '../../electron/elevation/frames';
import { PROTOCOL_VERSION } from '../../electron/elevation/protocol';
import {
  connectToWindow,
  serveSession,
  type SessionOptions,
} from '../../electron/elevation/session';
import { pipePath, newToken, proofOf, type Token } from '../../electron/elevation/token';
import type { ElevatedFixHandler } from '../../electron/elevation/operations';

const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-client-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (token: Token): string => pipePath(token, 'linux', folder);
const words = translator('en');

const FINISHED: ApplyOutcome = {
  outcome: 'finished',
  result: {
    fix: 'flush-dns-cache',
    entry: 'entry-1',
    result: 'applied',
    plan: {
      fix: 'flush-dns-cache',
      parameters: {},
      changes: [],
      handover: null,
      risk: '',
      wayBack: '',
      warnings: [],
      digest: 'd',
    },
    failure: null,
    notes: [],
    verdict: null,
  },
};

/** Returns a handler that runs a function for every fix and undo. */
const handlerOf =
  (
    work: (around: Parameters<ElevatedFixHandler>[2]) => Promise<ApplyOutcome>,
  ): ElevatedFixHandler =>
  async (kind, _asked, around) => {
    if (kind !== 'apply' && kind !== 'undo') throw new Error('not asked for');
    return await work(around);
  };

const clients: ElevationClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

interface Setting {
  readonly client: ElevationClient;
  readonly tokens: Token[];
  readonly log: string[];
}

/** Creates a client that launches through a function. */
function settingOf(
  launch: ElevationClientOptions['launch'],
  more: Partial<ElevationClientOptions> = {},
): Setting {
  const tokens: Token[] = [];
  const log: string[] = [];
  const client = new ElevationClient({
    launch: (token) => {
      tokens.push(token);
      return launch(token);
    },
    language: () => 'en',
    log: (line) => log.push(line),
    place,
    ...more,
  });
  clients.push(client);
  return { client, tokens, log };
}

/** Returns a launch function that serves a session in this process. */
const session =
  (
    handler: ElevatedFixHandler,
    more: Partial<SessionOptions> = {},
  ): ElevationClientOptions['launch'] =>
  async (token) => {
    const pipe = await connectToWindow(token, place(token));
    void serveSession(pipe, {
      token,
      open: async () => handler,
      confirm: async () => true,
      log: () => undefined,
      ...more,
    });
    return { outcome: 'started' };
  };

const fine = handlerOf(async () => FINISHED);
const SILENT = { progress: () => undefined };
const FLUSH = { fix: 'flush-dns-cache', parameters: {}, digest: 'd' } as const;
const ask = (client: ElevationClient): Promise<ApplyOutcome> =>
  client.change('apply', FLUSH, SILENT);
const refused = (message: string): ApplyOutcome => ({ outcome: 'refused', message });
/** An app started as administrator needs no session, so these refusals offer a restart. */
const refusedHere = (message: string): ApplyOutcome => ({
  outcome: 'refused',
  message,
  restart: true,
});

/** Connects a raw peer to the pipe. `heard` returns everything it received. */
async function peer(
  token: Token,
): Promise<{ socket: Socket; heard: () => Buffer; gone: Promise<void> }> {
  const socket = connect(place(token));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, heard: () => Buffer.concat(chunks), gone };
}

describe('the elevation prompt', () => {
  it('changes nothing and closes the pipe if the user declines', async () => {
    const steps: unknown[] = [];
    const { client, tokens } = settingOf(async () => {
      // The window reports that Windows will prompt before it does.
      expect(steps).toEqual([{ type: 'asking', who: 'windows' }]);
      return { outcome: 'declined' };
    });
    expect(await client.change('apply', FLUSH, { progress: (step) => steps.push(step) })).toEqual({
      outcome: 'declined',
      by: 'uac',
    });
    await expect(connectToWindow(tokens[0]!, place(tokens[0]!))).rejects.toThrow();
  });

  it("returns the reason if the program can't be started", async () => {
    const { client } = settingOf(async () => ({ outcome: 'failed', detail: '2' }));
    expect(await ask(client)).toEqual(refusedHere(words('repair.launchFailed', { detail: '2' })));
  });

  it('times out if the program never connects', async () => {
    const { client } = settingOf(async () => ({ outcome: 'started' }), { limits: { arrival: 50 } });
    expect(await ask(client)).toEqual(refusedHere(words('repair.noArrival')));
  });

  it('stops waiting if the program exits before its first message', async () => {
    const { client } = settingOf(async () => {
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 200)']);
      await once(child, 'spawn');
      return { outcome: 'started', process: child.pid };
    });
    const begun = Date.now();
    expect(await ask(client)).toEqual(refusedHere(words('repair.noArrival')));
    expect(Date.now() - begun).toBeLessThan(5_000);
  });

  it('waits for a slow program while its process is alive', async () => {
    const { client } = settingOf(async (token) => {
      setTimeout(() => void session(fine)(token), 1_500);
      return { outcome: 'started', process: process.pid };
    });
    expect(await ask(client)).toEqual(FINISHED);
  });

  it("isn't shown if the program must not be elevated", async () => {
    const { client, tokens } = settingOf(session(fine), {
      objection: async () => 'A folder of users',
    });
    expect(await ask(client)).toEqual(refused('A folder of users'));
    expect(tokens).toEqual([]);
  });

  it("isn't shown for a request that names a file", async () => {
    const { client, tokens } = settingOf(session(fine));
    const parameters = { domain: 'contoso.com', tsigKeyFile: 'C:\\key.conf' };
    expect(
      await client.change('apply', { fix: 'create-srv-record', parameters, digest: 'd' }, SILENT),
    ).toEqual(refusedHere(words('repair.notTaken')));
    expect(tokens).toEqual([]);
  });

  it('is shown once for several requests, and again after the session ended because it was idle', async () => {
    const { client, tokens } = settingOf(session(fine, { limits: { idle: 150 } }));
    expect(await ask(client)).toEqual(FINISHED);
    expect(await client.change('undo', { entry: 'entry-1' }, SILENT)).toEqual(FINISHED);
    expect(tokens).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await ask(client)).toEqual(FINISHED);
    expect(tokens).toHaveLength(2);
    expect(tokens[1]).not.toBe(tokens[0]);
  });

  it("isn't shown once the window is closed", async () => {
    let allow: (objection: null) => void = () => undefined;
    const { client, tokens } = settingOf(session(fine), {
      objection: () =>
        new Promise((resolve) => {
          allow = resolve;
        }),
    });
    const asked = ask(client);
    client.close();
    allow(null);
    expect(await asked).toEqual(refused(words('repair.lost')));
    expect(tokens).toEqual([]);
    const again = ask(client);
    allow(null);
    expect(await again).toEqual(FINISHED);
  });

  it("isn't shown if the window closes while that's announced", async () => {
    const { client, tokens } = settingOf(() => Promise.reject(new Error('not awaited')));
    const asked = client.change('apply', FLUSH, { progress: () => client.close() });
    expect(await asked).toEqual(refused(words('repair.lost')));
    expect(tokens).toEqual([]);
  });

  it('runs no request if the window closes before the session is ready', async () => {
    let ready = (): void => undefined;
    const applied: string[] = [];
    const handler = handlerOf(async () => {
      applied.push('a request');
      return FINISHED;
    });
    const opening = new Promise<void>((resolve) => {
      ready = resolve;
    });
    let begun = (): void => undefined;
    const isOpening = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { client } = settingOf(
      session(handler, {
        open: async () => {
          begun();
          await opening;
          return handler;
        },
      }),
    );
    const asked = ask(client);
    await isOpening;
    client.close();
    ready();
    expect(await asked).toEqual(refused(words('repair.lost')));
    expect(applied).toEqual([]);
  });

  it("is abandoned if the window closes while it's shown", async () => {
    const { client } = settingOf(() => new Promise(() => undefined));
    const asked = ask(client);
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.close();
    expect(await asked).toEqual(refused(words('repair.lost')));
  });
});

describe('unauthenticated peers on the pipe', () => {
  it("receive nothing, and don't keep the session from connecting", async () => {
    const met: Awaited<ReturnType<typeof peer>>[] = [];
    const { client, log } = settingOf(
      async (token) => {
        const says: readonly (Buffer | null)[] = [
          null,
          Buffer.from('GET / HTTP/1.1\r\n\r\n'),
          encodeFrame({
            type: 'here',
            version: PROTOCOL_VERSION,
            proof: proofOf(newToken(), 'session'),
          }),
          encodeFrame({ type: 'here', version: PROTOCOL_VERSION, proof: proofOf(token, 'window') }),
          encodeFrame({ type: 'ready', refusal: null }),
          encodeFrame({ type: 'outcome', request: 1, outcome: FINISHED }),
        ];
        for (const words of says) {
          const one = await peer(token);
          if (words !== null) one.socket.write(words);
          met.push(one);
        }
        // Even a silent peer is disconnected after the proof limit.
        await Promise.all(met.map(({ gone }) => gone));
        return session(fine)(token);
      },
      { limits: { proof: 200 } },
    );
    expect(await ask(client)).toEqual(FINISHED);
    expect(met.map(({ heard }) => heard().length)).toEqual(met.map(() => 0));
    expect(log.filter((line) => line.startsWith('Refused'))).toHaveLength(met.length);
  });

  it("can't connect while a session is running", async () => {
    const { client, tokens } = settingOf(session(fine));
    expect(await ask(client)).toEqual(FINISHED);
    await expect(connectToWindow(tokens[0]!, place(tokens[0]!))).rejects.toThrow();
    expect(await ask(client)).toEqual(FINISHED);
  });

  it('are limited to eight connections', async () => {
    const met: Awaited<ReturnType<typeof peer>>[] = [];
    const { client } = settingOf(
      async (token) => {
        for (let i = 0; i < 30; i += 1) met.push(await peer(token));
        await new Promise((resolve) => setTimeout(resolve, 50));
        const still = met.filter(({ socket }) => !socket.destroyed).length;
        expect(still).toBeLessThanOrEqual(8);
        for (const { socket } of met) socket.destroy();
        await new Promise((resolve) => setTimeout(resolve, 50));
        return session(fine)(token);
      },
      { limits: { proof: 5_000 } },
    );
    expect(await ask(client)).toEqual(FINISHED);
  });
});

/** Returns a launch function for a peer that knows the token and then sends arbitrary messages. */
const impostor =
  (
    says: (message: Record<string, unknown>) => readonly (object | Buffer)[],
  ): ElevationClientOptions['launch'] =>
  async (token) => {
    const { socket } = await peer(token);
    let buffer = Buffer.alloc(0);
    const say = (what: object | Buffer): void => {
      socket.write(Buffer.isBuffer(what) ? what : encodeFrame(what));
    };
    socket.on('data', (chunk: Buffer) => {
      buffer = Buffer.concat([buffer, chunk]);
      while (buffer.length >= 4 && buffer.length >= 4 + buffer.readUInt32BE()) {
        const end = 4 + buffer.readUInt32BE();
        const message = JSON.parse(buffer.toString('utf8', 4, end)) as Record<string, unknown>;
        buffer = buffer.subarray(end);
        for (const answer of says(message)) say(answer);
      }
    });
    for (const first of says({ type: 'beginning', token })) say(first);
    return { outcome: 'started' };
  };

const here = (token: unknown, version = PROTOCOL_VERSION): object => ({
  type: 'here',
  version,
  proof: proofOf(token as Token, 'session'),
});

describe('a misbehaving session', () => {
  it('is refused if its protocol version differs', async () => {
    const { client } = settingOf(
      impostor(({ type, token }) => (type === 'beginning' ? [here(token, 99)] : [])),
    );
    expect(await ask(client)).toEqual(refused(words('repair.anotherVersion')));
  });

  it.each([
    ['answers another request', { type: 'outcome', request: 2, outcome: FINISHED }],
    [
      'reports progress of another request',
      { type: 'progress', request: 7, step: { type: 're-checking' } },
    ],
    ['sends its ready message again', { type: 'ready', refusal: null }],
    ['sends an unknown outcome', { type: 'outcome', request: 1, outcome: { outcome: 'done' } }],
    [
      'adds a field to a plan',
      {
        type: 'outcome',
        request: 1,
        outcome: {
          ...FINISHED,
          result: { ...FINISHED.result, plan: { ...FINISHED.result.plan, html: '<script>' } },
        },
      },
    ],
    ['sends garbage', Buffer.from('\xff\xff\xff\xff')],
  ])('is disconnected if it %s', async (_how, answer) => {
    const { client, log } = settingOf(
      impostor(({ type, token }) => {
        if (type === 'beginning') return [here(token)];
        if (type === 'hello') return [{ type: 'ready', refusal: null }];
        return [answer];
      }),
    );
    expect(await ask(client)).toEqual(refused(words('repair.lost')));
    expect(log.join()).toContain('Refused');
  });

  it('reports missing rights or an unusable journal, and is started again for the next request', async () => {
    const { client, tokens } = settingOf(
      session(fine, {
        open: async () => ({ code: 'journal-folder', detail: 'C:\\ProgramData\\KMS Doctor' }),
      }),
    );
    const answer = refused(
      words('repair.refusals.journal-folder', { detail: 'C:\\ProgramData\\KMS Doctor' }),
    );
    expect(await ask(client)).toEqual(answer);
    expect(await ask(client)).toEqual(answer);
    expect(tokens).toHaveLength(2);
  });

  it('reports an internal failure and stays usable', async () => {
    let times = 0;
    const { client, tokens } = settingOf(
      session(
        handlerOf(async () => {
          times += 1;
          if (times === 1) throw new Error('a fault');
          return FINISHED;
        }),
      ),
    );
    expect(await ask(client)).toEqual(refused(words('repair.failed')));
    expect(await ask(client)).toEqual(FINISHED);
    expect(tokens).toHaveLength(1);
  });
});

const VERDICT = { code: 'healthy', certainty: 'likely' } as const;
const TREATED = {
  outcome: 'finished',
  result: {
    ...{ treatment: 't1', result: 'healthy', steps: [], verdict: VERDICT, left: [], why: null },
    next: null,
  },
} as const;
const STEP = {
  ...{ fix: 'activate-now', entry: 'e1', rehearsed: 'healthy', found: 'healthy' },
  ...{ result: 'verified', failure: null },
} as const;
const CHANGE = {
  ...{ kind: 'activation', title: '', byHand: '', before: '', after: '', undoable: false },
} as const;
const ends = { ...VERDICT, restsOn: [] };
const NEXT = {
  ...{ verdict: VERDICT, steps: [], ends, left: [], rehearsals: 1, digest: 'd' },
};
const nextWith = (changes: readonly object[]) => ({
  ...NEXT,
  steps: [{ fix: 'activate-now', parameters: {}, changes, because: 'healthy', then: ends }],
});

describe('a treatment', () => {
  const treat = (client: ElevationClient) =>
    client.change('treat', { digest: 'd', kmsHosts: ['kms1'] }, SILENT);
  const answering = (answer: object) =>
    settingOf(
      impostor(({ type, token }) => {
        if (type === 'beginning') return [here(token)];
        return type === 'hello' ? [{ type: 'ready', refusal: null }] : [answer];
      }),
    );
  const withResult = (more: object) => ({
    ...{ type: 'outcome', request: 1 },
    outcome: { ...TREATED, result: { ...TREATED.result, ...more } },
  });

  it.each([
    ['no steps', {}],
    ['four steps', { steps: [STEP, STEP, STEP, STEP] }],
    ['a next treatment', { next: nextWith([CHANGE]) }],
  ])('finishes with %s', async (_what, more) => {
    const { client } = answering(withResult(more));
    expect(await treat(client)).toEqual({ ...TREATED, result: { ...TREATED.result, ...more } });
  });

  it.each<[string, object]>([
    ['five steps', withResult({ steps: Array.from({ length: 5 }, () => STEP) })],
    ['an unknown field', withResult({ html: '<script>' })],
    ['an entry that is a path', withResult({ steps: [{ ...STEP, entry: '../journal' }] })],
    ['too many changes', withResult({ next: nextWith(Array.from({ length: 65 }, () => CHANGE)) })],
    [
      'an unknown restsOn value',
      withResult({ next: { ...NEXT, ends: { ...ends, restsOn: ['x'] } } }),
    ],
    ['the outcome of a fix', { type: 'outcome', request: 1, outcome: FINISHED }],
    ['the progress of a fix', { type: 'progress', request: 1, step: { type: 're-checking' } }],
    [
      'a prompt by Windows',
      {
        ...{ type: 'progress', request: 1 },
        step: { type: 'asking', who: 'windows' },
      },
    ],
  ])('is aborted if the session sends %s', async (_what, answer) => {
    const { client, log } = answering(answer);
    expect(await treat(client)).toEqual(refused(words('repair.lost')));
    expect(log.join()).toContain('Refused');
  });
});

describe('requests', () => {
  it('run one at a time', async () => {
    let finish = (): void => undefined;
    const { client } = settingOf(
      session(
        handlerOf(
          () =>
            new Promise((resolve) => {
              finish = () => resolve(FINISHED);
            }),
        ),
      ),
    );
    const first = ask(client);
    expect(await ask(client)).toEqual(refused(words('repair.busy')));
    await new Promise((resolve) => setTimeout(resolve, 100));
    finish();
    expect(await first).toEqual(FINISHED);
  });

  it("are answered in the window's current language", async () => {
    const heard: string[] = [];
    let language: 'en' | 'zh-TW' = 'zh-TW';
    const { client, tokens } = settingOf(
      session(
        handlerOf(async (around) => {
          heard.push(around.language);
          return FINISHED;
        }),
      ),
      { language: () => language },
    );
    await ask(client);
    language = 'en';
    await ask(client);
    await ask(client);
    expect(heard).toEqual(['zh-TW', 'en', 'en']);
    expect(tokens).toHaveLength(1);
  });

  it('report their progress in order', async () => {
    const steps: unknown[] = [];
    const told = [
      { type: 'change-started', index: 0, title: '金鑰' },
      { type: 'change-finished', index: 0, status: 'done', detail: null },
      { type: 're-checking' },
    ] as const;
    const { client } = settingOf(
      session(
        handlerOf(async ({ progress }) => {
          for (const step of told) progress(step);
          return FINISHED;
        }),
      ),
    );
    await client.change('apply', FLUSH, { progress: (step) => steps.push(step) });
    expect(steps).toEqual([
      { type: 'asking', who: 'windows' },
      { type: 'asking', who: 'session' },
      ...told,
    ]);
    steps.length = 0;
    // Windows doesn't prompt again after the user consented once.
    await client.change('apply', FLUSH, { progress: (step) => steps.push(step) });
    expect(steps).toEqual(told);
  });
});
