import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

/** A server that a test started, and its end. */
export interface Running {
  readonly child: ChildProcess;
  /** Everything that it has printed so far, for the message when it does not start. */
  output(): string;
  /** Ends it, waiting until it is gone; at once with the test process if that ends first. */
  stop(): Promise<void>;
}

/** Starts a server by argv. */
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
 * Waits until something holds.
 *
 * @throws Error with the server's output when it does not within ten seconds or the server has ended
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
