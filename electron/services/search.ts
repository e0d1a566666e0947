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
import { KMS_PORT } from '@shared/kms';
import { SEARCH_ACTIONS, SEARCH_TERMS } from '@shared/search-terms';
import type { VerdictRule } from '@engine/verdict/rule';
import { VERDICT_RULES } from '@engine/verdict/verdict';
import { matching, wordsIn, type Findable } from './search-match';

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
    const hits = SUGGESTED.flatMap((id) =>
      entries()
        .filter((entry) => entry.id === id)
        .slice(0, 1),
    );
    return { hits: hits.map(({ hit }) => hit(t)), total: hits.length };
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

const noSections = { sections: [], fixes: [], procedure: null };

const actions = (): Entry[] =>
  SEARCH_ACTIONS.map((id) => ({
    id,
    hit: (t) => ({
      ...noSections,
      kind: 'action',
      id,
      title: t(`app.search.actions.${id}.title`),
      detail: t(`app.search.actions.${id}.detail`),
    }),
    terms: termsOf(id),
    titles: inBoth((t) => t(`app.search.actions.${id}.title`)),
    texts: inBoth((t) => t(`app.search.actions.${id}.detail`)),
  }));

const fixes = (): Entry[] =>
  FIXES.map(({ id }) => ({
    id,
    hit: (t) => ({
      kind: 'fix',
      id,
      title: t(`fixes.${id}.title`),
      detail: t(`fixes.${id}.description`),
      sections: [],
      fixes: [id],
      procedure: null,
    }),
    terms: termsOf(id),
    titles: inBoth((t) => t(`fixes.${id}.title`)),
    texts: inBoth((t) => t(`fixes.${id}.description`)),
  }));

const verdicts = (): Entry[] =>
  VERDICT_CODES.filter((code) => code !== 'healthy' && code !== 'cannot-diagnose').map((code) => ({
    id: code,
    hit: (t) => ({
      kind: 'verdict',
      id: code,
      title: t(`window.verdictNames.${code}`),
      detail: t('app.search.verdict', { procedure: titleOfProcedure(code, t) }),
      sections: [],
      fixes: VERDICT_RULES[code].fixes,
      procedure: procedureOf(code),
    }),
    terms: termsOf(code),
    titles: inBoth((t) => [t(`window.verdictNames.${code}`), t(`verdicts.${code}.name`)]),
    texts: inBoth((t) => titleOfProcedure(code, t)),
  }));

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

/** Values of an unknown PC, so that the commands contain placeholders. */
const UNKNOWN = { dnsServers: [], domains: [], kmsHost: null, kmsAddress: null, port: KMS_PORT };

const procedures = (): Entry[] =>
  PROCEDURES.map(({ id, runsOn }) => ({
    id,
    hit: (t) => ({
      kind: 'procedure',
      id,
      title: t(`procedures.${id}.title`),
      detail: t(`app.search.${runsOn}`),
      sections: [],
      fixes: FIXES.filter(({ procedure }) => procedure === id).map((fix): FixId => fix.id),
      procedure: id,
    }),
    terms: termsOf(id),
    titles: inBoth((t) => [t(`procedures.${id}.title`), t(`procedures.${id}.article`)]),
    texts: [
      ...manualSteps(id, UNKNOWN).map(({ command }) => command.toLowerCase()),
      ...inBoth((t) => manualSteps(id, UNKNOWN).map(({ comment }) => t(comment.key))),
    ],
  }));

const events = (): Entry[] =>
  DECODED_EVENTS.map((event) => ({
    id: String(event),
    hit: (t) => ({
      ...noSections,
      // Events are listed in the evidence of the licensing state.
      procedure: 'change-to-mak',
      kind: 'event',
      id: String(event),
      title: t('app.search.event', { event }),
      detail: t(`app.search.events.${event}`),
    }),
    terms: [String(event), ...inBoth((t) => t('app.search.event', { event }))],
    titles: inBoth((t) => t('app.search.event', { event })),
    texts: inBoth((t) => t(`app.search.events.${event}`)),
  }));

const codes = (): Entry[] =>
  ERROR_CODES.map((code) => ({
    id: code.hex,
    hit: (t) => codeHit(code, t),
    terms: [...termsOf(code.hex), ...(code.symbol === null ? [] : [code.symbol])].map((term) =>
      term.toLowerCase(),
    ),
    titles: inBoth((t) => t(errorWords(code).meaning)),
    texts: inBoth((t) => {
      const { causes, remedy } = errorWords(code);
      return [...causes.map((cause) => t(cause)), t(remedy)];
    }),
  }));

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
    procedure: null,
  };
}

/** An unknown code, followed by the known code that may have been intended. */
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
    ...noSections,
  };
  return nearest === undefined ? [unknown] : [unknown, codeHit(nearest, t)];
}
