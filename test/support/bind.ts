/** A real DNS server (BIND) with zones of the test's own, on loopback. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSTALL, program } from '../../build/test-parts.mjs';
import type { DnsServer } from '../../electron/engine/computer';
import { startServer, until } from './child';
import { freePort } from './free-port';

/** BIND's program; null where it is not installed. */
export const named = program('named');

/** A zone. */
export interface ZoneSpec {
  /** Lines of the zone file after SOA and NS; null for a zone whose file is missing (it answers SERVFAIL). */
  readonly records: string | null;
  /** Statements of named.conf, e.g. `allow-query { none; };`. `UPDATE_KEY` stands for the fixture's key. */
  readonly options?: string;
}

/** A running BIND. */
export interface BindFixture {
  readonly server: DnsServer;
  /** The same by IPv6. */
  readonly server6: DnsServer;
  /** A file in BIND's own format with the key that `UPDATE_KEY` names. */
  readonly keyFile: string;
  /** Of the same name with another secret. */
  readonly wrongKeyFile: string;
  /** A key that the server does not know. */
  readonly unknownKeyFile: string;
  stop(): Promise<void>;
}

/** Name of the key that may update zones. */
const UPDATE_KEY = 'kms-update';

const key = (name: string, algorithm: string) =>
  `key "${name}" {\n\talgorithm ${algorithm};\n\tsecret "${randomBytes(32).toString('base64')}";\n};\n`;

/**
 * Starts BIND with zones by name and waits until it answers for them.
 *
 * @param algorithm of the update key
 */
export async function startBind(
  zones: Readonly<Record<string, ZoneSpec>>,
  algorithm = 'hmac-sha256',
): Promise<BindFixture> {
  if (named === null) throw new Error(`BIND is not installed: ${INSTALL}`);
  const directory = mkdtempSync(join(tmpdir(), 'kms-doctor-bind-'));
  const write = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const port = await freePort();
  const updateKey = key(UPDATE_KEY, algorithm);
  const keyFile = write('update.key', updateKey);
  const wrongKeyFile = write('wrong.key', key(UPDATE_KEY, algorithm));
  const unknownKeyFile = write('unknown.key', key('nobody', algorithm));
  // Two servers can share a port unnoticed: this zone, which no other has, tells that ours answers.
  const marker = `ready-${randomBytes(6).toString('hex')}.test`;
  const all: Record<string, ZoneSpec> = { ...zones, [marker]: { records: '' } };
  const clauses = Object.entries(all).map(([name, { records, options = '' }]) => {
    const file = `${name}.zone`;
    if (records !== null) {
      const head = `$TTL 3600\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n`;
      write(file, `${head}${records}\n`);
    }
    const statements = options.replaceAll('UPDATE_KEY', `"${UPDATE_KEY}"`);
    return `zone "${name}" { type primary; file "${file}"; ${statements} };\n`;
  });
  const config = write(
    'named.conf',
    `${updateKey}
controls { };
options {
  directory "${directory}";
  pid-file "${join(directory, 'named.pid')}";
  session-keyfile "${join(directory, 'session.key')}";
  lock-file none;
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 port ${port} { ::1; };
  recursion no;
  dnssec-validation no;
  minimal-responses no;
  check-names primary ignore;
};
${clauses.join('')}`,
  );
  const running = startServer(named, ['-g', '-c', config, '-n', '1'], { cwd: directory });
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  await until(
    () =>
      resolver.resolveSoa(marker).then(
        () => true,
        () => false,
      ),
    running,
    'BIND',
  );
  // BIND says that all is well and answers SERVFAIL for a zone with a mistake in it.
  for (const [name, { records }] of Object.entries(zones)) {
    if (records !== null && running.output().includes(`zone ${name}/IN: not loaded`)) {
      await running.stop();
      throw new Error(`zone ${name} did not load:\n${running.output()}`);
    }
  }
  return {
    server: { address: '127.0.0.1', port },
    server6: { address: '::1', port },
    keyFile,
    wrongKeyFile,
    unknownKeyFile,
    stop: async () => {
      await running.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
