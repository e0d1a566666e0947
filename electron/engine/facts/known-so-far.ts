/** Facts and answers as far as they're known. A failed one has its reason. */
import type { DnsAnswer } from '../computer';
import { getOrCreate } from '@shared/get-or-create';
import { failure, toResult, type QueryResult, type UnsentQuery, type Result } from './fact-types';
import { peek } from './outstanding';

const readings = new WeakMap<Promise<unknown>, Promise<Result<unknown>>>();
const answers = new WeakMap<Promise<DnsAnswer>, Promise<QueryResult>>();

/** Returns a fact that may have failed, as far as it's known. */
export function peekResult<T>(fact: Promise<T>): Result<T> {
  return peek(getOrCreate(readings, fact, () => toResult(fact)) as Promise<Result<T>>);
}

/** Returns a list as far as it's known; empty if it couldn't be read. */
export function peekList<T>(fact: Promise<readonly T[]>): readonly T[] {
  const list = peekResult(fact);
  return list.ok ? list.value : [];
}

/** Returns the result of a query to a server, as far as it's known. */
export function peekAnswer(question: Promise<DnsAnswer>): QueryResult {
  return peek(getOrCreate(answers, question, () => question.catch(notAsked)));
}

/** Converts the error of a query that couldn't be sent, which isn't evidence about the server. */
function notAsked(error: unknown): UnsentQuery {
  const { reason, said } = failure(error);
  return { outcome: 'unread', reason, ms: null, detail: said };
}
