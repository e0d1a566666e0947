/** An OpenSSH server of the test's own on loopback, behind whose addresses stand different played PCs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSTALL, program } from '../../build/test-parts.mjs';
import { startServer, until } from './child';
import { freePort } from './free-port';

/** What a session on a PC finds. */
export interface SshPc {
  /** Of loopback, e.g. `127.0.0.11`; a PC is known by it. */
  readonly address: string;
  /** Environment of its sessions, `PATH` among it. Values have neither spaces nor quotation marks. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A running server. */
export interface SshFixture {
  readonly port: number;
  /** The private key that opens it. */
  readonly keyFile: string;
  /** The server's keys, as `UserKnownHostsFile` wants them. */
  readonly knownHostsFile: string;
  stop(): Promise<void>;
}

/** Starts a server that listens at the addresses of all PCs and lets in only the key made for it. */
export async function startSshd(pcs: readonly SshPc[]): Promise<SshFixture> {
  const sshd = program('sshd');
  const keygen = program('ssh-keygen');
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
      // The temporary folder is open to all users.
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
  // Where sshd puts processes without rights; a system that has started none lacks it.
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
