/**
 * The facts of one run: memoized queries to a computer. Each fact is queried once, however many callers await it, and
 * every query starts as early as possible.
 */
import type { FactSnapshot } from './fact-snapshot';
import { Gate } from './gate';
import { KmsDiscovery } from './kms-discovery';
import { NetworkFacts } from './network-facts';
import { whenComplete } from './outstanding';
import { partialSnapshot } from './partial-snapshot';

export type { FactOptions } from './network-facts';

/** The facts of one run on one computer. */
export class Facts extends NetworkFacts {
  private readonly known: FactSnapshot = partialSnapshot(this);
  private readonly discovery = new KmsDiscovery(this, this.known);
  /**
   * Delivers facts that may be large to one awaiting caller per event loop turn, so that processing them doesn't block.
   */
  private readonly turns = new Gate(Infinity, 1);

  /** Everything known so far (see outstanding.ts). All queries have been started. */
  get soFar(): FactSnapshot {
    void this.once('explore', () => this.discovery.explore());
    return this.known;
  }

  /** The record lookups in all domains, once every server and the resolver have answered or timed out. */
  readonly lookups = this.whole('lookups');

  /**
   * All targets of the candidate domains, with their addresses and probes. Anything that only the resolver knows, such
   * as a host still in its cache, counts only if no server answers.
   */
  readonly targets = this.whole('targets');

  /** The lookup of the controllers of this PC's domain; null if it isn't needed. */
  readonly controllers = this.fact('controllers', () => whenComplete(() => this.soFar.controllers));

  /** The assigned host, looked up and probed; null if none is assigned. */
  readonly assignedTarget = this.whole('assignedTarget');

  /** The complete snapshot. */
  snapshot(): Promise<FactSnapshot> {
    return whenComplete(() => this.soFar);
  }

  /** Returns a function that returns a part of the snapshot once it's complete, when it's the caller's turn. */
  private whole<K extends keyof FactSnapshot>(key: K): () => Promise<FactSnapshot[K]> {
    const part = this.fact(key, () => whenComplete(() => this.soFar[key]));
    return async () => {
      await part();
      return this.turns.run(part);
    };
  }
}
