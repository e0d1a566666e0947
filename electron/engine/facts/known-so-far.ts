/** Facts and answers as far as they are known; one that failed says why. */
import type { DnsAnswer } from '../computer';
import { failure, toResult, type AskedAnswer, type NotAsked, type Result } from './fact-snapshot';
import { soFar } from './outstanding';

const readings = new WeakMap<Promise<unknown>, Promise<Result<unknown>>>();
const answers = new WeakMap<Promise<DnsAnswer>, Promise<AskedAnswer>>();

/** A fact that may have failed, as far as it is known. */
export function readSoFar<T>(fact: Promise<T>): Result<T> {
  const known = readings.get(fact) ?? toResult(fact);
  readings.set(fact, known);
  return soFar(known as Promise<Result<T>>);
}

/** A list, as far as it is known; empty where it could not be read. */
export function listSoFar<T>(fact: Promise<readonly T[]>): readonly T[] {
  const list = readSoFar(fact);
  return list.ok ? list.value : [];
}

/** What became of a question to a server, as far as it is known. */
export function answerSoFar(question: Promise<DnsAnswer>): AskedAnswer {
  const known = answers.get(question) ?? question.catch(notAsked);
  answers.set(question, known);
  return soFar(known);
}

/** A question that could not be put says nothing of the server. */
function notAsked(error: unknown): NotAsked {
  const { reason, said } = failure(error);
  return { outcome: 'unread', reason, ms: null, detail: said };
}
