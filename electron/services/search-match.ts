/**
 * Scores how well entries match a query: entries that contain all of its words or, if none does, the significant ones.
 */
import { getOrCreate } from '@shared/get-or-create';
import { similarWord } from '@shared/similar-word';

/** A searchable entry, with its texts in lowercase. */
export interface Findable {
  readonly id: string;
  /** Its ID and common names; an exact match of one ranks first. */
  readonly terms: readonly string[];
  readonly titles: readonly string[];
  /** Other text: causes, remedies, commands. */
  readonly texts: readonly string[];
}

/** Minimum length of a partial error code; shorter ones match nearly every code. */
const MIN_PART_LENGTH = 3;
/** Minimum score of an entry that has all words in its terms and titles. */
const NAMED = 50;
/** Scores of an entry by where it has the words, whole or only their beginnings. */
interface WordScores {
  /** All of them in its terms and titles. */
  readonly named: number;
  readonly namedByBeginning: number;
  /** Some of them only in other text. */
  readonly anywhere: number;
  readonly anywhereByBeginning: number;
}

/** Scores of an entry for the whole query. */
const WHOLE_SCORES: WordScores = {
  named: 60,
  namedByBeginning: NAMED,
  anywhere: 30,
  anywhereByBeginning: 20,
};
/** Scores of an entry for one word of a question. */
const WORD_SCORES: WordScores = {
  named: 1,
  namedByBeginning: 0.7,
  anywhere: 0.4,
  anywhereByBeginning: 0.2,
};
/** Fraction of the best score below which a match is considered a coincidence. */
const WORTH_SHOWING = 0.5;

/** Words in questions and command lines that carry no meaning for the search. */
const FILLERS: ReadonlySet<string> = new Set(
  (
    'a an and any are at be by can cannot could cscript did do does error for from get has have help how i in into ' +
    'is it me my need no nologo of on or our please should that the there this to want was we what when where which ' +
    'why will with wscript you your 了 什麼 到 呢 嗎 在 如何 怎樣 怎麼 怎麼辦 我 是 有 為什麼 的 要 請問'
  ).split(' '),
);

/**
 * Splits a text into normalized words: `/ato` and `-ato` are the same option, `slmgr.vbs` and `slmgr` the same command.
 */
export function wordsIn(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[\s,;:()"“”「」]+/)
    .map((word) => word.replace(/^[-/]+|(?<![.!?。])[.!?。]+$/g, '').replace(/\.vbs$/, ''))
    .filter(Boolean);
}

/** Returns the entries that match a text, best first; ties keep the given order. */
export function matching<T extends Findable>(text: string, among: readonly T[]): readonly T[] {
  const query = wordsIn(text);
  const part = /^(?:0x)?([0-9a-f]+)$/i.exec(query.join(''))?.[1]?.toUpperCase() ?? '';
  const whole = (entry: T): number => wholeScore(entry, query, part);
  return among.some((entry) => whole(entry) >= NAMED)
    ? best(among, whole, 0)
    : best(among, tellingScore(text, among), WORTH_SHOWING);
}

/** @param worth minimum score, as a fraction of the best one */
function best<T>(among: readonly T[], scoreOf: (entry: T) => number, worth: number): readonly T[] {
  const scored = among.map((entry) => ({ entry, score: scoreOf(entry) }));
  const most = Math.max(...scored.map(({ score }) => score));
  return scored
    .filter(({ score }) => score > 0 && score >= most * worth)
    .sort((one, other) => other.score - one.score)
    .map(({ entry }) => entry);
}

/**
 * Scores an exact term highest, then all words in terms and titles, then all words anywhere; 0 if a word is missing.
 */
function wholeScore(entry: Findable, query: readonly string[], part: string): number {
  const { id, terms, titles } = entry;
  const typed = query.join(' ');
  if (terms.includes(typed)) return 100;
  if (part.length >= MIN_PART_LENGTH && id.startsWith('0x') && id.toUpperCase().includes(part))
    return 70;
  return titles.includes(typed) ? 90 : scoreWords(entry, query, WHOLE_SCORES);
}

/** Returns the score of an entry that contains all of these words; 0 if one is missing. */
function scoreWords(
  { terms, titles, texts }: Findable,
  words: readonly string[],
  scores: WordScores,
): number {
  const isNamed = (fit: typeof hasWord) => (word: string) =>
    terms.some((term) => fit(word, term)) || titles.some((title) => fit(word, title));
  const isAnywhere = (fit: typeof hasWord) => (word: string) =>
    isNamed(fit)(word) || texts.some((text) => fit(word, text));
  if (words.every(isNamed(hasWord))) return scores.named;
  if (words.every(isNamed(beginsWord))) return scores.namedByBeginning;
  if (words.every(isAnywhere(hasWord))) return scores.anywhere;
  return words.every(isAnywhere(beginsWord)) ? scores.anywhereByBeginning : 0;
}

/**
 * Sums the weights of a question's words: the fewer entries contain a word, the higher its weight. Typos are corrected,
 * and unknown words ignored.
 */
function tellingScore<T extends Findable>(text: string, among: readonly T[]): (entry: T) => number {
  const named = new Set(
    among.flatMap(({ terms, titles }) => [...terms, ...titles].flatMap(cachedWords)),
  );
  const strength = (entry: Findable, word: string): number =>
    scoreWords(entry, [word], WORD_SCORES);
  const isKnown = (word: string): boolean => among.some((entry) => strength(entry, word) > 0);
  const asked = wordsIn(text)
    .flatMap(segments)
    .filter((word) => !FILLERS.has(word))
    // A word with a digit is a name or number, so it isn't corrected.
    .map((word) => (/\d/.test(word) || isKnown(word) ? word : (similarWord(word, named) ?? word)))
    .map((word) => {
      const bearing = among.filter((entry) => strength(entry, word) > 0).length;
      return { word, tells: bearing === 0 ? 0 : Math.log(1 + among.length / bearing) };
    });
  const typed = ` ${asked.map(({ word }) => word).join(' ')} `;
  return (entry) => {
    const called = entry.terms.filter((term) => typed.includes(` ${term} `)).flatMap(cachedWords);
    return asked.reduce(
      (sum, { word, tells }) =>
        sum + tells * (strength(entry, word) + (called.includes(word) ? 1 : 0)),
      0,
    );
  };
}

const wordsOf = new Map<string, readonly string[]>();

const cachedWords = (text: string): readonly string[] =>
  getOrCreate(wordsOf, text, () => wordsIn(text));

/** Chinese has no spaces, so words are matched anywhere. */
const isChinese = (word: string): boolean => /\p{Script=Han}/u.test(word);

const segmenter = new Intl.Segmenter('zh-TW', { granularity: 'word' });

const segments = (word: string): readonly string[] =>
  isChinese(word)
    ? [...segmenter.segment(word)].filter((one) => one.isWordLike).map((one) => one.segment)
    : [word];

const hasWord = (word: string, text: string): boolean =>
  isChinese(word) ? text.includes(word) : cachedWords(text).includes(word);

const beginsWord = (word: string, text: string): boolean =>
  isChinese(word) ? text.includes(word) : cachedWords(text).some((one) => one.startsWith(word));
