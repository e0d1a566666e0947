/** The user in a journey: reads the window, and uses it with the mouse or the keyboard. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, expect } from 'vitest';
import { translator, type Language } from '@shared/i18n';
import type { MessageKey } from '@shared/message';
import type { DialogRequest } from '../../../build/electron-stand-in/contract';
import { ROOT } from '../../../build/electron-stand-in/main-half';
import { launch, type Launched, type LaunchOptions } from '../../../build/electron-stand-in/launch';
import '../bridge';

/** Timeout for a busy machine. */
export const TIMEOUT = { timeout: 45_000 };

/** Returns the path of a test scenario, `<verdict>/<title>`. */
export const scenario = (name: string): string => join(ROOT, 'test/scenarios', `${name}.json`);
/** Returns the path of a scenario that's included in the app. */
export const example = (name: string): string => join(ROOT, 'electron/app/cases', `${name}.json`);

/** How a user clicks and types. */
export interface InputMethod {
  press(target: Locator): Promise<void>;
  type(target: Locator, text: string): Promise<void>;
}

export const mouse: InputMethod = {
  press: (target) => target.click(),
  async type(target, text) {
    await target.click();
    await target.fill(text);
  },
};

/** Maximum number of tab stops to try. */
const STOPS = 120;

/** Uses only Tab, Enter and Escape. Controls that they can't reach count as missing. */
export const keyboard: InputMethod = {
  async press(target) {
    await tabTo(target);
    await target.page().keyboard.press('Enter');
  },
  async type(target, text) {
    await tabTo(target);
    await target.page().keyboard.insertText(text);
  },
};

async function tabTo(target: Locator): Promise<void> {
  await target.waitFor(TIMEOUT);
  for (let stop = 0; stop <= STOPS; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await target.page().keyboard.press('Tab');
  }
  throw new Error(`No Tab leads to ${target.toString()}`);
}

/** The window from a user's point of view. */
export class User {
  readonly page: Page;
  readonly t: ReturnType<typeof translator>;
  /** Number of native dialogs shown before this PC was opened. */
  private shownBefore = 0;

  constructor(
    readonly program: Launched,
    readonly hands: InputMethod = mouse,
    readonly language: Language = 'en',
  ) {
    this.page = program.page;
    this.t = translator(language);
    this.page.setDefaultTimeout(TIMEOUT.timeout);
  }

  get banner(): Locator {
    return this.page.getByRole('region', { name: this.t('window.banner.label'), exact: true });
  }
  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }
  get activity(): Locator {
    return this.page.getByRole('region', { name: this.t('window.activity.title'), exact: true });
  }

  /** Returns a button by name, on the page or in a part of it. */
  button(name: string, within: Locator | Page = this.page): Locator {
    return within.getByRole('button', { name, exact: true });
  }

  /**
   * Selects a title bar menu item. Items that save or copy are in the last menu, all others in the
   * first.
   */
  async choose(item: MessageKey): Promise<void> {
    const menus = this.page.locator('header [aria-haspopup="menu"]');
    await (/\.(?:save|copy)/.test(item) ? menus.last() : menus.first()).click();
    await this.page.getByRole('menuitem', { name: this.t(item), exact: true }).click();
  }

  /** Returns the native dialogs shown since this PC was opened. */
  async shown(): Promise<readonly DialogRequest[]> {
    return (await this.program.dialogs.shown()).slice(this.shownBefore);
  }

  /**
   * Opens another PC in the window as a previous test left it, with an empty journal, and waits for
   * the diagnosis to finish.
   */
  async open(file: string): Promise<void> {
    const { page, program } = this;
    while ((await this.dialog.count()) > 0) await page.keyboard.press('Escape');
    await page.mouse.move(0, 0);
    for (const name of readdirSync(program.dataDir)) {
      if (name.startsWith('journal')) rmSync(join(program.dataDir, name), { recursive: true });
    }
    const ended = page.evaluate(
      () =>
        new Promise<void>((done) => {
          let hasBegun = false;
          const stop = window.kmsDoctor.on['run:event']((events) => {
            for (const { type } of events) {
              if (type === 'run-started') hasBegun = true;
              if (type !== 'run-finished' || !hasBegun) continue;
              stop();
              // Waits for the paint too.
              requestAnimationFrame(() => requestAnimationFrame(() => done()));
            }
          });
        }),
    );
    await program.dialogs.answer('cancel');
    await program.dialogs.choose(file);
    await this.choose('window.menu.openFile');
    await ended;
    this.shownBefore = (await program.dialogs.shown()).length;
  }

  /** Presses Diagnose. The first diagnosis starts automatically. */
  async diagnose(): Promise<void> {
    await this.hands.press(this.button(this.t('window.title.diagnose')));
  }

  /** Waits until no check is pending or running. The verdict may be known earlier. */
  private async ended(): Promise<void> {
    const onTheWay = this.page
      .locator('article')
      .locator('[data-light=running], [data-light=pending]');
    // Before the first paint, no check is running either.
    await this.page.locator('article').last().waitFor(TIMEOUT);
    await this.page.locator('section[aria-busy="true"]').waitFor({ state: 'detached', ...TIMEOUT });
    await expect.poll(() => onTheWay.count(), TIMEOUT).toBe(0);
  }

  /** Waits for the end of a run and the given headline in the banner. */
  async reads(headline: string): Promise<void> {
    await this.ended();
    await expect
      .poll(() => this.banner.getByRole('heading', { level: 1 }).innerText(), TIMEOUT)
      .toBe(headline);
  }

  /** Waits until the first diagnosis has finished. */
  async verdict(): Promise<void> {
    await this.button(this.t('window.copy.ticket'), this.banner).waitFor(TIMEOUT);
    await this.ended();
  }

  /** Returns the statuses of the nine cards, in order. */
  lights(): Promise<(string | null)[]> {
    return this.page
      .locator('article [data-light]')
      .evaluateAll((words) => words.map((word) => word.getAttribute('data-light')));
  }
}

/** Sets Windows' text size in percent, as Chromium receives it. */
export async function setTextSize(page: Page, percent: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setEmulatedOSTextScale', { scale: percent / 100 });
}

/**
 * Opens the window on a scenario file. Motion is reduced because animations keep a machine without
 * a GPU busy.
 */
export async function openWindow(
  file: string,
  options: LaunchOptions & { readonly hands?: InputMethod } = {},
): Promise<User> {
  const { hands, ...rest } = options;
  const program = await launch({
    reducedMotion: true,
    ...rest,
    args: ['--scenario', file, ...(rest.args ?? [])],
  });
  return new User(program, hands, options.language === 'zh-TW' ? 'zh-TW' : 'en');
}

/**
 * Opens windows for the tests of a file, and closes them. A test that needs the same options as the
 * previous one reuses its window and opens its own PC there, which is a fifth of the work. A
 * window isn't reused after a failed test.
 */
export function windows(): typeof openWindow {
  let kept: { readonly key: string; readonly program: Launched } | undefined;
  const close = async (): Promise<void> => {
    const { program } = kept ?? {};
    kept = undefined;
    await program?.close();
  };
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await close();
    kept?.program.app.standIn?.forgetAnswers();
  });
  afterAll(close);
  return async (file, given) => {
    const { hands, ...options } = given ?? {};
    const key = JSON.stringify(options);
    if (kept?.key !== key) {
      await close();
      const person = await openWindow(file, given);
      kept = { key, program: person.program };
      return person;
    }
    const person = new User(kept.program, hands, options.language === 'zh-TW' ? 'zh-TW' : 'en');
    await person.open(file);
    return person;
  };
}
