/** A person in front of the window: what they see of a journey, and the mouse or the keyboard in their hands. */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { expect, vi } from 'vitest';
import { translator, type Language } from '@shared/i18n';
import { ROOT } from '../../../build/electron-stand-in/main-half';
import { launch, type Launched, type LaunchOptions } from '../../../build/electron-stand-in/launch';

/** A busy machine takes its time. */
export const SOON = { timeout: 45_000 };
// A journey is many steps, each of which a busy machine lets wait.
vi.setConfig({ testTimeout: 240_000 });

/** Path of a scenario of the tests, `<verdict>/<title>`. */
export const scenario = (name: string): string => join(ROOT, 'test/scenarios', `${name}.json`);
/** Path of a scenario that comes with the program. */
export const example = (name: string): string => join(ROOT, 'electron/app/cases', `${name}.json`);

/** How somebody presses and types. */
export interface Hands {
  press(target: Locator): Promise<void>;
  type(target: Locator, text: string): Promise<void>;
}

export const mouse: Hands = {
  press: (target) => target.click(),
  async type(target, text) {
    await target.click();
    await target.fill(text);
  },
};

/** Tab stops that a page may have before somebody gives up. */
const STOPS = 120;

/** Tab, Enter and Escape alone: what cannot be reached by them is not there. */
export const keyboard: Hands = {
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
  await target.waitFor(SOON);
  for (let stop = 0; stop <= STOPS; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await target.page().keyboard.press('Tab');
  }
  throw new Error(`No Tab leads to ${target.toString()}`);
}

/** The window as somebody reads it. */
export class Person {
  readonly page: Page;
  readonly t: ReturnType<typeof translator>;

  constructor(
    readonly program: Launched,
    readonly hands: Hands = mouse,
    readonly language: Language = 'en',
  ) {
    this.page = program.page;
    this.t = translator(language);
    this.page.setDefaultTimeout(SOON.timeout);
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

  /** A button by its words, on the page or in a part of it. */
  button(name: string, within: Locator | Page = this.page): Locator {
    return within.getByRole('button', { name, exact: true });
  }

  /** Presses Diagnose; the first time the window does so by itself. */
  async diagnose(): Promise<void> {
    await this.hands.press(this.button(this.t('window.title.diagnose')));
  }

  /** Waits until no light is on its way: a verdict may be there before. */
  private async ended(): Promise<void> {
    const onTheWay = this.page
      .locator('article')
      .locator('[data-light=running], [data-light=pending]');
    // Before the first picture no light is on its way either.
    await this.page.locator('article').last().waitFor(SOON);
    await this.page.locator('section[aria-busy="true"]').waitFor({ state: 'detached', ...SOON });
    await expect.poll(() => onTheWay.count(), SOON).toBe(0);
  }

  /** Waits for the headline of the banner, at the end of a run. */
  async reads(headline: string): Promise<void> {
    await this.ended();
    await expect
      .poll(() => this.banner.getByRole('heading', { level: 1 }).innerText(), SOON)
      .toBe(headline);
  }

  /** Waits until the first diagnosis has ended. */
  async verdict(): Promise<void> {
    await this.button(this.t('window.copy.ticket'), this.banner).waitFor(SOON);
    await this.ended();
  }

  /** The nine cards' lights, in their order. */
  lights(): Promise<(string | null)[]> {
    return this.page
      .locator('article [data-light]')
      .evaluateAll((words) => words.map((word) => word.getAttribute('data-light')));
  }
}

/** Opens the window on a scenario's file. What moves keeps a machine without a graphics card busy, so nothing does. */
export async function openWindow(
  file: string,
  options: LaunchOptions & { readonly hands?: Hands } = {},
): Promise<Person> {
  const { hands, ...rest } = options;
  const program = await launch({
    reducedMotion: true,
    ...rest,
    args: ['--scenario', file, ...(rest.args ?? [])],
  });
  return new Person(program, hands, options.language === 'zh-TW' ? 'zh-TW' : 'en');
}
