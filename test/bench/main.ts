/** The benchmark: ratios within one run, so that they mean the same on any machine. */
import { cliStartOverNode } from './cli-start';
import { diagnoseOverCriticalPath } from './diagnosis';
import { journalOpenMs100k } from './journal';
import { blackHolesOverOneTimeout, byHandOverDiagnose } from './network';
import { rendererGzipKb } from './renderer-size';
import { soakHeapGrowthPercent } from './soak';
import { windowFigures } from './window';

/**
 * Runs every bench.
 *
 * @param paths the built command, and the folder of the built window
 * @returns one flat object of numbers
 */
export async function bench(paths: {
  readonly cli: string;
  readonly renderer: string;
}): Promise<Record<string, number>> {
  const path = await diagnoseOverCriticalPath(9);
  const start = await cliStartOverNode(paths.cli, 15);
  const byHand = await byHandOverDiagnose(paths.cli, 5);
  const holes = await blackHolesOverOneTimeout(2);
  const journal = await journalOpenMs100k(5);
  const shown = await windowFigures(paths.renderer, 7);
  const numbers = {
    diagnoseOverCriticalPath: path.median,
    diagnoseOverCriticalPathMax: path.max,
    ...(byHand !== null && {
      byHandOverDiagnose: byHand.ratio,
      byHandMs: byHand.one.median,
      diagnoseMs: byHand.other.median,
    }),
    blackHolesOverOneTimeout: holes.median,
    cliStartOverNode: start.ratio,
    cliStartMs: start.one.median,
    nodeStartMs: start.other.median,
    rendererGzipKb: rendererGzipKb(paths.renderer),
    ...(shown !== null && {
      firstCardOverEmptyPage: shown.firstCardOverEmptyPage,
      firstCardMs: shown.firstCardMs.median,
      emptyPageMs: shown.emptyPageMs.median,
      clickUnderLoadMs: shown.clickUnderLoadMs.max,
    }),
    journalOpenMs100k: journal.median,
    soakHeapGrowthPercent: await soakHeapGrowthPercent(1_000),
  };
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, Number(value.toFixed(3))]),
  );
}
