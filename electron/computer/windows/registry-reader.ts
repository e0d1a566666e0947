/** Reads registry values by reg.exe, one process for all that is wanted of a key at the same moment. */
import { Unreadable } from '@engine/computer';
import type { RegistryValue } from '@engine/registry-keys';
import type { ProcessResult, WindowsHost, CallOptions } from './windows-host';
import { within } from '@engine/deadline';
import { namesAKey, parseRegQuery, type RegistryKey } from './reg-output';
import type { Priority } from './process-queue';

/** reg.exe answers from memory; more than this and something holds it up. */
const LIMIT_MS = 10_000;

/** A key that is read whole: a terminal server collects tens of thousands of firewall rules. */
const WHOLE = { limitMs: 25_000, outputLimit: 32_000_000 };

/** How much of a key is read: one value, the key, all below it as well, or the key without regard to names. */
type Extent = 'value' | 'key' | 'tree' | 'whole';

interface Batch {
  readonly names: Set<string>;
  readonly answer: Promise<readonly RegistryKey[]>;
}

/** Values of keys of the 64-bit registry. */
export class RegistryReader {
  private readonly batches = new Map<string, Batch>();

  constructor(
    private readonly windowsHost: WindowsHost,
    private readonly priority: Priority,
  ) {}

  /**
   * One value of a key whose other values are nobody's business.
   *
   * @param key e.g. `HKLM\\SOFTWARE\\…`
   * @returns null when there is no such value, or no such key
   * @throws Unreadable; `access-denied` where the key is there and may not be read
   */
  async value(key: string, name: string, signal: AbortSignal): Promise<RegistryValue | null> {
    const [found] = await this.join('value', key, [name], signal);
    return found?.values.get(name.toLowerCase()) ?? null;
  }

  /**
   * Several values of one key.
   *
   * @returns null when there is no such key
   * @throws Unreadable; `access-denied` where the key is there and may not be read
   */
  async values(
    key: string,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<RegistryKey | null> {
    return (await this.join('key', key, names, signal))[0] ?? null;
  }

  /**
   * The values of a key and of all keys below it that may be read; empty when there is no such key.
   *
   * @throws Unreadable; `access-denied` where the key is there and may not be read
   */
  tree(
    key: string,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly RegistryKey[]> {
    return this.join('tree', key, names, signal);
  }

  /**
   * Every value of a key: only for keys that hold no secret.
   *
   * @returns null when there is no such key
   * @throws Unreadable; `access-denied` where the key is there and may not be read
   */
  async whole(key: string, signal: AbortSignal): Promise<RegistryKey | null> {
    return (await this.join('whole', key, [], signal))[0] ?? null;
  }

  /** Lower-case names of the keys right below a key; empty when there is no such key. @throws Unreadable */
  async subkeys(key: string, signal: AbortSignal): Promise<readonly string[]> {
    const paths = (await this.join('key', key, [], signal)).map(({ path }) => path.toLowerCase());
    // The key itself may or may not be among them, by a name that is written in full.
    const [, below = ''] = /^[^\\]+(.*)$/.exec(key.toLowerCase()) ?? [];
    return paths.flatMap((path) => path.split(`${below}\\`)[1] ?? []);
  }

  /** What is asked until the next turn of the event loop goes together; what is asked later is read anew. */
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
   * What `reg query` prints of a key; nothing where there is no such key or value.
   *
   * Exit code 1 is all that reg.exe has for "not there", for "not allowed" and for "not all of it", and its words are
   * localised. What it printed was read in any case; where that is nothing, it is asked what lacks.
   */
  private async query(extent: Extent, key: string, names: ReadonlySet<string>): Promise<string> {
    const [only = ''] = names;
    const how = { value: ['/v', only], key: [], tree: ['/s'], whole: [] }[extent];
    const limits = extent === 'whole' ? WHOLE : { limitMs: LIMIT_MS };
    const end = await this.reg(['query', key, ...how, '/reg:64'], limits);
    if (end.exitCode === 0 || (end.exitCode === 1 && namesAKey(end.stdout))) return end.stdout;
    if (end.exitCode !== 1) throw new Unreadable('tool-failed', 'reg.exe', `exit ${end.exitCode}`);
    if (!(await this.isThere(key))) return '';
    // Of a key that may be read its default value is printed, set or not.
    const isReadable =
      extent === 'value' && (await this.reg(['query', key, '/ve', '/reg:64'])).exitCode === 0;
    if (isReadable) return '';
    throw new Unreadable('access-denied', 'reg.exe', key);
  }

  /**
   * Whether there is a key, by its parent, whether or not the key itself may be read.
   *
   * A search that finds nothing ends with 1 as well, but prints how much it found. One that could not be made prints
   * nothing: the parent is not there either, or may not be read.
   *
   * @throws Unreadable `access-denied` where an ancestor may not be read
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

  /** Several wait for the answer: none of them can call it off. */
  private reg(
    args: readonly string[],
    limits: Pick<CallOptions, 'limitMs' | 'outputLimit'> = { limitMs: LIMIT_MS },
  ): Promise<ProcessResult> {
    const { signal } = new AbortController();
    return this.windowsHost.run('reg.exe', args, { signal, priority: this.priority, ...limits });
  }
}

const EVERYTHING = { has: () => true };
