/** A real RPC server that isn't a KMS host: Samba's samba-dcerpcd on loopback. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSTALL, findProgram } from '../../build/test-parts.mjs';
import type { Endpoint } from '../../shared/names';
import { startServer, until } from './child';

/** Path of samba-dcerpcd; null if it isn't installed. */
const samba = findProgram('samba-dcerpcd', '/usr/libexec/samba/samba-dcerpcd');

/** Whether it can be started here. It needs root, because its endpoint mapper listens on port 135. */
export const sambaCanRun = samba !== null && process.getuid?.() === 0;

/** A running Samba server. */
export interface SambaFixture {
  /** The endpoint mapper. */
  readonly mapper: Endpoint;
  stop(): Promise<void>;
}

/** Starts Samba's RPC server and waits until its endpoint mapper listens. */
export async function startSamba(): Promise<SambaFixture> {
  if (samba === null) throw new Error(`Samba is not installed: ${INSTALL}`);
  const directory = mkdtempSync(join(tmpdir(), 'kms-doctor-samba-'));
  const folders = {
    'private dir': 'private',
    'lock directory': 'lock',
    'state directory': 'state',
    'cache directory': 'cache',
    'pid directory': 'pid',
    'ncalrpc dir': 'ncalrpc',
  };
  for (const folder of [...Object.values(folders), 'log']) {
    mkdirSync(join(directory, folder), { mode: 0o755 });
  }
  const config = join(directory, 'smb.conf');
  writeFileSync(
    config,
    `[global]
interfaces = 127.0.0.1/8
bind interfaces only = yes
rpc start on demand helpers = no
log file = ${join(directory, 'log', 'samba.log')}
${Object.entries(folders)
  .map(([option, folder]) => `${option} = ${join(directory, folder)}\n`)
  .join('')}`,
  );
  const running = startServer(
    samba,
    ['-s', config, '-F', '--libexec-rpcds', '--ready-signal-fd=1'],
    {},
  );
  const mapper = { host: '127.0.0.1', port: 135 };
  await until(() => isOpen(mapper), running, 'Samba');
  return {
    mapper,
    stop: async () => {
      await running.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function isOpen({ host, port }: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
