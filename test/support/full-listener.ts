/** A listener that never accepts and whose backlog is full: further connection attempts get no answer. */
import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../../shared/names';
import { startServer, until } from './child';

/** A running listener. */
export interface FullListener extends Endpoint {
  stop(): Promise<void>;
}

/** Listens and then blocks indefinitely, so that nothing is removed from the backlog. */
const SLEEPER = `
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port) + '\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** Starts a listener on 127.0.0.1 and fills its backlog. */
export async function startFullListener(): Promise<FullListener> {
  const running = startServer(process.execPath, ['-e', SLEEPER], {});
  await until(() => Promise.resolve(running.output().endsWith('\n')), running, 'the listener');
  const port = Number(running.output());
  const fillers: Socket[] = [];
  const opens = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      fillers.push(socket);
      const timer = setTimeout(() => {
        resolve(false);
      }, 300);
      socket.on('error', () => undefined);
      socket.once('connect', () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  while (await opens());
  return {
    host: '127.0.0.1',
    port,
    stop: async () => {
      for (const socket of fillers) socket.destroy();
      await running.stop();
    },
  };
}
