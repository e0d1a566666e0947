/** The accessibility of a page, by axe. */
import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Page } from 'playwright';

/** What axe is within a page. */
type Within = { axe?: { run(context: object, options: RunOptions): Promise<AxeResults> } };

/**
 * What axe objects to on a page: its rule, and the elements with what is wrong about them.
 *
 * @param rules those that are asked, where not all of them are
 */
export async function axeObjections(page: Page, rules?: string[]): Promise<string[]> {
  // AxeBuilder hands over more than a megabyte of source twice each time, which took half of the time.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const options: RunOptions = {
    // What is in order is not collected: that took more than half of the time.
    resultTypes: ['violations'],
    ...(rules !== undefined && { runOnly: { type: 'rule', values: rules } }),
  };
  return page.evaluate(async (given) => {
    // Fluent's guards of the focus are hidden and hand every focus on, which axe cannot know.
    const context = { exclude: ['[data-tabster-dummy]'] };
    const { violations } = await (window as Within).axe!.run(context, given);
    return violations.map(({ id, nodes }) => {
      const where = nodes.map(
        ({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary ?? ''}`,
      );
      return `${id} ${where.join(' | ')}`;
    });
  }, options);
}
