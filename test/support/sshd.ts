/** An OpenSSH server on loopback, with an address for each simulated PC. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSTALL, findProgram } from '../../build/test-parts.mjs';
import { startServer, until } from './child';
import { freePort } from './free-port';

/** Environment of the sessions on a PC. */
export interface SshPc {
  /** Loopback address that identifies the PC, e.g. `127.0.0.11`. */
  readonly address: string;
  /** Environment variables, including `PATH`. Values contain neither spaces nor quotation marks. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A running server. */
export interface SshFixture {
  readonly port: number;
  /** The private key that is allowed to log in. */
  readonly keyFile: string;
  /** The server's host keys, for `UserKnownHostsFile`. */
  readonly knownHostsFile: string;
  stop(): Promise<void>;
}

/** Starts a server that listens at the addresses of all PCs and accepts only the key created for it. */
export async function startSshd(pcs: readonly SshPc[]): Promise<SshFixture> {
  const sshd = findProgram('sshd');
  const keygen = findProgram('ssh-keygen');
  if (sshd === null || keygen === null) throw new Error(`OpenSSH is not installed: ${INSTALL}`);
  const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-sshd-'));
  const key = (name: string) => {
    const file = join(folder, name);
    const { status } = spawnSync(keygen, ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    if (status !== 0) throw new Error(`ssh-keygen ended with ${status}`);
    return file;
  };
  const [hostKey, keyFile] = [key('host'), key('user')];
  const port = await freePort();
  const hosts = pcs.map(({ address }) => `[${address}]:${port}`).join(',');
  const knownHostsFile = join(folder, 'known_hosts');
  writeFileSync(knownHostsFile, `${hosts} ${readFileSync(`${hostKey}.pub`, 'utf8')}`);
  const config = join(folder, 'sshd_config');
  writeFileSync(
    config,
    [
      `Port ${port}`,
      ...pcs.map(({ address }) => `ListenAddress ${address}`),
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${keyFile}.pub`,
      'PidFile none',
      // The temporary folder is writable by all users.
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'Subsystem sftp internal-sftp',
      ...pcs.flatMap(({ address, environment }) => [
        `Match LocalAddress ${address}`,
        `SetEnv ${Object.entries(environment)
          .map(([name, value]) => `${name}=${value}`)
          .join(' ')}`,
      ]),
      '',
    ].join('\n'),
  );
  // The folder for sshd's unprivileged processes; it's missing if sshd has never been started by the system.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const running = startServer(sshd, ['-D', '-e', '-f', config], { cwd: folder });
  const listens = (host: string): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect({ host, port });
      const end = (result: boolean) => () => {
        socket.destroy();
        resolve(result);
      };
      socket.once('connect', end(true)).once('error', end(false));
    });
  await until(
    async () => (await Promise.all(pcs.map(({ address }) => listens(address)))).every(Boolean),
    running,
    'sshd',
  );
  return {
    port,
    keyFile,
    knownHostsFile,
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
