/** Runs the CLI in this process and captures its output. */
import { PassThrough } from 'node:stream';
import { run } from '../../../electron/cli/run';

/** Exit code and output of a command. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `kms-doctor` with these arguments. */
export function runCli(...argv: readonly string[]): Promise<CliResult> {
  return runCliWith({}, ...argv);
}

/** Runs `kms-doctor` with this standard input. With `isTerminal`, it's typed at a terminal. */
export async function runCliWith(
  { input = '', isTerminal = false }: { readonly input?: string; readonly isTerminal?: boolean },
  ...argv: readonly string[]
): Promise<CliResult> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const code = await run(argv, {
    stdin: Object.assign(stdin, { isTTY: isTerminal }),
    stdout,
    stderr,
  });
  const text = (stream: PassThrough): string => {
    const bytes: unknown = stream.read();
    return Buffer.isBuffer(bytes) ? bytes.toString('utf8') : '';
  };
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
