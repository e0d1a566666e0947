/** The search box: an error code in any spelling, or words of a code, a procedure or a fix. */
import { FIXES, PROCEDURES } from '@shared/catalogue';
import {
  ERROR_CODES,
  type ErrorCode,
  explainError,
  findErrorCode,
  mistypedCode,
  nearestErrorCode,
} from '@shared/error-codes';
import { errorWords } from '@shared/error-codes/words';
import type { Translate } from '@shared/i18n';
import type { SearchHit } from '@shared/ipc';

/** More hits than anybody reads. */
const MOST_HITS = 20;
/** A part of a code has at least so many digits, else nearly every code has it. */
const SHORTEST_PART = 3;

/** What is found for a text, best first; a code that stands in the text comes before everything else. */
export function search(text: string, t: Translate): readonly SearchHit[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const code = findErrorCode(text);
  const exact = code === null ? undefined : explainError(code.code);
  if (exact !== undefined) return [codeHit(exact, t)];
  if (code !== null) return unknownCode(code.hex, t);

  const matches = (...texts: readonly string[]): boolean => {
    const all = texts.join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const part = /^(?:0x)?([0-9a-f]+)$/i.exec(words.join(''))?.[1]?.toUpperCase() ?? '';
  const procedures = PROCEDURES.filter(({ id }) =>
    matches(id, t(`procedures.${id}.title`), t(`procedures.${id}.article`)),
  );
  const fixes = FIXES.filter(({ id }) =>
    matches(id, t(`fixes.${id}.title`), t(`fixes.${id}.description`)),
  );
  const codes = ERROR_CODES.filter(
    (entry) =>
      (part.length >= SHORTEST_PART && entry.hex.includes(part)) ||
      matches(entry.symbol ?? '', t(errorWords(entry).meaning)),
  );
  const mistyped = codes.length === 0 ? mistypedCode(text) : null;
  if (mistyped !== null) return unknownCode(mistyped, t);
  return [
    ...fixes.map((fix) => ({
      kind: 'fix' as const,
      id: fix.id,
      title: t(`fixes.${fix.id}.title`),
      detail: t(`fixes.${fix.id}.description`),
      sections: [],
      fixes: [fix.id],
    })),
    ...procedures.map(({ id, runsOn }) => ({
      kind: 'procedure' as const,
      id,
      title: t(`procedures.${id}.title`),
      detail: t(`app.search.${runsOn}`),
      sections: [],
      fixes: FIXES.filter(({ procedure }) => procedure === id).map((fix) => fix.id),
    })),
    ...codes.map((entry) => codeHit(entry, t)),
  ].slice(0, MOST_HITS);
}

function codeHit(entry: ErrorCode, t: Translate): SearchHit {
  const words = errorWords(entry);
  return {
    kind: 'code',
    id: entry.hex,
    title: entry.symbol === null ? entry.hex : `${entry.hex} · ${entry.symbol}`,
    detail: t(words.meaning),
    sections: [
      { heading: t('cli.explain.causes'), lines: words.causes.map((cause) => t(cause)) },
      { heading: t('cli.explain.remedy'), lines: [t(words.remedy)] },
    ].filter(({ lines }) => lines.length > 0),
    fixes: entry.fixes,
  };
}

/** An unknown code, and behind it the known one that may have been meant. */
function unknownCode(hex: string, t: Translate): readonly SearchHit[] {
  const nearest = nearestErrorCode(hex);
  const unknown: SearchHit = {
    kind: 'code',
    id: hex,
    title: hex,
    detail:
      nearest === undefined
        ? t('cli.explain.unknown', { code: hex })
        : t('cli.explain.nearest', {
            code: hex,
            nearest: nearest.hex,
            meaning: t(errorWords(nearest).meaning),
          }),
    sections: [],
    fixes: [],
  };
  return nearest === undefined ? [unknown] : [unknown, codeHit(nearest, t)];
}
