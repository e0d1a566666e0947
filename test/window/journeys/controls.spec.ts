/**
 * Controls that are hovered, pressed and focused: they keep their position, and their text stays
 * readable.
 */
import type { Locator, Page } from 'playwright';
import { afterEach, expect, it } from 'vitest';
import { type User, example, openWindow } from './user';

let person: User | undefined;
afterEach(() => person?.program.close());

const CONTROLS = 'button, a[href], input, [role=menuitem]';
const STATES = {
  'at rest': [],
  'under the mouse': ['hover'],
  pressed: ['hover', 'active'],
  focused: ['focus', 'focus-visible'],
};

/** Forces a state on every control and returns the result of `look`. */
async function inState<T>(page: Page, forcedPseudoClasses: string[], look: () => Promise<T>) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('DOM.enable');
  await devtools.send('CSS.enable');
  const { root } = await devtools.send('DOM.getDocument');
  const { nodeIds } = await devtools.send('DOM.querySelectorAll', {
    nodeId: root.nodeId,
    selector: CONTROLS,
  });
  for (const nodeId of nodeIds) {
    await devtools.send('CSS.forcePseudoState', { nodeId, forcedPseudoClasses });
  }
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (Number(animation.effect?.getComputedTiming().endTime) < 10_000) animation.finish();
    }
  });
  const seen = await look();
  await devtools.detach();
  return seen;
}

/**
 * Returns the controls' positions, and their texts whose contrast with the background is below
 * 4.5:1.
 */
function lookAt(selector: string) {
  const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const rgba = (color: string): number[] => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = color;
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
    return [red!, green!, blue!, alpha! / 255];
  };
  const over = (above: number[], below: number[]) =>
    [0, 1, 2].map((i) => above[i]! * above[3]! + below[i]! * (1 - above[3]!));
  const ground = (element: Element | null): number[] =>
    element === null
      ? [255, 255, 255]
      : over(rgba(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  const luminance = (color: number[]) => {
    const [red, green, blue] = color.map((value) =>
      value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const ratio = (element: Element) => {
    const below = ground(element);
    const [one, other] = [below, over(rgba(getComputedStyle(element).color), below)].map(luminance);
    return (Math.max(one!, other!) + 0.05) / (Math.min(one!, other!) + 0.05);
  };
  const controls = [...document.querySelectorAll<HTMLElement>(selector)].filter(
    (control) => control.checkVisibility() && !control.matches(':disabled'),
  );
  return {
    places: controls.map((control) => {
      const { x, y, width, height } = control.getBoundingClientRect();
      return [x, y, width, height].map(Math.round).join(' ');
    }),
    faint: controls
      .flatMap((control) => [control, ...control.querySelectorAll('*')])
      .filter((element) =>
        [...element.childNodes].some(
          (node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim() !== '',
        ),
      )
      .filter((element) => ratio(element) < 4.5)
      .map((element) => `${element.textContent} ${ratio(element).toFixed(2)}`),
  };
}

it.each(['light', 'dark'] as const)(
  'controls keep their position and stay readable, in the %s theme',
  async (colorScheme) => {
    person = await openWindow(example('srv-record-missing'), {
      colorScheme,
      // Tall enough to avoid scrolling.
      viewport: { width: 1280, height: 1600 },
    });
    const { page } = person;
    await person.verdict();
    const card = page.locator('[data-card="assign-kms-host"]');
    await card.locator('button[aria-expanded]').click();
    await page.locator('[data-card="assign-kms-host"] + section').waitFor();
    const places: string[][] = [];
    for (const [name, pseudoClasses] of Object.entries(STATES)) {
      const seen = await inState(page, pseudoClasses, () => page.evaluate(lookAt, CONTROLS));
      expect(seen.faint, name).toEqual([]);
      places.push(seen.places);
    }
    expect(places[0]!.length).toBeGreaterThan(20);
    for (const each of places) expect(each).toEqual(places[0]);
  },
);

it('a button explains its fix once: in the text next to it, or else in a tooltip', async () => {
  person = await openWindow(example('srv-record-missing'));
  const { page, t } = person;
  await person.verdict();
  const name = t('window.fix.open', { title: t('fixes.assign-kms-host.title') });
  const card = page.locator('[data-card="assign-kms-host"]');
  await card.locator('button[aria-expanded]').click();
  const panel = page.locator('[data-card="assign-kms-host"] + section');
  const why = t('fixes.assign-kms-host.why');
  await panel.getByText(why, { exact: true }).waitFor();
  const tipOf = (button: Locator) =>
    button.evaluate(
      (element) =>
        document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent,
    );
  expect(await tipOf(person.button(name, card))).toBe(t('window.fix.why', { why }));
  expect(await tipOf(person.button(name, panel))).toBeUndefined();
});

it('a route with a single row stays close to its headings', async () => {
  person = await openWindow(example('srv-record-missing'));
  const { page, t } = person;
  await person.verdict();
  const path = page.getByRole('region', { name: t('route.title'), exact: true });
  const heading = (await path.getByRole('heading', { level: 3 }).first().boundingBox())!;
  const node = (await path.locator('[data-node]').first().boundingBox())!;
  const apart = node.y - heading.y - heading.height;
  expect(apart).toBeGreaterThan(0);
  expect(apart).toBeLessThan(12);
});
