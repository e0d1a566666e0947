/** The benchmark: ratios within one run, so that they mean the same on any machine. */
import { cliStartOverNode } from './cli-start';
import { diagnoseOverCriticalPath } from './diagnosis';
import type { Measured } from './figures';
import { journalOpenMs100k } from './journal';
import { figure } from './measure';
import { blackHolesOverOneTimeout, byHandOverDiagnose } from './network';
import { rendererGzipKb } from './renderer-size';
import { reportsOverDiagnose } from './reports';
import { soakHeapGrowthPercent } from './soak';
import { windowFigures } from './window';
import { windowSoakGrowthPercent } from './window-soak';

export * from './figures';

/**
 * Runs every bench.
 *
 * @param paths the built command, and the folder of the built window
 */
export async function bench(paths: {
  readonly cli: string;
  readonly renderer: string;
}): Promise<Measured> {
  const path = await diagnoseOverCriticalPath(9);
  const start = await cliStartOverNode(paths.cli, 15);
  const byHand = await byHandOverDiagnose(paths.cli, 11);
  const holes = await blackHolesOverOneTimeout(2);
  const journal = await journalOpenMs100k(5);
  const shown = await windowFigures(paths.renderer, 31);
  const reports = await reportsOverDiagnose(15);
  const windowSoak = await windowSoakGrowthPercent(1_000);
  return {
    diagnoseOverCriticalPath: path,
    ...(byHand !== null && {
      byHandOverDiagnose: byHand.ratio,
      byHandMs: byHand.one,
      diagnoseMs: byHand.other,
    }),
    blackHolesOverOneTimeout: holes,
    cliStartOverNode: start.ratio,
    cliStartMs: start.one,
    nodeStartMs: start.other,
    rendererGzipKb: figure([rendererGzipKb(paths.renderer)]),
    ...shown,
    reportsOverDiagnose: reports.ratio,
    reportsMs: reports.one,
    journalOpenMs100k: journal,
    soakHeapGrowthPercent: figure([await soakHeapGrowthPercent(1_000)]),
    ...(windowSoak !== null && { windowSoakGrowthPercent: figure([windowSoak]) }),
  };
}
