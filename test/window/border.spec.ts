/** Item 17: the main process validates the sender and the payload of every request. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import './bridge';
import { launch, type Launched } from '../../build/electron-stand-in/launch';

const STRAY = 'https://stray.example/';

/** Shared by all tests, because a refused request changes nothing. */
let program: Launched;

beforeAll(async () => {
  program = await launch({
    reducedMotion: true,
    standIn: { preloadInSubframes: true, strays: { [STRAY]: '<h1>Elsewhere</h1>' } },
  });
});
afterAll(() => program.close());

const logText = (): string => readFileSync(join(program.dataDir, 'logs/main.log'), 'utf8');

describe('requests from an untrusted sender', () => {
  it('are refused from a subframe', async () => {
    const answers = await program.page.evaluate(async () => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const inner = frame.contentWindow as Window;
      return {
        own: await window.kmsDoctor.request['case:list']({}),
        inner: await inner.kmsDoctor.request['case:list']({}),
        started: await inner.kmsDoctor.request['run:start']({}),
      };
    });
    expect(answers.own).toHaveLength(8);
    expect(answers.inner).toEqual({ refused: 'sender' });
    expect(answers.started).toEqual({ refused: 'sender' });
    expect(logText()).toContain('Refused case:list: sender: a sub-frame');
  });

  it('are refused from another window', async () => {
    const { happen } = program.app.standIn!;
    const frame = { url: 'app://bundle/index.html', top: true };
    expect(await happen.invoke({ id: 99, frame, channel: 'app:info', args: [{}] })).toEqual({
      value: { refused: 'sender' },
    });
    expect(logText()).toContain('Refused app:info: sender: another window');
  });
});

describe('an invalid request', () => {
  it("is refused, and its content isn't logged", async () => {
    const key = 'BCDFG-HJKMP-QRTVW-XY234-6789N';
    const answers = await program.page.evaluate(async (secret) => {
      const ask = window.kmsDoctor.request as unknown as Record<
        string,
        (...args: readonly unknown[]) => Promise<unknown>
      >;
      const deep: Record<string, unknown> = {};
      let end = deep;
      for (let level = 0; level < 500; level += 1) end = end['a'] = {} as Record<string, unknown>;
      const sent: [string, unknown][] = [
        ['app:info', undefined],
        ['app:info', null],
        ['app:info', { more: secret }],
        ['fix:plan', { fix: secret, parameters: {} }],
        ['fix:plan', { fix: 'install-mak', parameters: { [secret]: secret } }],
        ['fix:plan', { fix: 'install-mak', parameters: { productKey: { secret } } }],
        ['fix:plan', { fix: 'install-mak', parameters: { constructor: secret } }],
        ['fix:plan', { fix: 'install-mak', parameters: deep }],
        ['fix:apply', { fix: 'install-mak', parameters: {} }],
        ['journal:undo', { entry: '../../etc/passwd' }],
        ['treatment:plan', { kmsHosts: secret }],
        ['treatment:plan', { kmsHosts: Array(9).fill('kms1.contoso.com') }],
        ['treatment:apply', { digest: 'x'.repeat(129) }],
        ['treatment:apply', { digest: 'x', kmsHosts: [secret] }],
        ['treatment:undo', { treatment: '../../etc/passwd' }],
        ['case:open', { id: '../main' }],
        ['report:save', { format: 'exe' }],
        ['text:copy', { text: 'x'.repeat(1_000_001) }],
        ['file:dropped', { name: 'a', text: 'x'.repeat(16 * 1024 * 1024 + 1) }],
        ['app:set-language', { language: 'de' }],
      ];
      const replies: unknown[] = [];
      for (const [name, request] of sent) replies.push(await ask[name]!(request));
      return replies;
    }, key);
    expect(answers).toEqual(answers.map(() => ({ refused: 'request' })));
    const log = logText();
    expect(log.match(/Refused [a-z:-]+: request: [a-z_-]+$/gm)).toHaveLength(answers.length);
    expect(log).not.toContain('6789N');
    expect(log).not.toContain('passwd');
    // Valid requests still work.
    expect(
      await program.page.evaluate(() => window.kmsDoctor.request['case:list']({})),
    ).toHaveLength(8);
  });
});

// Must be the last test, because it navigates away from the page.
it('requests from another origin in the same window are refused', async () => {
  await program.page.goto(STRAY);
  expect(await program.page.textContent('h1')).toBe('Elsewhere');
  expect(await program.page.evaluate(() => window.kmsDoctor.request['app:info']({}))).toEqual({
    refused: 'sender',
  });
  expect(logText()).toContain('Refused app:info: sender: another origin');
});
