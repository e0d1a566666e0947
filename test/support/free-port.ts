import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Returns a loopback TCP port with no listener right now. It is below the ephemeral ports of Linux and Windows, so that
 * no connection of another test takes it a moment later.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
