/** The figures of the benchmark, their targets, and the comparison of two runs. */
import type { Figure } from './measure';

interface Definition {
  readonly unit: '×' | 'ms' | 'KB' | 'MB' | '%';
  /** Limit to meet; null if there is none. */
  readonly target: { readonly atMost: number } | { readonly atLeast: number } | null;
  /** Description in the table. */
  readonly says: string;
}

/** All figures, in table order. A ratio compares two operations of the same run, measured alternately. */
export const FIGURES = {
  diagnoseOverCriticalPath: {
    unit: '×',
    target: { atMost: 1.15 },
    says: 'A diagnosis over the slowest chain of its questions, every answer late',
  },
  byHandOverDiagnose: {
    unit: '×',
    target: { atLeast: 4 },
    says: 'The article by hand over the whole command: 2 DNS servers, 3 domains, 4 hosts, 100 ms late',
  },
  byHandMs: { unit: 'ms', target: null, says: '… by hand' },
  diagnoseMs: { unit: 'ms', target: null, says: '… by the command, start of the process included' },
  blackHolesOverOneTimeout: {
    unit: '×',
    target: { atMost: 1.3 },
    says: 'Eight KMS hosts of which seven swallow everything, over the limit of one connection',
  },
  cliStartOverNode: {
    unit: '×',
    target: { atMost: 2 },
    says: '`kms-doctor list procedures` over `node -e 0`, whole processes',
  },
  cliStartMs: { unit: 'ms', target: null, says: '… the command' },
  nodeStartMs: { unit: 'ms', target: null, says: '… Node alone' },
  rendererGzipKb: {
    unit: 'KB',
    target: { atMost: 220 },
    says: 'Scripts that the window loads before it shows anything, gzipped',
  },
  firstCardOverEmptyPage: {
    unit: '×',
    target: { atMost: 1.4 },
    says: 'The first card in the window over an empty page of Fluent UI',
  },
  firstCardMs: { unit: 'ms', target: null, says: '… the first card' },
  emptyPageMs: { unit: 'ms', target: null, says: '… the empty page' },
  clickUnderLoadMs: {
    unit: 'ms',
    target: { atMost: 100 },
    says: 'A click while 2,000 events a second come in, until the picture that shows it',
  },
  windowHeapMb: { unit: 'MB', target: null, says: 'Script memory of the window after a diagnosis' },
  reportsOverDiagnose: {
    unit: '×',
    target: null,
    says: 'All four forms of a report over the diagnosis of a simulated PC',
  },
  reportsMs: { unit: 'ms', target: null, says: '… the reports' },
  journalOpenMs100k: {
    unit: 'ms',
    target: { atMost: 1000 },
    says: 'A journal of 100,000 entries, opened',
  },
  soakHeapGrowthPercent: {
    unit: '%',
    target: { atMost: 5 },
    says: 'Growth of the heap over 1,000 diagnoses, fixes and undos in one process',
  },
  windowSoakGrowthPercent: {
    unit: '%',
    target: { atMost: 5 },
    says: 'Growth of what the window holds over 1,000 diagnoses in it, every 20th with a fix and its undo',
  },
  fleetReportsMs: {
    unit: 'ms',
    target: { atMost: 8_000 },
    says: '`fleet report` over 50,000 reports (1.4 GB, warm), until the page is written',
  },
  fleetReportsCpuMs: { unit: 'ms', target: null, says: '… time of the processor' },
  fleetReportsMb: { unit: 'MB', target: { atMost: 200 }, says: '… the most memory it takes' },
  fleetLinesCpuMs: {
    unit: 'ms',
    target: { atMost: 180_000 },
    says: '`fleet report` over 50,000 facts lines, each diagnosed, time of the processor',
  },
  fleetLinesMb: { unit: 'MB', target: { atMost: 400 }, says: '… the most memory it takes' },
  fleetLinesGrowth: {
    unit: '×',
    target: { atMost: 1.2 },
    says: '… time a line over that with 5,000 lines',
  },
  fleetLineKb: {
    unit: 'KB',
    target: { atMost: 4 },
    says: '… memory that each further line takes',
  },
  fleetUnlikeLineMs: {
    unit: 'ms',
    target: null,
    says: '… time of the processor for a line that is like no other one',
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
    const { unit, target, says } = definition(name);
    const wanted =
      target === null
        ? ''
        : 'atMost' in target
          ? `≤ ${target.atMost} ${unit}`
          : `≥ ${target.atLeast} ${unit}`;
    const spread = figure.min === figure.max ? '' : `${round(figure.min)} – ${round(figure.max)}`;
    return [`| ${says} | \`${name}\` | ${round(figure.value)} ${unit} | ${spread} | ${wanted} |`];
  });
  return [
    '| What | Name | Came to | From – to | Wanted |',
    '| --- | --- | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}
