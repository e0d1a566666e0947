/** The window's only way out: the named calls that the preload put on `window.kmsDoctor`. */
import type {
  AnswerOf,
  Bridge,
  EventName,
  EventTable,
  IpcRefusal,
  RequestName,
  RequestOf,
} from '@shared/ipc';

declare global {
  interface Window {
    readonly kmsDoctor: Bridge;
  }
}

/** The privileged side did not take a request. */
class RequestRefused extends Error {
  constructor(
    readonly request: RequestName,
    readonly refused: string,
  ) {
    super(`${request}: ${refused}`);
    this.name = 'RequestRefused';
  }
}

/** Reports a fault of the window's own; that a request was refused is none. */
export function reportFault(error: unknown): undefined {
  if (!(error instanceof RequestRefused)) reportError(error);
}

const isRefusal = (answer: unknown): answer is IpcRefusal =>
  typeof answer === 'object' && answer !== null && 'refused' in answer;

/**
 * Asks the privileged side.
 *
 * @throws {@link RequestRefused} when the request was not taken
 */
export async function ask<N extends RequestName>(
  name: N,
  ...[request]: Record<string, never> extends RequestOf<N> ? [] | [RequestOf<N>] : [RequestOf<N>]
): Promise<AnswerOf<N>> {
  const call = window.kmsDoctor.request[name] as (request: unknown) => Promise<AnswerOf<N>>;
  const answer = await call(request ?? {});
  if (isRefusal(answer)) throw new RequestRefused(name, answer.refused);
  return answer;
}

/** Listens to the privileged side; the returned function stops it. */
export function listen<N extends EventName>(
  name: N,
  listener: (event: EventTable[N]) => void,
): () => void {
  const on = window.kmsDoctor.on[name] as (listener: (event: EventTable[N]) => void) => () => void;
  return on(listener);
}
