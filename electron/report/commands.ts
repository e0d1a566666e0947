/** Commands recommended in reports: complete, so that they can be pasted. */
import type { FixId } from '@shared/catalog';
import type { Translate } from '@shared/i18n';
import { fixOf } from '@engine/fixes';
import { requiredParameters, type ParameterName } from '@engine/fixes/parameters';

/**
 * Placeholders in capitals for values the user must fill in. `productKey=-` prompts for the key, and `enabled` has only
 * one sensible value. Parameters not listed here can always be suggested from the facts.
 */
const PLACEHOLDERS: Readonly<Partial<Record<ParameterName, string>>> = {
  host: 'NAME',
  domain: 'DOMAIN',
  domains: 'DOMAIN',
  server: 'IP',
  servers: 'IP',
  confirm: 'COMPUTER',
  confirmationId: 'DIGITS',
  productKey: '-',
  enabled: 'true',
};

/** Returns the option that sets a parameter; null if the facts always suggest it. */
export function paramOption(name: ParameterName): string | null {
  const value = PLACEHOLDERS[name];
  return value === undefined ? null : `--param ${name}=${value}`;
}

/**
 * Returns the command for a fix.
 *
 * @param lacking parameters that must be given
 * @param more additional options, as typed
 */
export function fixCommand(
  fix: FixId,
  lacking: readonly ParameterName[],
  more: readonly string[] = [],
): string {
  const params = lacking.flatMap((name) => paramOption(name) ?? []);
  return ['kms-doctor fix', fix, ...params, ...more].join(' ');
}

/** Returns the command for a fix if nothing is known about the PC except whether it's a KMS host. */
export const plainFixCommand = (fix: FixId, isKmsHost: boolean): string =>
  fixCommand(fix, requiredParameters(fixOf(fix).parameters, isKmsHost));

/** Whether a command contains a placeholder that must be filled in before it can run. */
export const hasPlaceholder = (command: string): boolean =>
  /--param \w+=(?:NAME|COMPUTER|DOMAIN|IP|DIGITS)(?: |$)/.test(command);

/** Lists fixes as text: the title and reason of each, with its command on a separate line for copying. */
export const fixLines = (
  fixes: readonly FixId[],
  commandOf: (fix: FixId) => string,
  t: Translate,
): string[] =>
  fixes.flatMap((fix) => [
    t('cli.text.fix', { title: t(`fixes.${fix}.title`), why: t(`fixes.${fix}.why`) }),
    `  ${commandOf(fix)}`,
  ]);
