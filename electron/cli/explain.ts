/** `explain`: the meaning, causes and remedy of an activation error code. */
import type { FixId } from '@shared/catalog';
import { explainError, findErrorCode, mistypedCode, nearestErrorCode } from '@shared/error-codes';
import { errorWords } from '@shared/error-codes/words';
import { translator } from '@shared/i18n';
import { usageError, type Command } from './options';
import { writeJson, writeLines } from './console';
import type { CommandContext } from './context';
import { fixLines, hasPlaceholder, plainFixCommand } from '../report/commands';
import { unknownCodeText } from '../services/unknown-code';

/** Exit codes of `explain` (docs/cli.md#exit-codes). */
const KNOWN = 0;
const UNKNOWN = 1;

/** Maximum number of characters of the input quoted in an error message. */
const REPEATED = 60;

/**
 * Prints the explanation of the error code in a text.
 *
 * @returns the exit code
 */
export function explain(
  { code: text, json }: Extract<Command, { command: 'explain' }>,
  { stdout, stderr, language }: CommandContext,
): number {
  const t = translator(language);
  const found = findErrorCode(text);
  const entry = found === null ? undefined : explainError(found.code);
  if (entry === undefined) {
    const code = found?.hex ?? mistypedCode(text);
    const nearest = code === null ? undefined : nearestErrorCode(code);
    if (code === null || (found === null && nearest === undefined)) {
      usageError('notACode', { word: text.slice(0, REPEATED) });
    }
    if (json) writeJson(stdout, { code, known: false, nearest: nearest?.hex });
    writeLines(stderr, [unknownCodeText(code, nearest, t)]);
    return UNKNOWN;
  }
  const words = errorWords(entry);
  const causes = words.causes.map((cause) => t(cause));
  if (json) {
    writeJson(stdout, {
      code: entry.hex,
      known: true,
      symbol: entry.symbol,
      meaning: t(words.meaning),
      causes,
      remedy: t(words.remedy),
      procedures: entry.procedures,
      fixes: entry.fixes,
      why: Object.fromEntries(entry.fixes.map((id) => [id, t(`fixes.${id}.why`)])),
      page: entry.page,
    });
    return KNOWN;
  }
  const commandOf = (id: FixId) => plainFixCommand(id, false);
  const section = (heading: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  ${line}`)];
  const lines = [
    entry.symbol === null ? entry.hex : `${entry.hex}  ${entry.symbol}`,
    t(words.meaning),
    ...section(
      t('cli.explain.causes'),
      causes.map((cause, index) => `${index + 1}. ${cause}`),
    ),
    ...section(t('cli.explain.remedy'), [t(words.remedy)]),
    ...section(
      t('cli.explain.procedures'),
      entry.procedures.map((id) => `${id}  ${t(`procedures.${id}.article`)}`),
    ),
    ...section(t('cli.explain.fixes'), [
      ...fixLines(entry.fixes, commandOf, t),
      ...(entry.fixes.some((id) => hasPlaceholder(commandOf(id))) ? [t('cli.text.fillIn')] : []),
    ]),
    ...section(t('cli.explain.page'), [entry.page]),
  ];
  writeLines(stdout, lines);
  return KNOWN;
}
