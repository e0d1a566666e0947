/** The figures of the benchmark, their targets, and the comparison of two runs. */
import type { Figure } from './measure';

interface Definition {
  readonly unit: '×' | 'ms' | 'KB' | 'MB' | '%';
  /** Limit to meet; null if there is none. */
  readonly target: { readonly atMost: number } | { readonly atLeast: number } | null;
  /** Description in the table. */
  readonly description: string;
}

/** All figures, in table order. A ratio compares two operations of the same run, measured alternately. */
export const FIGURES = {
  diagnoseOverCriticalPath: {
    unit: '×',
    target: { atMost: 1.15 },
    description: 'Diagnosis over the slowest chain of its queries, with every response delayed',
  },
  byHandOverDiagnose: {
    unit: '×',
    target: { atLeast: 4 },
    description:
      'Manual procedure over the whole command: 2 DNS servers, 3 domains, 4 hosts, 100 ms delay',
  },
  byHandMs: { unit: 'ms', target: null, description: '… manual procedure' },
  diagnoseMs: { unit: 'ms', target: null, description: '… the command, including process startup' },
  blackHolesOverOneTimeout: {
    unit: '×',
    target: { atMost: 1.3 },
    description: 'Eight KMS hosts, seven of which drop all packets, over one connection timeout',
  },
  cliStartOverNode: {
    unit: '×',
    target: { atMost: 2 },
    description: '`kms-doctor list procedures` over `node -e 0`, whole processes',
  },
  cliStartMs: { unit: 'ms', target: null, description: '… the command' },
  nodeStartMs: { unit: 'ms', target: null, description: '… Node' },
  rendererGzipKb: {
    unit: 'KB',
    target: { atMost: 220 },
    description: 'Scripts that the window loads before its first paint, gzipped',
  },
  firstCardOverEmptyPage: {
    unit: '×',
    target: { atMost: 1.4 },
    description: 'First card in the window over an empty Fluent UI page',
  },
  firstCardMs: { unit: 'ms', target: null, description: '… first card' },
  emptyPageMs: { unit: 'ms', target: null, description: '… empty page' },
  clickUnderLoadMs: {
    unit: 'ms',
    target: { atMost: 100 },
    description: 'Click to next frame while 2,000 events per second arrive',
  },
  windowHeapMb: {
    unit: 'MB',
    target: null,
    description: 'JavaScript heap of the window after a diagnosis',
  },
  reportsOverDiagnose: {
    unit: '×',
    target: null,
    description: 'All four report formats over the diagnosis of a simulated PC',
  },
  reportsMs: { unit: 'ms', target: null, description: '… reports' },
  journalOpenMs100k: {
    unit: 'ms',
    target: { atMost: 1000 },
    description: 'Opening a journal of 100,000 entries',
  },
  soakHeapGrowthPercent: {
    unit: '%',
    target: { atMost: 5 },
    description: 'Heap growth over 1,000 diagnoses, fixes and undos in one process',
  },
  windowSoakGrowthPercent: {
    unit: '%',
    target: { atMost: 5 },
    description: 'Window heap growth over 1,000 diagnoses, every 20th with a fix and its undo',
  },
  fleetReportsMs: {
    unit: 'ms',
    target: { atMost: 8_000 },
    description: '`fleet report` over 50,000 reports (1.4 GB, warm), until the page is written',
  },
  fleetReportsCpuMs: { unit: 'ms', target: null, description: '… CPU time' },
  fleetReportsMb: { unit: 'MB', target: { atMost: 200 }, description: '… peak memory' },
  fleetLinesCpuMs: {
    unit: 'ms',
    target: { atMost: 180_000 },
    description: '`fleet report` over 50,000 facts lines, each diagnosed, CPU time',
  },
  fleetLinesMb: { unit: 'MB', target: { atMost: 400 }, description: '… peak memory' },
  fleetLinesGrowth: {
    unit: '×',
    target: { atMost: 1.2 },
    description: '… CPU time per line over that of 5,000 lines',
  },
  fleetLineKb: {
    unit: 'KB',
    target: { atMost: 4 },
    description: '… memory per additional line',
  },
  fleetUnlikeLineMs: {
    unit: 'ms',
    target: null,
    description: '… CPU time per line if no two lines are alike',
  },
} as const satisfies Readonly<Record<string, Definition>>;

/** Name of a figure, as printed by `npm run bench -- --json`. */
export type FigureName = keyof typeof FIGURES;

/** Figures measured in a run; missing if the software needed for one isn't installed. */
export type Measured = Partial<Record<FigureName, Figure>>;

/** Returns the definition of a figure. */
export const definition = (name: FigureName): Definition => FIGURES[name];

/** Factor by which a ratio may get worse than in the stored run before it's reported. */
const TOLERANCE = 1.15;

/** Whether a figure misses its target. */
export function misses(name: FigureName, { value }: Figure): boolean {
  const { target } = definition(name);
  if (target === null) return false;
  return 'atMost' in target ? value > target.atMost : value < target.atLeast;
}

/**
 * Whether a figure regressed: by more than the tolerance and beyond the observed spread. Times and memory depend on the
 * machine and aren't compared; ratios and sizes are.
 */
export function isWorse(name: FigureName, now: Figure, then: Figure): boolean {
  const { unit, target } = definition(name);
  if (unit === 'ms' || unit === 'MB' || target === null) return false;
  return 'atLeast' in target
    ? now.value < then.value / TOLERANCE && now.value < then.min
    : now.value > then.value * TOLERANCE && now.value > then.max;
}

const round = (value: number): string => String(Number(value.toFixed(value < 10 ? 2 : 0)));

/** Formats the figures as a Markdown table. */
export function table(measured: Measured): string {
  const rows = (Object.keys(FIGURES) as FigureName[]).flatMap((name) => {
    const figure = measured[name];
    if (figure === undefined) return [];
    const { unit, target, description } = definition(name);
    const wanted =
      target === null
        ? ''
        : 'atMost' in target
          ? `≤ ${target.atMost} ${unit}`
          : `≥ ${target.atLeast} ${unit}`;
    const spread = figure.min === figure.max ? '' : `${round(figure.min)} – ${round(figure.max)}`;
    return [
      `| ${description} | \`${name}\` | ${round(figure.value)} ${unit} | ${spread} | ${wanted} |`,
    ];
  });
  return [
    '| Benchmark | Name | Measured | Range | Target |',
    '| --- | --- | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}
