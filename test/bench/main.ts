/** The benchmark: ratios within one run, so that they mean the same on any machine. */
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

/** What came out, and the parts that came to nothing. */
export interface Benched {
  readonly measured: Measured;
  /** Each part by its name, and what it threw. */
  readonly failed: readonly (readonly [part: string, error: unknown])[];
}

/**
 * Runs every bench, or that of fleets alone. A part that throws leaves out its own figures and no others.
 *
 * @param paths the built command, and the folder of the built window
 * @param fleetShare of the fleet's computers, for that bench alone: it writes gigabytes; null for all others
 * @param only the parts to run; all where none is named
 * @param begins is told the name of each part when it begins: the last ones take minutes
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
