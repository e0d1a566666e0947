/**
 * Runs the playbook in docs/recipes/ with real Ansible over real SSH, on PCs simulated with a real
 * PowerShell.
 */
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { INSTALL, findProgram } from '../../build/test-parts.mjs';
import { readFleet } from '../../electron/fleet/fleet';
import { doublesModule } from '../powershell/doubles/module';
import { engine } from '../powershell/support/engine';
import { scriptFor } from '../powershell/support/fleet-pc';
import { sample } from '../support/sample';
import { startSshd, type SshFixture } from '../support/sshd';

const PLAYBOOK = path.join(import.meta.dirname, '../../docs/recipes/kms-facts.yml');

/** PCs, each with its own loopback address. */
const PCS = sample(['PC-101', 'PC-102', 'PC-103'], 3).map((name, index) => ({
  name,
  address: `127.0.0.${11 + index}`,
}));

const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-ansible-'));
const lines = path.join(folder, 'lines');
let sshd: SshFixture;

/**
 * Writes the programs a session calls: `PowerShell` runs the real one, and `chcp.com` does nothing.
 * Returns their folder.
 */
function programsOf(name: string): string {
  const bin = path.join(folder, name, 'bin');
  mkdirSync(bin, { recursive: true });
  const { file, before = [] } = engine().program;
  const written = (command: string, text: string) => {
    writeFileSync(path.join(bin, command), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  };
  written('PowerShell', `exec '${[file, ...before].join("' '")}' "$@"`);
  written('chcp.com', 'exit 0');
  return bin;
}

/**
 * Returns the module path where a session's PowerShell finds the Windows cmdlets of a healthy PC
 * without a network.
 */
function modulesOf(name: string): string {
  const own = path.join(folder, name, 'modules');
  mkdirSync(path.join(own, 'Doubles'), { recursive: true });
  const [log, scene] = [path.join(own, 'log.jsonl'), path.join(own, 'scene.ps1')];
  writeFileSync(scene, '');
  const doubles = doublesModule({ log, scene }).replaceAll("'PC-042'", `'${name}'`);
  writeFileSync(path.join(own, 'Doubles/Doubles.psm1'), doubles);
  return `${own}:${engine().modules}`;
}

beforeAll(async () => {
  sshd = await startSshd(
    PCS.map(({ name, address }) => {
      const bin = programsOf(name);
      const temporary = path.join(folder, name, 'temp');
      mkdirSync(temporary);
      return {
        address,
        environment: {
          PATH: `${bin}:/usr/bin:/bin`,
          TEMP: temporary,
          POWERSHELL_TELEMETRY_OPTOUT: '1',
          POWERSHELL_UPDATECHECK: 'Off',
          PSModulePath: modulesOf(name),
        },
      };
    }),
  );
  copyFileSync(PLAYBOOK, path.join(folder, 'kms-facts.yml'));
  const world = { scene: '', registry: '', places: {}, now: '2026-11-22T09:00:00Z', ownPool: true };
  writeFileSync(
    path.join(folder, 'kms-facts.ps1'),
    scriptFor({ ...world, options: { engine: 'ansible' } }),
  );
  writeFileSync(
    path.join(folder, 'inventory'),
    [
      '[windows]',
      ...PCS.map(({ name, address }) => `${name} ansible_host=${address}`),
      // Nothing listens on this address.
      'PC-104 ansible_host=127.0.0.14',
      '[windows:vars]',
      'ansible_connection=ssh',
      'ansible_shell_type=powershell',
      `ansible_port=${sshd.port}`,
      `ansible_ssh_private_key_file=${sshd.keyFile}`,
      '',
    ].join('\n'),
  );
});

afterAll(async () => {
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the playbook, ignoring the system's and the user's settings for Ansible and SSH. */
function play(): Promise<{ readonly code: number | null; readonly output: string }> {
  const ansible = findProgram('ansible-playbook');
  if (ansible === null) throw new Error(`Ansible is not installed: ${INSTALL}`);
  const configuration = path.join(folder, 'ansible.cfg');
  writeFileSync(configuration, '');
  const child = spawn(ansible, ['-i', 'inventory', 'kms-facts.yml'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      LC_ALL: 'C.UTF-8',
      ANSIBLE_CONFIG: configuration,
      ANSIBLE_SSH_ARGS: `-F none -o ControlMaster=no -o IdentitiesOnly=yes -o UserKnownHostsFile=${sshd.knownHostsFile}`,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

it(
  'the Ansible playbook collects the facts line of every reachable PC',
  { timeout: 300_000 },
  async () => {
    const { code, output } = await play();
    // Ansible's exit code for unreachable hosts.
    expect(code, output).toBe(4);
    expect(output).toMatch(/^PC-104 .* unreachable=1 /m);
    expect(readdirSync(lines)).toEqual(PCS.map(({ name }) => `${name}.txt`));
    for (const { name } of PCS) {
      expect(readFileSync(path.join(lines, `${name}.txt`), 'utf8')).toMatch(/^KMSD2 [\w.-]+\n$/);
      // No temporary files stay on the PC.
      expect(readdirSync(path.join(folder, name, 'temp'))).toEqual([]);
    }
    const { report } = await readFleet([lines], { language: 'en' });
    expect(report).toMatchObject({ computers: PCS.length, unreadable: [] });
    expect(report.groups.flatMap(({ computers }) => computers)).toEqual(
      PCS.map(({ name }) => name),
    );
  },
);
