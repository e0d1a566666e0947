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
export async function runCli(...argv: readonly string[]): Promise<Ran> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const code = await run(argv, { stdin, stdout, stderr });
  const text = (stream: PassThrough): string => {
    const bytes: unknown = stream.read();
    return Buffer.isBuffer(bytes) ? bytes.toString('utf8') : '';
  };
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
