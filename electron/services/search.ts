/**
 * Search: finds an error code in any notation or in a pasted message, otherwise the actions, fixes, verdicts,
 * procedures, events and codes that contain the words, in both languages.
 */
import {
  CHECKS,
  FIXES,
  PROCEDURES,
  VERDICT_CODES,
  type FixId,
  type ProcedureId,
  type VerdictCode,
} from '@shared/catalog';
import { manualSteps } from '@shared/manual-steps';
import {
  ERROR_CODES,
  type ErrorCode,
  explainError,
  findErrorCode,
  mistypedCode,
  nearestErrorCode,
} from '@shared/error-codes';
import { errorWords } from '@shared/error-codes/words';
import { DECODED_EVENTS } from '@shared/events';
import { LANGUAGES, translator, type Translate } from '@shared/i18n';
import type { SearchHit, SearchResult } from '@shared/ipc';
import { kmsPath } from '@shared/kms-path';
import { SEARCH_ACTIONS, SEARCH_TERMS } from '@shared/search-terms';
import type { VerdictRule } from '@engine/verdict/rule';
import { VERDICT_RULES } from '@engine/verdict/verdict';
import { matching, wordsIn, type Findable } from './search-match';
import { unknownCodeText } from './unknown-code';

/** Maximum number of results. */
const MAX_HITS = 20;

/** Suggestions for an empty query. */
const SUGGESTED = ['repair', 'activate-now', 'assign-kms-host', 'install-mak', 'undo'];

interface Entry extends Findable {
  readonly hit: (t: Translate) => SearchHit;
}

/**
 * Returns the results for a query, best first, or suggestions for an empty one. If the text contains an error code,
 * that's the only result.
 */
export function search(text: string, t: Translate): SearchResult {
  if (wordsIn(text).length === 0) {
    const entryWith = (id: string) => entries().find((entry) => entry.id === id);
    return all(SUGGESTED.flatMap((id) => entryWith(id)?.hit(t) ?? []));
  }
  const code = findErrorCode(text);
  const exact = code === null ? undefined : explainError(code.code);
  if (exact !== undefined) return all([codeHit(exact, t)]);
  if (code !== null) return all(unknownCode(code.hex, t));
  const mistyped = mistypedCode(text);
  const found = matching(text, entries());
  if (found.length === 0 && mistyped !== null) return all(unknownCode(mistyped, t));
  return {
    hits: found.slice(0, MAX_HITS).map(({ hit }) => hit(t)),
    total: found.length,
  };
}

const all = (hits: readonly SearchHit[]): SearchResult => ({ hits, total: hits.length });

let table: readonly Entry[] | undefined;

/** All searchable entries, in the order in which ties are listed. */
function entries(): readonly Entry[] {
  table ??= [...actions(), ...fixes(), ...verdicts(), ...procedures(), ...events(), ...codes()];
  return table;
}

const both = LANGUAGES.map((language) => translator(language));

/** Texts in all languages, in lowercase. */
const inBoth = (say: (t: Translate) => string | readonly string[]): readonly string[] =>
  both.flatMap((t) => say(t)).map((text) => text.toLowerCase());

const termsOf = (id: string): readonly string[] => [
  id,
  id.replaceAll('-', ' '),
  ...(SEARCH_TERMS[id as keyof typeof SEARCH_TERMS] ?? []).map((term) => wordsIn(term).join(' ')),
];

/** A hit's texts, and what else it has. */
type HitTexts = Pick<SearchHit, 'title' | 'detail'> & Partial<SearchHit>;

/** Creates an entry that is found by the title and detail of its hit, unless other words are given. */
function entryOf(
  kind: SearchHit['kind'],
  id: string,
  say: (t: Translate) => HitTexts,
  {
    terms = termsOf(id),
    titles = inBoth((t) => say(t).title),
    texts = inBoth((t) => say(t).detail),
  }: Partial<Findable> = {},
): Entry {
  return { id, terms, titles, texts, hit: (t) => hitOf(kind, id, say(t)) };
}

function hitOf(kind: SearchHit['kind'], id: string, texts: HitTexts): SearchHit {
  return { sections: [], fixes: [], procedure: null, kind, id, ...texts };
}

const actions = (): Entry[] =>
  SEARCH_ACTIONS.map((id) =>
    entryOf('action', id, (t) => ({
      title: t(`app.search.actions.${id}.title`),
      detail: t(`app.search.actions.${id}.detail`),
    })),
  );

const fixes = (): Entry[] =>
  FIXES.map(({ id }) =>
    entryOf('fix', id, (t) => ({
      title: t(`fixes.${id}.title`),
      detail: t(`fixes.${id}.description`),
      fixes: [id],
    })),
  );

const verdicts = (): Entry[] =>
  VERDICT_CODES.filter((code) => code !== 'healthy' && code !== 'cannot-diagnose').map((code) =>
    entryOf(
      'verdict',
      code,
      (t) => ({
        title: t(`window.verdictNames.${code}`),
        detail: t('app.search.verdict', { procedure: titleOfProcedure(code, t) }),
        fixes: VERDICT_RULES[code].fixes,
        procedure: procedureOf(code),
      }),
      {
        titles: inBoth((t) => [t(`window.verdictNames.${code}`), t(`verdicts.${code}.name`)]),
        texts: inBoth((t) => titleOfProcedure(code, t)),
      },
    ),
  );

/** The procedure of the verdict's first check, to which the window links. */
const procedureOf = (code: VerdictCode): ProcedureId | null => {
  const { because, procedure }: VerdictRule = VERDICT_RULES[code];
  const first = typeof because === 'function' ? undefined : because[0];
  return CHECKS.find(({ id }) => id === first)?.procedure ?? procedure;
};

const titleOfProcedure = (code: VerdictCode, t: Translate): string => {
  const procedure = procedureOf(code);
  return procedure === null ? '' : t(`procedures.${procedure}.title`);
};

/** The path of an unknown PC, so that the commands contain placeholders. */
const UNKNOWN = kmsPath([]);

const procedures = (): Entry[] =>
  PROCEDURES.map(({ id, runsOn }) => {
    const steps = manualSteps(id, UNKNOWN);
    return entryOf(
      'procedure',
      id,
      (t) => ({
        title: t(`procedures.${id}.title`),
        detail: t(`app.search.${runsOn}`),
        fixes: FIXES.filter(({ procedure }) => procedure === id).map((fix): FixId => fix.id),
        procedure: id,
      }),
      {
        titles: inBoth((t) => [t(`procedures.${id}.title`), t(`procedures.${id}.article`)]),
        texts: [
          ...steps.map(({ command }) => command.toLowerCase()),
          ...inBoth((t) => steps.map(({ comment }) => t(comment.key))),
        ],
      },
    );
  });

const events = (): Entry[] =>
  DECODED_EVENTS.map((event) => {
    const titles = inBoth((t) => t('app.search.event', { event }));
    return entryOf(
      'event',
      String(event),
      (t) => ({
        title: t('app.search.event', { event }),
        detail: t(`app.search.events.${event}`),
        // Events are listed in the evidence of the licensing state.
        procedure: 'change-to-mak',
      }),
      { terms: [String(event), ...titles], titles },
    );
  });

const codes = (): Entry[] =>
  ERROR_CODES.map((code) => {
    const { meaning, causes, remedy } = errorWords(code);
    return entryOf('code', code.hex, (t) => codeHit(code, t), {
      terms: [...termsOf(code.hex), ...(code.symbol === null ? [] : [code.symbol])].map((term) =>
        term.toLowerCase(),
      ),
      titles: inBoth((t) => t(meaning)),
      texts: inBoth((t) => [...causes, remedy].map((text) => t(text))),
    });
  });

function codeHit(entry: ErrorCode, t: Translate): SearchHit {
  const words = errorWords(entry);
  return hitOf('code', entry.hex, {
    title: entry.symbol === null ? entry.hex : `${entry.hex} · ${entry.symbol}`,
    detail: t(words.meaning),
    sections: [
      { heading: t('cli.explain.causes'), lines: words.causes.map((cause) => t(cause)) },
      { heading: t('cli.explain.remedy'), lines: [t(words.remedy)] },
    ].filter(({ lines }) => lines.length > 0),
    fixes: entry.fixes,
  });
}

/** An unknown code, followed by the known code that may have been intended. */
function unknownCode(hex: string, t: Translate): readonly SearchHit[] {
  const nearest = nearestErrorCode(hex);
  const detail = unknownCodeText(hex, nearest, t);
  const unknown = hitOf('code', hex, { title: hex, detail });
  return nearest === undefined ? [unknown] : [unknown, codeHit(nearest, t)];
}
