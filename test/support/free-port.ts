import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A TCP port on which nobody listens right now on loopback. It is below those that Linux and Windows give away by
 * themselves, so that no connection of another test takes it a moment later.
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
