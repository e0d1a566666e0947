/**
 * Runs the fleet script's DNS and RPC code against the odd servers and peers of test/dns and
 * test/rpc, in one process of the real PowerShell. Its results must match the app's.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DnsAnswer, RecordType } from '@engine/computer';
import { queryDns } from '../../electron/computer/network/dns';
import { fleetScript } from '../../electron/fleet/script';
import { ODD_BEHAVIORS } from '../dns/odd-behaviors';
import { ODD_MESSAGES } from '../dns/odd-messages';
import { ODD_RECORDS } from '../dns/odd-records';
import { HOST, SRV } from '../dns/odd-server';
import { ODD_PEERS } from '../rpc/odd-peers';
import { startFakeDns } from '../support/dns-server';
import { freePort } from '../support/free-port';
import { startAcceptor } from '../support/rpc-acceptor';
import { sample } from '../support/sample';
import { engine } from './support/engine';

/** Whether timing decides the result: on a busy machine, PowerShell checks for a response late. */
const isTimed = ([name]: readonly [string, ...unknown[]]): boolean =>
  / after .* s$| limit$/.test(name);

const ALL = [...ODD_BEHAVIORS, ...sample([...ODD_MESSAGES, ...ODD_RECORDS], 2)];
const SERVERS = ALL.filter((one) => !isTimed(one));
const PEERS = sample(ODD_PEERS, 2).filter((one) => !isTimed(one));

/** Queries for each server. */
const QUESTIONS: readonly (readonly [string, RecordType])[] = [
  [SRV, 'SRV'],
  [HOST, 'A'],
  [HOST, 'AAAA'],
];

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
const LETTERS = { silent: 's', closed: 'c', garbled: 'g', unreachable: 'u' } as const;
const PORT_LETTERS = {
  kms: 'k',
  'other-rpc': 'o',
  'not-rpc': 'x',
  silent: 's',
  cut: 'c',
} as const;

/**
 * Returns the script's expected result for a result of the app. `?` stands for any inconclusive
 * one.
 */
function wordsFor(answer: DnsAnswer, asked: string): string {
  if (answer.outcome !== 'answered') return LETTERS[answer.outcome];
  // A line can't contain a response that was truncated to nothing.
  if (answer.truncated && answer.transport === 'udp' && answer.answers.length === 0) return 'g';
  const code = RCODES.indexOf(answer.rcode);
  if (code !== 0 && code !== 2 && code !== 3 && code !== 5) return '?';
  const records = answer.answers.map((record) => {
    const owner = record.name === asked ? '' : ` @${record.name}`;
    switch (record.type) {
      case 'SRV':
        return `S ${record.priority} ${record.weight} ${record.port} ${record.target}${owner}`;
      case 'CNAME':
        return `C ${record.target}${owner}`;
      default:
        return `${record.type === 'A' ? 'A' : '6'} ${record.address}${owner}`;
    }
  });
  // .NET formats IPv4-mapped IPv6 addresses differently, and the script keeps bytes that aren't
  // UTF-8.
  return [String(code), ...records]
    .join('|')
    .replace('::ffff:7f00:1', '::ffff:127.0.0.1')
    .replace('\\239\\191\\189', '\\255');
}

/** Whether a result is inconclusive for the requested record. */
const provesNothing = (said: string): boolean =>
  said === 'g' || /^(?:[14]|[6-9]|\d{2,4})$/.test(said);

interface Job {
  readonly kind: 'dns' | 'rpc';
  readonly port: number;
  readonly name?: string;
  readonly type?: string;
}

/** Runs all queries together in the script and returns its results. */
async function askedByScript(jobs: readonly Job[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-odd-'));
  try {
    const [functions = ''] = fleetScript({ engine: 'intune', noName: false }).split(
      '# --- The line ---',
    );
    const [asked, script] = [join(folder, 'jobs.json'), join(folder, 'odd.ps1')];
    writeFileSync(asked, JSON.stringify(jobs));
    writeFileSync(
      script,
      `${functions.replace('$pool = New-Pool', '$pool = $null')}
$jobs = @(foreach ($one in (ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText('${asked}')))) {
    if ($one.kind -eq 'rpc') { New-RpcJob '127.0.0.1' $one.port; continue }
    $job = New-DnsJob '127.0.0.1' $one.name $one.type
    $job.Port = $one.port
    $job
})
$began = [datetime]::UtcNow
Complete-Jobs $jobs
ConvertTo-Json -Compress -InputObject @($jobs | ForEach-Object -Process { [string] $_.Said })
`,
    );
    const { program, modules } = engine();
    const args = [...(program.before ?? []), '-NoLogo', '-NoProfile', '-NonInteractive', '-File'];
    const env = { ...process.env, PSModulePath: modules, POWERSHELL_TELEMETRY_OPTOUT: '1' };
    const { stdout } = await promisify(execFile)(program.file, [...args, script], { env });
    return JSON.parse(stdout) as string[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Expected and actual results by server or peer. */
const found = new Map<string, readonly (readonly [expected: string, said: string])[]>();

beforeAll(async () => {
  const kms = await startAcceptor('kms');
  const ports = { kms: kms.port, closed: await freePort() };
  const servers = await Promise.all(SERVERS.map(([, behaviour]) => startFakeDns(behaviour(ports))));
  const peers = await Promise.all(PEERS.map(([, peer]) => startAcceptor(peer)));
  const expected = Promise.all(
    servers.map(({ server }) =>
      Promise.all(
        QUESTIONS.map(async ([name, type]) =>
          wordsFor(await queryDns(server, name, type, 'udp', new AbortController().signal), name),
        ),
      ),
    ),
  );
  const ofServers = servers.flatMap(({ server: { port } }) =>
    QUESTIONS.map(([name, type]): Job => ({ kind: 'dns', port, name, type })),
  );
  const ofPeers = peers.map(({ port }): Job => ({ kind: 'rpc', port }));
  const words = await expected;
  const said = await askedByScript([...ofPeers, ...ofServers]);
  for (const [index, [name, , outcome]] of PEERS.entries()) {
    found.set(name, [[PORT_LETTERS[outcome], said[index] ?? '']]);
  }
  for (const [index, [name]] of SERVERS.entries()) {
    const first = PEERS.length + index * QUESTIONS.length;
    const pairs = QUESTIONS.map(
      (_, place) => [words[index]?.[place] ?? '', said[first + place] ?? ''] as const,
    );
    found.set(`DNS: ${name}`, pairs);
  }
  await Promise.all([kms, ...peers, ...servers].map((one) => one.stop()));
}, 120_000);

describe('the fleet script agrees with the app on', () => {
  it.each(SERVERS)('a DNS server with %s', (name) => {
    const pairs = found.get(`DNS: ${name}`) ?? [];
    expect(pairs).toHaveLength(QUESTIONS.length);
    for (const [expected, said] of pairs) {
      if (expected === '?') expect(said).toSatisfy(provesNothing);
      else expect(said).toBe(expected);
    }
  });

  it.each(PEERS)('a peer with %s', (name) => {
    for (const [expected, said] of found.get(name) ?? []) {
      expect(said).toBe(expected);
    }
  });
});
