/** Commands of ours that a text recommends: whole, so that they can be pasted. */
import type { FixId } from '@shared/catalogue';
import type { Translate } from '@shared/i18n';
import { fixOf } from '@engine/fixes';
import { neededParameters, type ParameterName } from '@engine/fixes/parameters';

/**
 * What stands for a value that a person has to fill in, in capitals; a key is asked for, and the other has one value
 * that makes sense. A parameter that is not here is one that the facts always suggest.
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

/** The option that gives a parameter; null for one that the facts always suggest. */
export function paramOption(name: ParameterName): string | null {
  const value = PLACEHOLDERS[name];
  return value === undefined ? null : `--param ${name}=${value}`;
}

/**
 * The command for a fix.
 *
 * @param lacking what has to be given
 * @param more further options, as they are typed
 */
export function fixCommand(
  fix: FixId,
  lacking: readonly ParameterName[],
  more: readonly string[] = [],
): string {
  const params = lacking.flatMap((name) => paramOption(name) ?? []);
  return ['kms-doctor fix', fix, ...params, ...more].join(' ');
}

/** The command for a fix where nothing is known of the PC but whether it is a KMS host. */
export const plainFixCommand = (fix: FixId, isKmsHost: boolean): string =>
  fixCommand(fix, neededParameters(fixOf(fix).parameters, isKmsHost));

/** Whether a value has to be filled in before a command can be run. */
export const hasPlaceholder = (command: string): boolean =>
  /--param \w+=(?:NAME|COMPUTER|DOMAIN|IP|DIGITS)(?: |$)/.test(command);

/** Fixes as lines of text: what each is and asks for, over its command, which thus stands alone to be copied. */
export const fixLines = (
  fixes: readonly FixId[],
  commandOf: (fix: FixId) => string,
  t: Translate,
): string[] =>
  fixes.flatMap((fix) => [
    t('cli.text.fix', { title: t(`fixes.${fix}.title`), why: t(`fixes.${fix}.why`) }),
    `  ${commandOf(fix)}`,
  ]);
