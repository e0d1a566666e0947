/** Applies fixes to simulated PCs, each stored in a file, through the logic of the commands. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { completeScenario, parseScenario, type ScenarioFile } from '@shared/scenario';
import { translator, type Language } from '@shared/i18n';
import type { FixId } from '@shared/catalog';
import type { ChangeKind } from '@engine/changes';
import type { Computer, ComputerChanges, ComputerFacts } from '@engine/computer';
import type { FactOptions } from '@engine/facts/facts';
import { toLine } from '@engine/journal/lines';
import { runFix } from '../../../../electron/cli/fix';
import { runJournal } from '../../../../electron/cli/journal';
import { runUndo } from '../../../../electron/cli/undo';
import { createScenarioComputer } from '../../../../electron/computer/scenario';

/** A made-up key in the format of a MAK. */
export const FAKE_KEY = 'BCDFG-HJKMP-QRTVW-XY234-N6789';

/** Output and exit code of a command. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Options of {@link Bench.fix}. */
export interface FixOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly language?: Language;
  /** Content of standard input. */
  readonly stdin?: string;
  /** Wraps the simulated PC that the command uses. */
  readonly wrap?: (computer: Computer) => Computer;
  readonly signal?: AbortSignal;
  readonly factOptions?: FactOptions;
}

/** Options of a command line that doesn't name another computer. */
const HERE = {
  target: null,
  scenario: null,
  facts: null,
  dnsOverrides: {},
  factOptions: {},
};

/** Parameters as given on a command line. */
export type Params = Readonly<Record<string, string | readonly string[]>>;

/** A simulated PC stored in a file, and a data directory. */
export class Bench {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'kms-doctor-fix-'));
  readonly file = path.join(this.directory, 'pc.json');
  readonly dataDir = path.join(this.directory, 'data');

  constructor(scenario: object) {
    writeFileSync(this.file, JSON.stringify(scenario));
  }

  /** The scenario in the file. */
  get document(): ScenarioFile {
    return parse(JSON.parse(readFileSync(this.file, 'utf8')));
  }

  /** Creates a PC that saves its changes to the file. */
  computer(): ReturnType<typeof createScenarioComputer> {
    return createScenarioComputer(this.document, { save: this.file });
  }

  fix(fix: FixId, params: Params = {}, options: FixOptions = {}): Promise<Ended> {
    const { dryRun = false, yes = true, json = true, language = 'en', wrap, stdin = '' } = options;
    const computer = this.computer();
    return capture((streams) =>
      runFix(fix, {
        ...streams,
        ...HERE,
        save: null,
        stdin: Readable.from([stdin]),
        computer: wrap ? wrap(computer) : computer,
        params: Object.entries(params).flatMap(([name, value]) =>
          (typeof value === 'string' ? [value] : value).map((one) => [name, one] as const),
        ),
        dryRun,
        yes: yes && !dryRun,
        json,
        translate: translator(language),
        dataDir: this.dataDir,
        signal: options.signal ?? new AbortController().signal,
        ...(options.factOptions && { factOptions: options.factOptions }),
      }),
    );
  }

  undo(
    entry: string | null = null,
    wrap?: (computer: Computer) => Computer,
    {
      json = false,
      signal = new AbortController().signal,
    }: Pick<FixOptions, 'json' | 'signal'> = {},
  ): Promise<Ended> {
    const computer = this.computer();
    return capture((streams) =>
      runUndo(entry, {
        ...streams,
        ...HERE,
        stdin: Readable.from([]),
        computer: wrap ? wrap(computer) : computer,
        json,
        translate: translator('en'),
        dataDir: this.dataDir,
        signal,
      }),
    );
  }

  async journal(): Promise<readonly JournalLine[]> {
    const { out } = await capture((streams) =>
      runJournal({
        ...streams,
        json: true,
        translate: translator('en'),
        dataDir: this.dataDir,
        signal: new AbortController().signal,
      }),
    );
    return (JSON.parse(out) as { entries: JournalLine[] }).entries;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/**
 * Edits the lines of a journal like an attacker who knows how to compute the checksums.
 *
 * @returns whether anything changed
 */
export function editJournal(dataDir: string, edit: (line: string) => string): boolean {
  const file = path.join(dataDir, 'journal.jsonl');
  const before = readFileSync(file, 'utf8')
    .replace(/,"sum":"[0-9a-f]{8}"/g, '')
    .trim()
    .split('\n');
  const after = before.map(edit);
  writeFileSync(file, after.map((line) => `${toLine(JSON.parse(line) as object)}\n`).join(''));
  return after.join() !== before.join();
}

/** An entry of `journal --json`. */
export interface JournalLine {
  readonly entry: string;
  readonly fix: FixId;
  readonly target: string;
  readonly state: string;
  readonly changes: readonly object[];
}

/** Parses a scenario and validates it against its schema. */
function parse(json: unknown): ScenarioFile {
  const parsed = parseScenario(json);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

async function capture(
  run: (streams: { stdout: PassThrough; stderr: PassThrough }) => Promise<number>,
): Promise<Ended> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const out: string[] = [];
  const err: string[] = [];
  stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
  const code = await run({ stdout, stderr });
  return { code, out: out.join(''), err: err.join('') };
}

type Fact = Exclude<keyof ComputerFacts, 'probeKms'>;

/** The method that makes a kind of change, the sources it's read back from, best first, and an example case. */
export interface ChangeExample {
  readonly method: keyof ComputerChanges;
  readonly sources: readonly Fact[];
  readonly example: `${FixId} on ${string}`;
}

export const CHANGES = {
  'product-key': {
    method: 'installProductKey',
    example: 'return-to-kms on not-a-kms-client/oem-key',
    sources: ['licensingProducts'],
  },
  activation: {
    method: 'activate',
    example: 'activate-now on activation-pending/just-activate',
    sources: ['licensingProducts'],
  },
  'activation-type': {
    method: 'setActivationType',
    example: 'allow-kms-activation on activation-pending/just-activate',
    sources: ['registryValue'],
  },
  'phone-activation': {
    method: 'depositConfirmationId',
    example: 'activate-by-phone on not-a-kms-client/mak-never-activated',
    sources: ['licensingProducts'],
  },
  'kms-assignment': {
    method: 'setKmsHost',
    example: 'assign-kms-host on srv-record-missing/record-missing',
    sources: ['registryValue', 'licensingService'],
  },
  'lookup-domain': {
    method: 'setLookupDomain',
    example: 'set-lookup-domain on srv-record-in-other-domain/parent-domain',
    sources: ['registryValue', 'licensingService'],
  },
  'dns-publishing': {
    method: 'setDnsPublishing',
    example: 'set-dns-publishing on dns-publishing-disabled/switched-off',
    sources: ['licensingService'],
  },
  'registry-value': {
    method: 'setRegistryValue',
    example: 'set-publish-list on healthy/kms-host',
    sources: ['registryValue'],
  },
  'service-start': {
    method: 'setServiceStart',
    example: 'restart-licensing-service on licensing-service-unavailable/disabled',
    sources: ['service'],
  },
  'service-restart': {
    method: 'restartService',
    example: 'restart-licensing-service on dns-publishing-refused/no-event',
    sources: ['service'],
  },
  'firewall-rule': {
    method: 'setKmsFirewallRules',
    example: 'open-kms-firewall on kms-firewall-closed/rule-off',
    sources: ['kmsFirewallRules'],
  },
  'dns-cache-flush': {
    method: 'flushDnsCache',
    example: 'flush-dns-cache on client-resolver-disagrees/stale-target',
    // Only the code that flushes the cache can inspect it.
    sources: [],
  },
  'suffix-search-list': {
    method: 'setSuffixSearchList',
    example: 'add-dns-suffix on srv-record-in-other-domain/parent-domain',
    sources: ['dnsClientSettings'],
  },
  'dns-servers': {
    method: 'setDnsServers',
    example: 'set-dns-servers on srv-record-missing/record-missing',
    sources: ['adapters'],
  },
  'dns-record': {
    method: 'addSrvRecord',
    example: 'create-srv-record on srv-record-missing/record-missing',
    sources: ['dnsQuery'],
  },
  'clock-sync': {
    method: 'syncClock',
    example: 'sync-clock on clock-skew/five-hours-fast',
    sources: ['clockOffset'],
  },
} as const satisfies Readonly<Record<ChangeKind, ChangeExample>>;

/** A method of the computer interface that changes something. The last one is the inverse of another. */
export type ChangeMethod = (typeof CHANGES)[ChangeKind]['method'] | 'removeSrvRecord';

const METHODS: readonly ChangeMethod[] = [
  ...Object.values(CHANGES).map(({ method }) => method),
  'removeSrvRecord',
];

/** Wraps a computer so that each change calls `hook` first, which may refuse it or inspect its arguments. */
export function interceptChanges<Changes extends ComputerChanges>(
  computer: Changes,
  hook: (method: ChangeMethod, args: readonly unknown[]) => void,
  after: () => void = () => undefined,
): Changes {
  return new Proxy(computer, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (name === 'forUndo') {
        return (memory: unknown) =>
          interceptChanges(target.forUndo?.(memory) ?? target, hook, after);
      }
      const method = METHODS.find((known) => known === name);
      if (method === undefined || typeof value !== 'function') return value;
      return async (...args: readonly unknown[]) => {
        hook(method, args);
        const receipt: unknown = await Reflect.apply(value, target, args);
        after();
        return receipt;
      };
    },
  });
}

/** Effects that Windows can't undo: losing an unknown key, a successful activation, a flushed cache, the time. */
export type OneWay = 'key' | 'activation' | 'cache' | 'clock';

/**
 * Returns a scenario without the data that the simulated Windows writes by itself (events, its own records, the reason
 * of a failed activation) and without the effects that can't be undone.
 */
export function comparable(document: object, oneWay: readonly OneWay[] = []): unknown {
  const copy = structuredClone(document) as {
    events?: unknown;
    computer?: { clockSkewMinutes?: unknown };
    licensing?: { products?: Record<string, unknown>[] };
    dns?: { resolverCache?: unknown; servers: Record<string, { records: object[] }> };
  };
  // If a host publishes itself, the default servers are written out.
  copy.dns = structuredClone(
    completeScenario(document as ScenarioFile).dns,
  ) as unknown as typeof copy.dns;
  delete copy.events;
  for (const server of Object.values(copy.dns?.servers ?? {})) {
    // The KMS host in these cases is named KMS1.
    server.records = server.records.filter(
      (record) => !('target' in record) || record.target !== 'kms1.contoso.com',
    );
  }
  for (const product of copy.licensing?.products ?? []) {
    const lost = [
      /^LicenseStatusReason$/,
      ...(oneWay.includes('activation')
        ? [/^(LicenseStatus|GracePeriodRemaining|DiscoveredKey)/]
        : []),
      ...(oneWay.includes('key')
        ? [/^(LicenseStatus|GracePeriodRemaining|Description|PartialProductKey|ProductKeyChannel)/]
        : []),
    ];
    for (const name of Object.keys(product)) {
      if (lost.some((pattern) => pattern.test(name))) Reflect.deleteProperty(product, name);
    }
  }
  if (oneWay.includes('cache')) delete copy.dns?.resolverCache;
  if (oneWay.includes('clock')) delete copy.computer?.clockSkewMinutes;
  return copy;
}
