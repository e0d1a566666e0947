/**
 * Items of Electron's security checklist that this app's own code is responsible for
 * (docs/security-checklist.md). Each test fails if its item is reverted. Protections that only
 * Electron's runtime enforces aren't tested here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../electron/app/security/content-security-policy';
import { LINKS } from '../../electron/app/links-table';
import './bridge';
import { launch, type Launched, type LaunchOptions } from '../../build/electron-stand-in/launch';

let program: Launched;

/** Launches one app for all tests of a group. */
const openFor = (standIn: LaunchOptions['standIn'] = {}): void => {
  beforeAll(async () => {
    program = await launch({ reducedMotion: true, standIn });
  });
  afterAll(() => program.close());
};

/** Timeout for a busy machine. */
const SOON = { timeout: 15_000 };

/** An address that must never be reached. */
const OUTSIDE = 'https://outside.example/secret';

describe('the app', () => {
  openFor();

  it('items 2, 3, 4, 6, 8, 9, 10, 11: creates its window without anything that a page could exploit', async () => {
    const { windows, sandboxEnabled } = await program.app.standIn!.happen.settings();
    expect(sandboxEnabled).toBe(true);
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({
      webRtcPolicy: 'disable_non_proxied_udp',
      options: {
        webPreferences: {
          nodeIntegration: false,
          nodeIntegrationInWorker: false,
          nodeIntegrationInSubFrames: false,
          contextIsolation: true,
          sandbox: true,
          webSecurity: true,
          allowRunningInsecureContent: false,
          experimentalFeatures: false,
          webviewTag: false,
        },
      },
    });
    expect(windows[0]!.options).not.toHaveProperty('webPreferences.enableBlinkFeatures');
  });

  it('items 1, 7, 18: is served from app://bundle with the CSP on every response', async () => {
    const { privilegedSchemes } = await program.app.standIn!.happen.settings();
    expect(privilegedSchemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true } },
    ]);
    const answers: string[] = [];
    program.page.on('response', (response) => {
      answers.push(response.headers()['content-security-policy'] ?? response.url());
    });
    await program.page.reload();
    expect(answers.length).toBeGreaterThan(1);
    expect(new Set(answers)).toEqual(new Set([CONTENT_SECURITY_POLICY]));
  });

  it('item 7: runs no inline script, no eval, and no script from another origin', async () => {
    const result = await program.page.evaluate(async (outside) => {
      const violations: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        violations.push(event.effectiveDirective);
      });
      const inline = document.createElement('script');
      inline.textContent = 'window.ranInline = true';
      const foreign = document.createElement('script');
      foreign.src = outside;
      document.body.append(inline, foreign);
      const handler = document.createElement('button');
      handler.setAttribute('onclick', 'window.ranHandler = true');
      document.body.append(handler);
      handler.click();
      // A separate task, because DevTools, which runs this function, may use eval.
      const evaluated = await new Promise<boolean>((done) => {
        setTimeout(() => {
          try {
            // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- must be blocked
            done(Boolean(new Function('return true')()));
          } catch {
            done(false);
          }
        }, 100);
      });
      await new Promise((done) => setTimeout(done, 100));
      const ran = 'ranInline' in window || 'ranHandler' in window || evaluated;
      return { ran, violations: [...new Set(violations)].sort() };
    }, OUTSIDE);
    expect(result.ran).toBe(false);
    expect(result.violations).toEqual(['script-src', 'script-src-attr', 'script-src-elem']);
    expect(program.app.escapes()).toEqual([]);
  });

  it('item 7: connects nowhere, frames nothing and submits no form', async () => {
    const blocked = await program.page.evaluate(async (outside) => {
      const violations = new Set<string>();
      document.addEventListener('securitypolicyviolation', (event) => {
        violations.add(event.effectiveDirective);
      });
      await fetch('/index.html').catch(() => undefined);
      const frame = document.createElement('iframe');
      frame.src = outside;
      const form = document.createElement('form');
      form.action = outside;
      form.method = 'post';
      const base = document.createElement('base');
      base.href = outside;
      const style = document.createElement('style');
      style.textContent = 'body { color: red }';
      document.body.append(frame, form, style);
      document.head.append(base);
      form.submit();
      for (let waited = 0; violations.size < 5 && waited < 40; waited += 1) {
        await new Promise((done) => setTimeout(done, 50));
      }
      return [...violations].sort();
    }, OUTSIDE);
    expect(blocked).toEqual([
      'base-uri',
      'connect-src',
      'form-action',
      'frame-src',
      'style-src-elem',
    ]);
    expect(program.app.escapes()).toEqual([]);
  });

  it('item 5: grants no permission', async () => {
    const states = await program.page.evaluate(async () => {
      const query = async (name: string) =>
        (await navigator.permissions.query({ name: name as PermissionName })).state;
      return {
        geolocation: await query('geolocation'),
        notifications: await query('notifications'),
        camera: await query('camera'),
        microphone: await query('microphone'),
        clipboard: await query('clipboard-read'),
        midi: await query('midi'),
        shown: Notification.permission,
        position: await new Promise((done) => {
          navigator.geolocation.getCurrentPosition(
            () => done('given'),
            (error) => done(error.code),
          );
        }),
      };
    });
    expect(states).toEqual({
      geolocation: 'denied',
      notifications: 'denied',
      camera: 'denied',
      microphone: 'denied',
      clipboard: 'denied',
      midi: 'denied',
      shown: 'denied',
      position: 1,
    });
  });

  it('items 11, 12: blocks webviews', async () => {
    const { happen } = program.app.standIn!;
    expect(await happen.attachWebview({ id: 1, url: OUTSIDE })).toBe(false);
  });

  it('item 14: opens no windows', async () => {
    await program.page.evaluate((outside) => {
      window.open(outside);
      window.open('about:blank');
      const link = document.createElement('a');
      link.href = outside;
      link.target = '_blank';
      document.body.append(link);
      link.click();
    }, OUTSIDE);
    await program.page.waitForTimeout(300);
    expect(program.app.standIn!.pages()).toHaveLength(1);
    expect(program.app.standIn!.unforbidden).toEqual([]);
    expect(program.app.escapes()).toEqual([]);
  });

  it('item 15: opens the links in its table, and nothing that the page names', async () => {
    const opened = await program.page.evaluate(async () => {
      const link = window.kmsDoctor.request['link:open'] as (request: object) => Promise<unknown>;
      const answers: unknown[] = [];
      for (const id of ['check-kms-host', 'error-codes', 'client-setup-keys']) {
        answers.push(await link({ link: id }));
      }
      for (const id of [
        'https://outside.example',
        'file:///etc/passwd',
        'ms-settings:',
        '__proto__',
      ]) {
        answers.push(await link({ link: id }));
      }
      return answers;
    });
    expect(opened).toEqual([
      ...Array.from({ length: 3 }, () => undefined),
      ...Array.from({ length: 4 }, () => ({ refused: 'request' })),
    ]);
    expect(await program.app.handedOut()).toEqual(
      [LINKS['check-kms-host'], LINKS['error-codes'], LINKS['client-setup-keys']].map((value) => ({
        to: 'browser',
        value,
      })),
    );
    expect(
      Object.values(LINKS).every((link) => link.startsWith('https://learn.microsoft.com/')),
    ).toBe(true);
  });

  it('item 20: exposes one method per request and one listener per event', async () => {
    const seen = await program.page.evaluate(() => ({
      bridge: Object.keys(window.kmsDoctor).sort(),
      kinds: [
        ...Object.values(window.kmsDoctor.request),
        ...Object.values(window.kmsDoctor.on),
      ].map((member) => typeof member),
      leaks: [
        'require',
        'process',
        'module',
        'ipcRenderer',
        'electron',
        'Buffer',
        '__standIn',
      ].filter((name) => name in window),
    }));
    expect(seen.bridge).toEqual(['on', 'request']);
    expect(new Set(seen.kinds)).toEqual(new Set(['function']));
    expect(seen.leaks).toEqual([]);
  });

  it('item 13: can reload its own page', async () => {
    await program.page.evaluate(() => {
      (window as { mark?: boolean }).mark = true;
      location.reload();
    });
    await program.page.waitForFunction(() => !('mark' in window));
    expect(await program.page.evaluate(() => typeof window.kmsDoctor)).toBe('object');
  });
});

describe('the app without the CSP, to test the second line of defense', () => {
  openFor({ withoutCsp: true });

  it('item 18: serves only the files of the build', async () => {
    const ask = (path: string, method = 'GET') =>
      program.page.evaluate(
        async ([where, how]) =>
          (await fetch(`${location.origin}${where ?? ''}`, { method: how ?? 'GET' })).status,
        [path, method],
      );
    expect(await ask('/index.html')).toBe(200);
    expect(await ask('/index.html', 'POST')).toBe(404);
    for (const path of [
      '/',
      '/files.json',
      '/../main/main.js',
      '/%2e%2e/main/main.js',
      '/..%2fmain%2fmain.js',
      '/..%5cmain%5cmain.js',
      '/index.html%00',
      '//index.html',
      '/index.HTML',
      '/package.json',
    ]) {
      expect(await ask(path), path).toBe(404);
    }
  });

  it('lets nothing out by any way that a page has', async () => {
    const { page } = program;
    await page.evaluate(async (outside) => {
      const settled = (work: Promise<unknown>) => work.catch(() => undefined);
      await settled(fetch(outside, { mode: 'no-cors' }));
      navigator.sendBeacon(outside, 'secret');
      new Image().src = outside;
      const socket = new WebSocket(outside.replace('https', 'wss'));
      new EventSource(outside);
      const script = document.createElement('script');
      script.src = outside;
      const style = document.createElement('link');
      style.rel = 'stylesheet';
      style.href = outside;
      const early = document.createElement('link');
      early.rel = 'prefetch';
      early.href = outside;
      const frame = document.createElement('iframe');
      frame.src = outside;
      document.body.append(script, style, early, frame);
      const form = document.createElement('form');
      form.action = outside;
      form.method = 'post';
      form.target = frame.name = 'inner';
      document.body.append(form);
      form.submit();
      await settled(new FontFace('x', `url(${outside})`).load());
      await new Promise((done) => {
        socket.onclose = done;
        setTimeout(done, 1000);
      });
      await new Promise((done) => setTimeout(done, 300));
    }, OUTSIDE);
    expect(program.app.escapes()).toEqual([]);
  });

  it('item 13: blocks every navigation that the page attempts', async () => {
    const { page } = program;
    const start = page.url();
    const attempts: ((outside: string) => void)[] = [
      (outside) => location.assign(outside),
      (outside) => location.replace(outside),
      () => location.assign('/other.html'),
      (outside) => {
        const link = document.createElement('a');
        link.href = outside;
        document.body.append(link);
        link.click();
      },
      (outside) => {
        const form = document.createElement('form');
        form.action = outside;
        document.body.append(form);
        form.submit();
      },
      (outside) => {
        const refresh = document.createElement('meta');
        refresh.httpEquiv = 'refresh';
        refresh.content = `0;url=${outside}`;
        document.head.append(refresh);
      },
    ];
    for (const attempt of attempts) {
      await page.evaluate(attempt, OUTSIDE);
      await page.waitForTimeout(150);
      expect(page.url()).toBe(start);
    }
    expect(program.app.escapes()).toEqual([]);
    expect(await page.evaluate(() => document.readyState)).toBe('complete');
  });

  it('saves no file that the page made', async () => {
    const downloads: string[] = [];
    program.page.on('download', (item) => downloads.push(item.suggestedFilename()));
    await program.page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['x']));
      link.download = 'planted.exe';
      document.body.append(link);
      link.click();
    });
    await expect.poll(() => downloads, SOON).toEqual(['planted.exe']);
    await program.page.waitForTimeout(100);
    expect(program.app.standIn!.unforbidden).toEqual([]);
  });
});

describe('the installed app', () => {
  openFor({ packaged: true });

  it('item 20: has no developer tools', async () => {
    const { windows } = await program.app.standIn!.happen.settings();
    expect(windows[0]!.options).toHaveProperty('webPreferences.devTools', false);
  });
});
