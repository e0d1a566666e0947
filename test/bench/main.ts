/** The benchmark: ratios within one run, so that they mean the same on any machine. */
import { cliStartOverNode } from './cli-start';
import { diagnoseOverCriticalPath } from './diagnosis';

/** Runs every bench. @returns one flat object of numbers */
export async function bench(paths: { readonly cli: string }): Promise<Record<string, number>> {
  const path = await diagnoseOverCriticalPath(9);
  const start = await cliStartOverNode(paths.cli, 15);
  const numbers = {
    diagnoseOverCriticalPath: path.median,
    diagnoseOverCriticalPathMax: path.max,
    cliStartOverNode: start.ratio,
    cliStartMs: start.one.median,
    nodeStartMs: start.other.median,
  };
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, Number(value.toFixed(3))]),
  );
}
