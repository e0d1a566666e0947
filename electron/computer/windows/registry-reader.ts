/** Reads registry values by reg.exe, one process for all that is wanted of a key at the same moment. */
import { Unreadable, type RegistryValue } from '@engine/computer';
import type { Finished, Machine } from './machine';
import { parseRegQuery, type RegistryKey } from './reg-output';

/** reg.exe answers from memory; more than this and something holds it up. */
const LIMIT_MS = 10_000;

interface Batch {
  readonly names: Set<string>;
  readonly answer: Promise<RegistryKey | null>;
}

/** Values of keys of the 64-bit registry. */
export class RegistryReader {
  private readonly batches = new Map<string, Batch>();

  constructor(private readonly machine: Machine) {}

  /**
   * One value.
   *
   * @param key e.g. `HKLM\SOFTWARE\…`
   * @returns null when there is no such value, or no such key
   * @throws Unreadable
   */
  async value(key: string, name: string, signal: AbortSignal): Promise<RegistryValue | null> {
    return (await this.values(key, [name], signal))?.values.get(name.toLowerCase()) ?? null;
  }

  /** Several values of one key; null when there is no such key. */
  async values(
    key: string,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<RegistryKey | null> {
    signal.throwIfAborted();
    const batch = this.batches.get(key) ?? this.open(key);
    for (const name of names) batch.names.add(name.toLowerCase());
    return raceAbort(batch.answer, signal);
  }

  /** All keys from one on downwards that have one of the values; empty when there is no such key. */
  async tree(key: string, names: readonly string[], signal: AbortSignal): Promise<RegistryKey[]> {
    const wanted = new Set(names.map((name) => name.toLowerCase()));
    const output = await this.query(key, ['/s'], signal);
    return parseRegQuery(output, wanted).filter(({ values }) => values.size > 0);
  }

  /** What is asked until the next turn of the event loop goes together; what is asked later is read anew. */
  private open(key: string): Batch {
    const names = new Set<string>();
    const answer = new Promise((resolve) => {
      setImmediate(resolve);
    }).then(() => {
      this.batches.delete(key);
      return this.read(key, names);
    });
    answer.catch(() => undefined);
    const batch = { names, answer };
    this.batches.set(key, batch);
    return batch;
  }

  private async read(key: string, names: ReadonlySet<string>): Promise<RegistryKey | null> {
    // One asker's loss of interest is not another's.
    const { signal } = new AbortController();
    const [only = ''] = names;
    // A key is read whole only where several of its values are wanted.
    if (names.size === 1) {
      const end = await this.reg(['query', key, '/v', only, '/reg:64'], signal);
      const [found] = end.exitCode === 0 ? parseRegQuery(end.stdout, names) : [];
      if (found !== undefined) return found;
    }
    return parseRegQuery(await this.query(key, [], signal), names)[0] ?? null;
  }

  /** What `reg query` prints of a key; nothing where there is no such key. */
  private async query(key: string, how: readonly string[], signal: AbortSignal): Promise<string> {
    const end = await this.reg(['query', key, ...how, '/reg:64'], signal);
    if (end.exitCode === 0) return end.stdout;
    // Exit code 1 is all that reg.exe has for "not there" and for "not allowed"; its words are localised. So the
    // parent is asked for the key's name: where it has it, the key may not be read.
    const cut = key.lastIndexOf('\\');
    const ending = key.slice(cut).toLowerCase();
    const search = ['query', key.slice(0, cut), '/f', key.slice(cut + 1), '/k', '/e', '/reg:64'];
    const found = await this.reg(search, signal);
    const isThere =
      found.exitCode === 0 &&
      found.stdout.split(/\r?\n/).some((line) => line.trimEnd().toLowerCase().endsWith(ending));
    if (isThere) throw new Unreadable('access-denied', 'reg.exe', key);
    return '';
  }

  private reg(args: readonly string[], signal: AbortSignal): Promise<Finished> {
    return this.machine.run('reg.exe', args, { signal, limitMs: LIMIT_MS });
  }
}

/** A shared answer for one who may lose interest. */
function raceAbort<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
