/** Accessibility checks with axe. */
import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Page } from 'playwright';

/** A window with axe injected. */
type Within = { axe?: { run(context: object, options: RunOptions): Promise<AxeResults> } };

/**
 * Returns the violations that axe finds on a page: each rule with its elements and their failure
 * summaries.
 *
 * @param rules rules to run, all by default
 */
export async function axeViolations(page: Page, rules?: string[]): Promise<string[]> {
  // AxeBuilder sends more than a megabyte of source twice on each call, which took half of the
  // time.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const options: RunOptions = {
    // Collecting passed rules took more than half of the time.
    resultTypes: ['violations'],
    ...(rules !== undefined && { runOnly: { type: 'rule', values: rules } }),
  };
  return page.evaluate(async (given) => {
    // Fluent's focus guards are hidden and pass focus on, which axe can't know.
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
