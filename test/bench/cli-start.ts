/** How much longer the command takes to start than Node itself. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ratio } from './measure';

const run = promisify(execFile);

/**
 * `kms-doctor list procedures` over `node -e 0`, whole processes.
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
