/** Judges a case: the verdict that its PC would have been given, and the KMS hosts that answered it. */
import { allTargets, reachabilityOf } from '@engine/facts/answers';
import { Facts } from '@engine/facts/facts';
import type { Target } from '@engine/facts/fact-snapshot';
import type { RehearsedState } from '@engine/treatment/rehearsal';
import { activationOf, assess } from '@engine/verdict/assessment';
import { verdictOn } from '@engine/verdict/verdict';
import { canonicalName, isAddress } from '@shared/names';
import { completeScenario, type ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../computer/scenario';
import { clientMachineId, endsIn, type ComputerFacts } from './report-facts';
import { sharedServers, worldsAt, type KnownHost } from './worlds';

/** A case, judged. */
export interface JudgedCase {
  readonly facts: ComputerFacts;
  /** Where a rehearsal begins. */
  readonly state: RehearsedState;
  /** KMS hosts that answered. */
  readonly met: readonly KnownHost[];
  /** Worlds that the computer shares with others. */
  readonly worlds: readonly string[];
}

/**
 * Judges a case without its checks, which nobody is shown.
 *
 * @param name as whoever brought it in calls the computer
 */
export async function judgeCase(
  file: ScenarioFile,
  name: string | null,
  signal: AbortSignal,
): Promise<JudgedCase> {
  const computer = createScenarioComputer(file);
  const asked = new Facts(computer, {}, signal);
  const view = assess(await asked.situation());
  const verdict = verdictOn(view);
  const { code, certainty, about, fixes, message } = verdict;
  const isWhole = (computer.leftOut ?? []).length === 0;
  const scenario = completeScenario(file);
  return {
    facts: {
      name: name ?? scenario.computer.name,
      at: computer.now().toISOString(),
      code,
      certainty: isWhole ? certainty : 'likely',
      about,
      fixes,
      for: message?.for ?? 'this-pc',
      clientMachineId: clientMachineId(scenario.licensing.service['ClientMachineID']),
      endsIn: endsIn(activationOf(view)),
      notReached: null,
    },
    state: { file, facts: asked, view, verdict },
    met: allTargets(view.situation).flatMap(knownHost),
    worlds: worldsAt(view.domains.candidates, sharedServers(scenario)),
  };
}

function knownHost(target: Target): KnownHost[] {
  if (reachabilityOf(target) !== 'kms') return [];
  const host = isAddress(target.host) ? target.host : canonicalName(target.host);
  const addresses = target.probes.flatMap(({ address, answered }) =>
    answered.ok && answered.value?.outcome === 'kms' ? [address] : [],
  );
  return [{ host, port: target.port, addresses: addresses.sort() }];
}
