/** The benchmark. It uses ratios within one run where possible, so that they are comparable between machines. */
import { cliStartOverNode } from './cli-start';
import { diagnoseOverCriticalPath } from './diagnosis';
import type { Measured } from './figures';
import { fleetFigures } from './fleet';
import { journalOpenMs100k } from './journal';
import { figure } from './measure';
import { blackHolesOverOneTimeout, byHandOverDiagnose } from './network';
import { rendererGzipKb } from './renderer-size';
import { reportsOverDiagnose } from './reports';
import { soakHeapGrowthPercent } from './soak';
import { windowFigures } from './window';
import { windowSoakGrowthPercent } from './window-soak';

export * from './figures';

/** The measured figures, and the parts that failed. */
export interface Benched {
  readonly measured: Measured;
  /** Failed parts by name, with the error each threw. */
  readonly failed: readonly (readonly [part: string, error: unknown])[];
}

/**
 * Runs all parts, or only the one for fleets. A part that throws loses only its own figures.
 *
 * @param paths built command, and folder of the built window
 * @param fleetShare fraction of the fleet's computers, to run only the fleet part, which writes gigabytes; null to run
 *   all other parts
 * @param only names of the parts to run; all if empty
 * @param begins called with the name of each part before it runs, because the last ones take minutes
 */
export async function bench(
  paths: { readonly cli: string; readonly renderer: string },
  fleetShare: number | null,
  only: readonly string[],
  begins: (part: string) => void,
): Promise<Benched> {
  const parts: Readonly<Record<string, () => Promise<Measured | null>>> =
    fleetShare === null ? usual(paths) : { fleet: () => fleetFigures(paths.cli, fleetShare) };
  let measured: Measured = {};
  const failed: (readonly [string, unknown])[] = [];
  for (const [part, run] of Object.entries(parts)) {
    if (only.length > 0 && !only.includes(part)) continue;
    begins(part);
    try {
      measured = { ...measured, ...(await run()) };
    } catch (error) {
      failed.push([part, error]);
    }
  }
  return { measured, failed };
}

function usual(paths: { readonly cli: string; readonly renderer: string }) {
  return {
    diagnosis: async () => ({ diagnoseOverCriticalPath: await diagnoseOverCriticalPath(9) }),
    start: async () => {
      const { ratio, one, other } = await cliStartOverNode(paths.cli, 15);
      return { cliStartOverNode: ratio, cliStartMs: one, nodeStartMs: other };
    },
    byHand: async () => {
      const byHand = await byHandOverDiagnose(paths.cli, 11);
      if (byHand === null) return null;
      const { ratio, one, other } = byHand;
      return { byHandOverDiagnose: ratio, byHandMs: one, diagnoseMs: other };
    },
    blackHoles: async () => ({ blackHolesOverOneTimeout: await blackHolesOverOneTimeout(2) }),
    journal: async () => ({ journalOpenMs100k: await journalOpenMs100k(5) }),
    rendererSize: async () => ({ rendererGzipKb: figure([rendererGzipKb(paths.renderer)]) }),
    window: () => windowFigures(paths.renderer, 31),
    reports: async () => {
      const { ratio, one } = await reportsOverDiagnose(15);
      return { reportsOverDiagnose: ratio, reportsMs: one };
    },
    soak: async () => ({ soakHeapGrowthPercent: figure([await soakHeapGrowthPercent(1_000)]) }),
    windowSoak: async () => {
      const grown = await windowSoakGrowthPercent(1_000);
      return grown === null ? null : { windowSoakGrowthPercent: figure([grown]) };
    },
  };
}
