/** The elevated process's timeouts, and its behavior when its window is gone. */
import { duplexPair, type Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ApplyOutcome } from '@shared/ipc';
import { encodeFrame } from '../../electron/elevation/frames';
import { PROTOCOL_VERSION } from '../../electron/elevation/protocol';
import { serveSession, type SessionOptions } from '../../electron/elevation/session';
import { newToken, proofOf } from '../../electron/elevation/token';
import type { ElevatedFixHandler } from '../../electron/elevation/operations';

const token = newToken();
const hello = encodeFrame({
  type: 'hello',
  version: PROTOCOL_VERSION,
  proof: proofOf(token, 'window'),
  language: 'en',
});
const apply = encodeFrame({
  type: 'apply',
  request: 1,
  fix: 'flush-dns-cache',
  parameters: {},
  digest: 'd',
});
const stale: ApplyOutcome = { outcome: 'stale' };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The pipe zeroes frames after reading, so tests write copies. */
const copy = (frame: Buffer): Buffer => Buffer.from(frame);

function serve(
  work: (
    around: Pick<Parameters<ElevatedFixHandler>[2], 'confirm' | 'signal'>,
  ) => Promise<ApplyOutcome>,
  more: Partial<SessionOptions> = {},
): { window: Duplex; ended: Promise<string>; log: string[]; heard: () => string } {
  const [window, pipe] = duplexPair();
  const log: string[] = [];
  const chunks: Buffer[] = [];
  window.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)));
  window.on('error', () => undefined);
  const handler: ElevatedFixHandler = async (kind, _asked, around) => {
    if (kind !== 'apply' && kind !== 'undo') throw new Error('not asked for');
    return await work(around);
  };
  const ended = serveSession(pipe, {
    token,
    open: async () => handler,
    confirm: async () => true,
    log: (line) => log.push(line),
    ...more,
  });
  return { window, ended, log, heard: () => Buffer.concat(chunks).toString('latin1') };
}

describe('a session disconnects', () => {
  it("a window that doesn't authenticate in time", async () => {
    const { ended, log } = serve(async () => stale, { limits: { greeting: 50 } });
    expect(await ended).toBe('refused');
    expect(log).toEqual(['Refused the other side: late']);
  });

  it('a window that sends a message too slowly, however steadily', async () => {
    const { window, ended, log } = serve(async () => stale, { limits: { frame: 100 } });
    window.write(copy(hello));
    await pause(20);
    for (const byte of apply.subarray(0, 20)) {
      window.write(Buffer.from([byte]));
      await pause(10);
    }
    expect(await ended).toBe('refused');
    expect(log).toEqual(['Refused the other side: half-frame']);
  });

  it('a window that sends two requests at once, and cancels the first', async () => {
    let isStopped = false;
    const { window, ended } = serve(async ({ signal }) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      isStopped = true;
      return stale;
    });
    window.write(copy(hello));
    await pause(20);
    window.write(copy(apply));
    await pause(20);
    window.write(copy(apply));
    expect(await ended).toBe('refused');
    expect(isStopped).toBe(true);
  });
});

describe('when the window is gone, a session', () => {
  it('stops prompting, and ignores a late confirmation', async () => {
    const answers: boolean[] = [];
    const { window, ended } = serve(
      async ({ confirm }) => {
        const question = { kind: 'fix', title: 't', computer: 'c', changes: [] } as const;
        answers.push(await confirm(question), await confirm(question));
        return stale;
      },
      {
        confirm: async (_question, _language, signal) => {
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve);
          });
          return true;
        },
      },
    );
    window.write(copy(hello));
    await pause(20);
    window.write(copy(apply));
    await pause(20);
    window.end();
    expect(await ended).toBe('window-gone');
    expect(answers).toEqual([false, false]);
  });

  it('rolls back the running request before it ends', async () => {
    const order: string[] = [];
    const { window, ended } = serve(async ({ signal }) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      await pause(100);
      order.push('taken back');
      return stale;
    });
    window.write(copy(hello));
    await pause(20);
    window.write(copy(apply));
    await pause(20);
    window.end();
    await ended;
    order.push('ended');
    expect(order).toEqual(['taken back', 'ended']);
  });

  it("ends even if the rollback doesn't finish in time", async () => {
    const { window, ended } = serve(() => new Promise(() => undefined), {
      limits: { rollback: 100 },
    });
    window.write(copy(hello));
    await pause(20);
    window.write(copy(apply));
    await pause(20);
    const start = performance.now();
    window.end();
    expect(await ended).toBe('window-gone');
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe('a failing request', () => {
  it('sends no details to the window and logs no product key', async () => {
    const { window, ended, log, heard } = serve(async () => {
      throw new Error('BBBBB-CCCCC-DDDDD-FFFFF-GGGN2 was not taken by C:\\secret');
    });
    window.write(copy(hello));
    await pause(20);
    window.write(copy(apply));
    await pause(50);
    window.end();
    await ended;
    expect(heard()).toContain('refused');
    expect(heard()).not.toContain('secret');
    expect(log.join('\n')).toContain('Failed: ');
    expect(log.join('\n')).not.toContain('BBBBB');
  });
});
