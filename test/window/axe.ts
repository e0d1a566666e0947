/** The accessibility of a page, by axe. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';

/**
 * What axe objects to on a page: its rule, and the elements with what is wrong about them.
 *
 * @param rules those that are asked, where not all of them are
 */
export async function axeObjections(page: Page, rules?: string[]): Promise<string[]> {
  // The older way stays in this page: the other opens a blank one, which the program would refuse. Fluent's
  // guards of the focus are hidden and hand every focus on, which axe cannot know. What is in order is not collected:
  // that took more than half of the time.
  const axe = new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .exclude('[data-tabster-dummy]');
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
  return violations.map(({ id, nodes }) => {
    const where = nodes.map(
      ({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`,
    );
    return `${id} ${where.join(' | ')}`;
  });
}
