/** Fills in omitted fix parameters from the facts. */
import type { FixId } from '@shared/catalog';
import type { Assessment } from '../verdict/assessment';
import { fixOf } from './index';
import { requiredParameters, type ParameterName } from './parameters';
import type { GivenParameters } from './plan';

/**
 * Parameters that each suggestion depends on. If the user gives a different value for one of them, the suggestion
 * doesn't apply.
 */
const MADE_WITH: Readonly<Partial<Record<ParameterName, readonly ParameterName[]>>> = {
  host: ['port', 'address', 'domain'],
  port: ['host', 'address', 'domain'],
  servers: ['adapter'],
};

/** Returns the suggested values for parameters that the user didn't give. */
export function remainingSuggestions(
  fix: FixId,
  given: GivenParameters,
  view: Assessment,
): GivenParameters {
  const initial: GivenParameters = fixOf(fix).initial?.(view) ?? {};
  const isAnother = (name: ParameterName): boolean =>
    given[name] !== undefined && given[name] !== initial[name];
  // A method chosen by the user implies its own server: this PC, or the first configured one.
  const hasServer = given.method !== undefined;
  return Object.fromEntries(
    (Object.keys(initial) as ParameterName[])
      .filter((name) => given[name] === undefined && isWorthTaking(name, initial[name]))
      .filter((name) => name !== 'server' || !hasServer)
      .filter((name) => MADE_WITH[name]?.some(isAnother) !== true)
      .map((name) => [name, initial[name]]),
  );
}

/**
 * Whether a suggestion can be applied without being shown. A form may start with the current value, which could turn
 * something off or change nothing if the user doesn't see it.
 */
const isWorthTaking = (name: ParameterName, value: unknown): boolean =>
  value !== '' && value !== false && name !== 'domains';

/** Returns the parameters that must be given, because the fix requires them and the facts don't suggest them. */
export function missingParameters(fix: FixId, view: Assessment): readonly ParameterName[] {
  const needed = requiredParameters(fixOf(fix).parameters, view.role === 'kms-host');
  const lackingBeside = (given: GivenParameters): ParameterName[] => {
    const suggested = remainingSuggestions(fix, given, view);
    return needed.filter((name) => !(name in { ...suggested, ...given }));
  };
  const lacking = lackingBeside({});
  // Giving these may invalidate other suggestions.
  const given = Object.fromEntries(lacking.map((name) => [name, null]));
  return [...lacking, ...lackingBeside(given)];
}
