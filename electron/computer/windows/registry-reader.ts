/** Reads registry values with reg.exe, in one process for everything that is requested from a key at the same time. */
import { Unreadable } from '@engine/computer';
import type { RegistryValue } from '@engine/registry-keys';
import type { ProcessResult, WindowsHost, CallOptions } from './windows-host';
import { neverAborted, within } from '@engine/deadline';
import { containsKey, parseRegQuery, type RegistryKey } from './reg-output';
import type { Priority } from './process-queue';

/** reg.exe answers from memory; if it takes longer, something is blocking it. */
const LIMIT_MS = 10_000;

/** Limits for reading an entire key; a terminal server accumulates tens of thousands of firewall rules. */
const WHOLE = { limitMs: 25_000, outputLimit: 32_000_000 };

/** How much of a key is read: one value, the key, the key and everything below it, or all values of the key. */
type Extent = 'value' | 'key' | 'tree' | 'whole';

interface Batch {
  readonly names: Set<string>;
  readonly answer: Promise<readonly RegistryKey[]>;
}

/** Reads values in the 64-bit registry. */
export class RegistryReader {
  private readonly batches = new Map<string, Batch>();

  constructor(
    private readonly windowsHost: WindowsHost,
    private readonly priority: Priority,
  ) {}

  /**
   * Reads one value of a key whose other values are private.
   *
   * @param key e.g. `HKLM\\SOFTWARE\\…`
   * @returns null if there is no such value, or no such key
   * @throws Unreadable; `access-denied` if the key exists but can't be read
   */
  async value(key: string, name: string, signal: AbortSignal): Promise<RegistryValue | null> {
    const [found] = await this.join('value', key, [name], signal);
    return found?.values.get(name.toLowerCase()) ?? null;
  }

  /**
   * Reads several values of one key, or all of them, which is only for keys that contain no secrets.
   *
   * @returns null if there is no such key
   * @throws Unreadable; `access-denied` if the key exists but can't be read
   */
  async values(
    key: string,
    names: readonly string[] | 'all',
    signal: AbortSignal,
  ): Promise<RegistryKey | null> {
    const isWhole = names === 'all';
    const found = this.join(isWhole ? 'whole' : 'key', key, isWhole ? [] : names, signal);
    return (await found)[0] ?? null;
  }

  /**
   * Reads values of a key and of all keys below it that can be read; empty if there is no such key.
   *
   * @throws Unreadable; `access-denied` if the key exists but can't be read
   */
  tree(
    key: string,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly RegistryKey[]> {
    return this.join('tree', key, names, signal);
  }

  /** Reads the lowercase names of a key's direct subkeys; empty if there is no such key. @throws Unreadable */
  async subkeys(key: string, signal: AbortSignal): Promise<readonly string[]> {
    const paths = (await this.join('key', key, [], signal)).map(({ path }) => path.toLowerCase());
    // The key itself may be among them. Its root is spelled out there, so only the rest is compared.
    const [, below = ''] = /^[^\\]+(.*)$/.exec(key.toLowerCase()) ?? [];
    return paths.flatMap((path) => path.split(`${below}\\`)[1] ?? []);
  }

  /** Batches requests made before the next turn of the event loop. Later requests read the values again. */
  private join(
    extent: Extent,
    key: string,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly RegistryKey[]> {
    const id = extent === 'value' ? `${key}\\${names.join()}` : `${extent} ${key}`;
    const batch = this.batches.get(id) ?? this.open(id, extent, key);
    for (const name of names) batch.names.add(name.toLowerCase());
    return within({ signal }, () => batch.answer);
  }

  private open(id: string, extent: Extent, key: string): Batch {
    const names = new Set<string>();
    const answer = new Promise((resolve) => {
      setImmediate(resolve);
    }).then(async () => {
      this.batches.delete(id);
      const wanted = extent === 'whole' ? EVERYTHING : names;
      return parseRegQuery(await this.query(extent, key, names), wanted);
    });
    answer.catch(() => undefined);
    const batch = { names, answer };
    this.batches.set(id, batch);
    return batch;
  }

  /**
   * Returns the output of `reg query` for a key; empty if there is no such key or value.
   *
   * reg.exe exits with 1 for "not found", "access denied", and "partially read" alike, and its messages are localized.
   * Anything that it printed was read. If that's nothing, further queries find out why.
   */
  private async query(extent: Extent, key: string, names: ReadonlySet<string>): Promise<string> {
    const [only = ''] = names;
    const how = { value: ['/v', only], key: [], tree: ['/s'], whole: [] }[extent];
    const limits = extent === 'whole' ? WHOLE : { limitMs: LIMIT_MS };
    const end = await this.reg(['query', key, ...how, '/reg:64'], limits);
    if (end.exitCode === 0 || (end.exitCode === 1 && containsKey(end.stdout))) return end.stdout;
    if (end.exitCode !== 1) throw new Unreadable('tool-failed', 'reg.exe', `exit ${end.exitCode}`);
    if (!(await this.isThere(key))) return '';
    // If a key can be read, its default value is printed, even if it isn't set.
    const isReadable =
      extent === 'value' && (await this.reg(['query', key, '/ve', '/reg:64'])).exitCode === 0;
    if (isReadable) return '';
    throw new Unreadable('access-denied', 'reg.exe', key);
  }

  /**
   * Whether a key exists, according to its parent, even if the key itself can't be read.
   *
   * A search without matches exits with 1 too, but prints the number of matches. A search that failed prints nothing:
   * the parent doesn't exist either, or can't be read.
   *
   * @throws Unreadable `access-denied` if an ancestor can't be read
   */
  async isThere(key: string): Promise<boolean> {
    const cut = key.lastIndexOf('\\');
    if (cut < 0) return true;
    const [parent, name] = [key.slice(0, cut), key.slice(cut + 1)];
    const search = await this.reg(['query', parent, '/f', name, '/k', '/e', '/reg:64']);
    const ending = `\\${name.toLowerCase()}`;
    const lines = search.stdout.split(/\r?\n/).map((line) => line.trimEnd().toLowerCase());
    if (lines.some((line) => line.endsWith(ending))) return true;
    if (search.exitCode > 1) throw new Unreadable('tool-failed', 'reg.exe', parent);
    const wasMade = search.exitCode === 0 || search.stdout.trim() !== '';
    if (wasMade || !(await this.isThere(parent))) return false;
    throw new Unreadable('access-denied', 'reg.exe', parent);
  }

  /** Runs reg.exe. Several callers may wait for the output, so none of them can cancel it. */
  private reg(
    args: readonly string[],
    limits: Pick<CallOptions, 'limitMs' | 'outputLimit'> = { limitMs: LIMIT_MS },
  ): Promise<ProcessResult> {
    const signal = neverAborted();
    return this.windowsHost.run('reg.exe', args, { signal, priority: this.priority, ...limits });
  }
}

const EVERYTHING = { has: () => true };
