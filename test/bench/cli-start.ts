/** Startup time of the command line compared to Node itself. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ratio } from './measure';

const run = promisify(execFile);

/**
 * Measures `kms-doctor list procedures` against `node -e 0`, as whole processes.
 *
 * @param cli path of the built command
 */
export async function cliStartOverNode(
  cli: string,
  rounds: number,
): Promise<Awaited<ReturnType<typeof ratio>>> {
  const list = (): Promise<unknown> => run(process.execPath, [cli, 'list', 'procedures']);
  const empty = (): Promise<unknown> => run(process.execPath, ['-e', '0']);
  await list();
  await empty();
  return ratio(list, empty, rounds);
}
