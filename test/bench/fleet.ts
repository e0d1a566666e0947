/** Time and memory of `fleet report` as users run it, over tens of thousands of computers. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packFacts } from '@engine/facts-line';
import type { RunResult } from '@engine/run';
import { jsonReport } from '../../electron/report/json';
import { plantedRuns } from '../support/fleet';
import type { Measured } from './figures';
import { figure } from './measure';

/** Number of computers in the full measurement, and in the small one it is compared with. */
const FULL = 50_000;
const SMALL = FULL / 10;

/** Number of reports per folder. */
const IN_FOLDER = 1_000;

/** Disk space in bytes for 50,000 reports and the pages, with some margin. */
const ROOM = 3e9;

/** Resource usage of one run of the command. */
interface Run {
  readonly ms: number;
  /** Total of all cores. */
  readonly cpuMs: number;
  readonly peakMb: number;
}

/**
 * Measures `fleet report`.
 *
 * @param cli path of the built command
 * @param share fraction of the full number of computers, for a quick check: 0.1 for 5,000
 * @throws if the temporary folder has no room for the reports
 */
export async function fleetFigures(cli: string, share = 1): Promise<Measured> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kms-doctor-bench-fleet-'));
  try {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < ROOM * share) throw new Error(`No room for the reports in ${tmpdir()}`);
    const runs = await plantedRuns(1);
    const reports = path.join(folder, 'reports');
    await writeReports(reports, runs, FULL * share);
    // The first run warms up the file system cache.
    await reportOn(cli, reports, folder);
    const warm = await reportOn(cli, reports, folder);
    await rm(reports, { recursive: true });

    const on = async (name: string, count: number, isLike = true): Promise<Run> => {
      const file = path.join(folder, `${name}.txt`);
      await writeLines(file, runs, count, isLike);
      return reportOn(cli, file, folder);
    };
    const start = await on('one', 1);
    const small = await on('few', SMALL * share);
    const full = await on('many', FULL * share);
    const unlike = await on('unlike', SMALL * share, false);
    /** Extrapolates to all computers, excluding the startup time, which is the same for any share. */
    const ofAll = (ms: number, least: number): number => least + (ms - least) / share;
    const each = ({ cpuMs }: Run, count: number): number => (cpuMs - start.cpuMs) / (count * share);
    return {
      fleetReportsMs: figure([ofAll(warm.ms, start.ms)]),
      fleetReportsCpuMs: figure([ofAll(warm.cpuMs, start.cpuMs)]),
      fleetReportsMb: figure([warm.peakMb]),
      fleetLinesCpuMs: figure([ofAll(full.cpuMs, start.cpuMs)]),
      fleetLinesMb: figure([full.peakMb]),
      fleetLinesGrowth: figure([each(full, FULL) / each(small, SMALL)]),
      fleetLineKb: figure([((full.peakMb - small.peakMb) * 1_024) / ((FULL - SMALL) * share)]),
      fleetUnlikeLineMs: figure([each(unlike, SMALL)]),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const nameOf = (index: number): string => `PC-${String(index).padStart(6, '0')}`;
const timeOf = (index: number): string =>
  new Date(Date.UTC(2026, 10, 20) + index * 1_000).toISOString();

/**
 * Returns the same diagnosis for another computer at another time.
 *
 * @param isLike whether nothing else differs
 */
function elsewhere(run: RunResult, index: number, isLike = true): RunResult {
  const { diagnosis, snapshot } = run;
  if (!snapshot.system.ok) throw new Error('A planted PC knows its name');
  const name = nameOf(index);
  return {
    ...run,
    diagnosis: {
      ...diagnosis,
      startedAt: timeOf(index),
      target: { ...diagnosis.target, computer: name },
    },
    snapshot: {
      ...snapshot,
      system: {
        ok: true,
        value: { ...snapshot.system.value, name, ...(!isLike && { build: 10_000 + index }) },
      },
    },
  };
}

async function writeReports(folder: string, runs: readonly RunResult[], count: number) {
  // Each report is formatted once, then varied by replacing the computer's name and the time.
  const texts = runs.map((run) => {
    const { diagnosis } = elsewhere(run, 0);
    return JSON.stringify(jsonReport(diagnosis, 'en', '1.0.0'), null, 2);
  });
  for (let from = 0; from < count; from += IN_FOLDER) {
    const own = path.join(folder, String(from / IN_FOLDER));
    await mkdir(own, { recursive: true });
    for (let index = from; index < Math.min(from + IN_FOLDER, count); index += 1) {
      const text = texts[index % texts.length] ?? '';
      const varied = text.replaceAll(nameOf(0), nameOf(index)).replace(timeOf(0), timeOf(index));
      await writeFile(path.join(own, `${nameOf(index)}.json`), varied);
    }
  }
}

async function writeLines(
  file: string,
  runs: readonly RunResult[],
  count: number,
  isLike: boolean,
): Promise<void> {
  await pipeline(function* () {
    for (let index = 0; index < count; index += 1) {
      const run = runs[index % runs.length];
      if (run !== undefined) yield `${packFacts(elsewhere(run, index, isLike))}\n`;
    }
  }, createWriteStream(file));
}

/** Runs the command on the input, writing a page. */
async function reportOn(cli: string, input: string, folder: string): Promise<Run> {
  const usage = path.join(folder, 'usage.json');
  // Recorded by the process itself on exit; sampling from outside would miss the peak. Its own "maxRSS" starts from
  // that of the process that started it (getrusage(2)), unlike VmHWM (proc(5)).
  const tell = `import { readFileSync, writeFileSync } from 'node:fs';
    process.on('exit', () => {
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
      const own = process.platform === 'linux'
        ? Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
        : maxRSS;
      writeFileSync(${JSON.stringify(usage)}, JSON.stringify({ userCPUTime, systemCPUTime, maxRSS: own }));
    });`;
  const page = path.join(folder, 'page.html');
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(tell)}`]
      .concat(cli, 'fleet', 'report', input, '--html', page)
      .concat('--lang', 'en'),
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const started = performance.now();
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const ms = performance.now() - started;
  // Exit code 1: some computers aren't healthy.
  if (code !== 1) throw new Error(`fleet report ended with ${code}: ${errors.slice(0, 1_000)}`);
  await rm(page);
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(
    await readFile(usage, 'utf8'),
  ) as NodeJS.ResourceUsage;
  return { ms, cpuMs: (userCPUTime + systemCPUTime) / 1_000, peakMb: maxRSS / 1_024 };
}
