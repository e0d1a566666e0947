/** The window's only connection to the main process: the methods that the preload exposes as `window.kmsDoctor`. */
import type { AnswerOf, Bridge, IpcRefusal, RequestName, RequestOf } from '@shared/ipc';

declare global {
  interface Window {
    readonly kmsDoctor: Bridge;
  }
}

/** The main process refused a request. */
class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
}

/** Reports an error in the window itself; a refused request isn't one. */
export function reportFault(error: unknown): undefined {
  if (!(error instanceof RequestRefused)) reportError(error);
}

const isRefusal = (answer: unknown): answer is IpcRefusal =>
  typeof answer === 'object' && answer !== null && 'refused' in answer;

/**
 * Sends a request to the main process.
 *
 * @throws {@link RequestRefused} if the request was refused
 */
export async function ask<N extends RequestName>(
  name: N,
  ...[request]: Record<string, never> extends RequestOf<N> ? [] | [RequestOf<N>] : [RequestOf<N>]
): Promise<AnswerOf<N>> {
  const call = window.kmsDoctor.request[name] as (request: unknown) => Promise<AnswerOf<N>>;
  const answer = await call(request ?? {});
  if (isRefusal(answer)) throw new RequestRefused(`${name}: ${answer.refused}`);
  return answer;
}
