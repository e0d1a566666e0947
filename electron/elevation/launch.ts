/**
 * Starts programs for the repair session: Windows PowerShell by its absolute path with a constant script, and
 * through it, with Windows asking the person, this program with administrator rights.
 */
import { z } from 'zod';
import { Unreadable } from '@engine/computer';
import {
  CONSTRAINED,
  CONSTRAINED_EXIT,
  MODULES_VARIABLE,
} from '../computer/windows/powershell-ways';
import {
  cleanEnvironment,
  findSystemPaths,
  type SystemPaths,
} from '../computer/windows/system-paths';
import { runProgram } from '../computer/windows/run-program';
import { START_ELEVATED, type ConstantScript } from './scripts';

const POWERSHELL = 'powershell.exe';

/** Runs a constant script. @throws Unreadable when it gave no answer */
export type RunScript = (
  script: ConstantScript,
  order: object,
  limitMs: number,
) => Promise<unknown>;

/** Runs scripts in this PC's Windows PowerShell. */
export function scriptRunner(paths: SystemPaths = findSystemPaths()): RunScript {
  return async (script, order, limitMs) => {
    const { exitCode, stdout } = await runProgram(
      POWERSHELL,
      paths.programs[POWERSHELL],
      [
        '-NoLogo',
        '-NoProfile',
        '-NonInteractive',
        ...['-InputFormat', 'Text'],
        ...['-OutputFormat', 'Text'],
        ...['-EncodedCommand', Buffer.from(script, 'utf16le').toString('base64')],
      ],
      {
        limitMs,
        cwd: paths.system32,
        env: { ...cleanEnvironment(paths), [MODULES_VARIABLE]: paths.modules },
        input: `${JSON.stringify(order)}\n`,
      },
    );
    if (exitCode === CONSTRAINED_EXIT) {
      throw new Unreadable('access-denied', POWERSHELL, CONSTRAINED);
    }
    if (exitCode !== 0) throw new Unreadable('tool-failed', POWERSHELL, `exit ${exitCode}`);
    try {
      return JSON.parse(stdout.toString('utf8')) as unknown;
    } catch {
      throw new Unreadable('garbled-answer', POWERSHELL);
    }
  };
}

/** What became of a start with administrator rights. */
export type LaunchResult =
  /** `process` is its number, where Windows told it. */
  | { readonly outcome: 'started'; readonly process?: number }
  /** The person said no to Windows' question, or nobody answered it. */
  | { readonly outcome: 'declined' }
  /** `detail` is Windows' error number or a reason, in no language. */
  | { readonly outcome: 'failed'; readonly detail: string };

/** ERROR_CANCELLED (https://learn.microsoft.com/windows/win32/debug/system-error-codes--1000-1299-). */
const ERROR_CANCELLED = 1223;

/** Windows leaves its question standing for two minutes; somebody may have to be fetched. */
const QUESTION_MS = 10 * 60_000;

/** Arguments are handed to Windows as one line. These need no quotes, so there is nothing to get out of. */
const PLAIN_ARGUMENT = /^[A-Za-z0-9=_-]{1,128}$/;

const answerSchema = z.object({
  started: z.boolean(),
  code: z.int(),
  error: z.string(),
  process: z.int().nonnegative(),
});

/**
 * Starts a program with administrator rights, in System32, after Windows has asked the person.
 *
 * @param program absolute path
 * @param window handle of the window that the question belongs to, a number in decimal digits: where that is in
 *   front, so is the question, else Windows may only flash in the task bar; null where there is none
 */
export async function startElevated(
  program: string,
  args: readonly string[],
  window: string | null,
  runScript: RunScript = scriptRunner(),
  folder: string = findSystemPaths().system32,
): Promise<LaunchResult> {
  if (!args.every((argument) => PLAIN_ARGUMENT.test(argument))) {
    throw new Error('An argument for the elevated process is not plain');
  }
  try {
    const order = { program, arguments: args, folder, window };
    const answer = answerSchema.safeParse(await runScript(START_ELEVATED, order, QUESTION_MS));
    if (!answer.success) return { outcome: 'failed', detail: 'garbled-answer' };
    const { started, code, error, process: id } = answer.data;
    if (started) return { outcome: 'started', ...(id > 0 && { process: id }) };
    if (code === ERROR_CANCELLED) return { outcome: 'declined' };
    return { outcome: 'failed', detail: code === 0 ? error : String(code) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { outcome: 'failed', detail: error.message };
  }
}
