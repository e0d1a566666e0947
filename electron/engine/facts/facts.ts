/**
 * The facts of one run: memoized questions to a computer. Whoever needs a fact awaits it; what several
 * need is asked once, and everything that can start has started.
 */
import type { ControllersLookup, FactSnapshot, SrvLookup, Target } from './fact-snapshot';
import { Gate } from './gate';
import { KmsDiscovery } from './kms-discovery';
import { NetworkFacts } from './network-facts';
import { whole } from './outstanding';
import { partialSnapshot } from './partial-snapshot';

export type { FactOptions } from './network-facts';

/** The facts of one run on one computer. */
export class Facts extends NetworkFacts {
  private readonly known: FactSnapshot = partialSnapshot(this);
  private readonly discovery = new KmsDiscovery(this, this.known);
  /** Those who wait for a fact that may be large get it one by one, so that their work on it is not done in one go. */
  private readonly turns = new Gate(Infinity, 1);

  /** What is known by now, see outstanding.ts; every question is under way. */
  get soFar(): FactSnapshot {
    void this.once('explore', () => this.discovery.explore());
    return this.known;
  }

  /** The question for the record in every domain, once everybody has answered or given up. */
  lookups(): Promise<readonly SrvLookup[]> {
    return this.inTurn(this.once('lookups', () => whole(() => this.soFar.lookups)));
  }

  /**
   * Every target of the candidate domains, with its addresses and probes. What the resolver alone knows, such as
   * a host that its cache still has, counts only where no server answers.
   */
  targets(): Promise<readonly Target[]> {
    return this.inTurn(this.once('targets', () => whole(() => this.soFar.targets)));
  }

  /** Who knows the controllers of this PC's domain; null where nobody has to be asked. */
  controllers(): Promise<ControllersLookup | null> {
    return this.once('controllers', () => whole(() => this.soFar.controllers));
  }

  /** The assigned host, looked up and tried; null where none is assigned. */
  assignedTarget(): Promise<Target | null> {
    return this.inTurn(this.once('assignedTarget', () => whole(() => this.soFar.assignedTarget)));
  }

  /** All of it. */
  snapshot(): Promise<FactSnapshot> {
    return whole(() => this.soFar);
  }

  private async inTurn<T>(fact: Promise<T>): Promise<T> {
    await fact;
    return this.turns.run(() => fact);
  }
}
