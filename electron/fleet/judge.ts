/** Judges a case: determines its PC's verdict and the KMS hosts that answered it. */
import { allTargets } from '@engine/facts/answers';
import type { Target } from '@engine/facts/fact-types';
import { rehearsedState, type RehearsedState } from '@engine/treatment/rehearsal';
import { activationOf } from '@engine/verdict/assessment';
import { minutesUntilExpiry } from '@shared/diagnosis';
import { KMS_PORT } from '@shared/kms';
import { canonicalHost } from '@shared/names';
import { completeScenario, type ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../computer/scenario';
import type { CaseResultCache } from './case-result-cache';
import { clientMachineId, type ComputerFacts } from './report-facts';
import { sharedServers, worldsAt, type KnownHost } from './worlds';

/** A computer, with what its case tells about its network; a report tells nothing about it. */
export interface JudgedComputer extends ComputerFacts {
  /** KMS hosts that answered. */
  readonly met: readonly KnownHost[];
  /** Worlds that the computer shares with others. */
  readonly worlds: readonly string[];
}

/** The result without identity and time, shared by cases that are alike. */
type Common = Omit<JudgedComputer, 'name' | 'at' | 'clientMachineId'>;

/**
 * Determines the verdict of a case without running checks, which aren't displayed here; the starting point of a
 * rehearsal.
 */
export const verdictOf = (file: ScenarioFile, signal: AbortSignal): Promise<RehearsedState> =>
  rehearsedState(createScenarioComputer(file), { atOnce: true }, signal);

/**
 * Judges a case.
 *
 * @param name the name the source gives the computer; null to use the case's own
 * @param alike cache of earlier results
 */
export async function judgeCase(
  file: ScenarioFile,
  name: string | null,
  { alike, signal }: { readonly alike: CaseResultCache; readonly signal: AbortSignal },
): Promise<JudgedComputer> {
  const scenario = completeScenario(file);
  const common = await alike.once('judge', file, async (): Promise<Common> => {
    const { view, verdict } = await verdictOf(file, signal);
    const { code, certainty, about, fixes, message } = verdict;
    return {
      code,
      certainty,
      about,
      fixes,
      for: message?.for ?? 'this-pc',
      endsIn: minutesUntilExpiry(activationOf(view)),
      notReached: null,
      met: allTargets(view.snapshot).flatMap(knownHost),
      worlds: worldsAt(view.domains.candidates, sharedServers(scenario)),
    };
  });
  return {
    ...common,
    name: name ?? scenario.computer.name,
    at: new Date(scenario.now).toISOString(),
    clientMachineId: clientMachineId(scenario.licensing.service['ClientMachineID']),
  };
}

/** A target that answers as a KMS host, at its port or at the default port if a different one was configured. */
function knownHost(target: Target): KnownHost[] {
  const host = canonicalHost(target.host);
  const at = (port: number, probes: Target['probes']): KnownHost[] => {
    const addresses = probes.flatMap(({ address, answered }) =>
      answered.ok && answered.value?.outcome === 'kms' ? [address] : [],
    );
    return addresses.length === 0 ? [] : [{ host, port, addresses: addresses.sort() }];
  };
  return [...at(target.port, target.probes), ...at(KMS_PORT, target.standardPort)];
}
