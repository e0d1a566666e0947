/** What a person left out of a fix's parameters, taken from the facts. */
import type { FixId } from '@shared/catalogue';
import type { Assessment } from '../verdict/assessment';
import { fixOf } from './index';
import { neededParameters, type ParameterName } from './parameters';
import type { GivenParameters } from './plan';

/**
 * What a suggestion was made together with. A person who names another one of these speaks of something else, for
 * which the suggestion is none.
 */
const MADE_WITH: Readonly<Partial<Record<ParameterName, readonly ParameterName[]>>> = {
  host: ['port', 'address', 'domain'],
  port: ['host', 'address', 'domain'],
  servers: ['adapter'],
};

/** What the facts suggest beside the parameters that a person gave; theirs are not in it. */
export function suggestedBeside(
  fix: FixId,
  given: GivenParameters,
  view: Assessment,
): GivenParameters {
  const initial: GivenParameters = fixOf(fix).initial?.(view) ?? {};
  const isAnother = (name: ParameterName): boolean =>
    given[name] !== undefined && given[name] !== initial[name];
  // A method that a person chose has a server of its own: this PC, or the first that is configured.
  const hasServer = given.method !== undefined;
  return Object.fromEntries(
    (Object.keys(initial) as ParameterName[])
      .filter((name) => given[name] === undefined && isWorthTaking(name, initial[name]))
      .filter((name) => name !== 'server' || !hasServer)
      .filter((name) => MADE_WITH[name]?.some(isAnother) !== true)
      .map((name) => [name, initial[name]]),
  );
}

/** A form may start with what is there now; taken unseen, that would switch something off or change nothing. */
const isWorthTaking = (name: ParameterName, value: unknown): boolean =>
  value !== '' && value !== false && name !== 'domains';

/** The parameters that have to be given to a fix, since it needs them and the facts do not suggest them. */
export function parametersToGive(fix: FixId, view: Assessment): readonly ParameterName[] {
  const needed = neededParameters(fixOf(fix).parameters, view.role === 'kms-host');
  const lackingBeside = (given: GivenParameters): ParameterName[] => {
    const suggested = suggestedBeside(fix, given, view);
    return needed.filter((name) => !(name in { ...suggested, ...given }));
  };
  const lacking = lackingBeside({});
  // With these given, a suggestion may be none any longer.
  const given = Object.fromEntries(lacking.map((name) => [name, null]));
  return [...lacking, ...lackingBeside(given)];
}
