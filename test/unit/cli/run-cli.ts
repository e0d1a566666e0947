/** Runs the command line in this process, with streams that remember. */
import { PassThrough } from 'node:stream';
import { run } from '../../../electron/cli/run';

/** What a command line did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `kms-doctor` with these words. */
export function runCli(...argv: readonly string[]): Promise<Ran> {
  return runCliWith({}, ...argv);
}

/** The same with what comes in by standard input; at a terminal, it is what a person types there. */
export async function runCliWith(
  { input = '', isTerminal = false }: { readonly input?: string; readonly isTerminal?: boolean },
  ...argv: readonly string[]
): Promise<Ran> {
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
