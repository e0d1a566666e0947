import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

/** A server process started by a test. */
export interface Running {
  readonly child: ChildProcess;
  /** Returns everything it has printed so far, for the error message if it doesn't start. */
  output(): string;
  /** Stops it and waits for its exit. If the test process exits first, the server is killed immediately. */
  stop(): Promise<void>;
}

/** Starts a server process with these arguments. */
export function startServer(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Running {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', (error) => {
      output += String(error);
      resolve();
    });
  });
  const kill = () => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  return {
    child,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(kill, 2_000);
      await gone;
      clearTimeout(late);
      process.removeListener('exit', kill);
    },
  };
}

/**
 * Waits until a condition holds.
 *
 * @throws Error with the server's output if it doesn't within ten seconds or the server has exited
 */
export async function until(
  holds: () => Promise<boolean>,
  server: Running,
  what: string,
): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > end || server.child.exitCode !== null) {
      await server.stop();
      throw new Error(`${what} did not start:\n${server.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
