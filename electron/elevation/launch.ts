/**
 * Starts programs for the repair session: Windows PowerShell by its absolute path with a constant script and, through
 * it, this program with administrator rights after a UAC prompt.
 */
import { z } from 'zod';
import { Unreadable } from '@engine/computer';
import { CONSTRAINED, CONSTRAINED_EXIT, MODULES_VARIABLE } from '../computer/windows/script-modes';
import {
  cleanEnvironment,
  findSystemPaths,
  type SystemPaths,
} from '../computer/windows/system-paths';
import { runProgram } from '../computer/run-program';
import { START_ELEVATED, type ConstantScript } from './scripts';

const POWERSHELL = 'powershell.exe';

/** Runs a constant script. @throws Unreadable if it returns no result */
export type RunScript = (
  script: ConstantScript,
  order: object,
  limitMs: number,
) => Promise<unknown>;

/** Returns a function that runs scripts in this PC's Windows PowerShell. */
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

/** Result of starting a process with administrator rights. */
export type LaunchResult =
  /** `process` is the process ID, if Windows returned one. */
  | { readonly outcome: 'started'; readonly process?: number }
  /** The user declined the UAC prompt, or didn't respond. */
  | { readonly outcome: 'declined' }
  /** `detail` is a Windows error code or a reason, not localized. */
  | { readonly outcome: 'failed'; readonly detail: string };

/** ERROR_CANCELLED (https://learn.microsoft.com/windows/win32/debug/system-error-codes--1000-1299-). */
const ERROR_CANCELLED = 1223;

/** Windows shows its prompt for two minutes; the user may also have to fetch an administrator. */
const QUESTION_MS = 10 * 60_000;

/** Arguments are passed to Windows as one string. These need no quoting, so nothing can break out of it. */
const PLAIN_ARGUMENT = /^[A-Za-z0-9=_-]{1,128}$/;

const answerSchema = z.object({
  started: z.boolean(),
  code: z.int(),
  error: z.string(),
  process: z.int().nonnegative(),
});

/**
 * Starts a program with administrator rights in System32, after a UAC prompt.
 *
 * @param program absolute path
 * @param window decimal handle of the prompt's owner window: if that window is in the foreground, so is the prompt;
 *   otherwise Windows may only flash the taskbar button. Null for no owner.
 */
export async function startElevated(
  program: string,
  args: readonly string[],
  window: string | null,
  runScript: RunScript = scriptRunner(),
  folder: string = findSystemPaths().system32,
): Promise<LaunchResult> {
  if (!args.every((argument) => PLAIN_ARGUMENT.test(argument))) {
    throw new Error('Unsafe argument for the elevated process');
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
