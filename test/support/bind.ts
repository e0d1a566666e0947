/** A real DNS server (BIND) on loopback, with zones defined by the test. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSTALL, findProgram } from '../../build/test-parts.mjs';
import type { DnsServer } from '../../electron/engine/computer';
import { startServer, until } from './child';
import { freePort } from './free-port';

/** Path of BIND's `named`; null if it isn't installed. */
export const named = findProgram('named');

/** A zone. */
export interface ZoneSpec {
  /** Zone file lines after SOA and NS; null for a zone whose file is missing, which answers SERVFAIL. */
  readonly records: string | null;
  /** Statements in named.conf, e.g. `allow-query { none; };`. `UPDATE_KEY` is replaced by the fixture's key. */
  readonly options?: string;
}

/** A running BIND server. */
export interface BindFixture {
  readonly server: DnsServer;
  /** The same server over IPv6. */
  readonly server6: DnsServer;
  /** A key file in BIND's format with the key that replaces `UPDATE_KEY`. */
  readonly keyFile: string;
  /** The same key name with a different secret. */
  readonly wrongKeyFile: string;
  /** A key unknown to the server. */
  readonly unknownKeyFile: string;
  stop(): Promise<void>;
}

/** Name of the key authorized to update zones. */
const UPDATE_KEY = 'kms-update';

const key = (name: string, algorithm: string) =>
  `key "${name}" {\n\talgorithm ${algorithm};\n\tsecret "${randomBytes(32).toString('base64')}";\n};\n`;

/**
 * Starts BIND with the given zones and waits until it serves them.
 *
 * @param algorithm algorithm of the update key
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
  // Two servers can share a port unnoticed, so this unique zone confirms that ours is the one answering.
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
  // For a zone with an error, BIND reports success but answers SERVFAIL.
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
