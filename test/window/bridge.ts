/** Speaks through the bridge as the page does. */
import type { AnswerOf, Bridge, RequestName, RequestOf } from '@shared/ipc';
import type { Page } from 'playwright';

declare global {
  interface Window {
    readonly kmsDoctor: Bridge;
  }
}

/** One request of a page. */
export async function ask<Name extends RequestName>(
  page: Page,
  name: Name,
  request: RequestOf<Name>,
): Promise<AnswerOf<Name>> {
  return page.evaluate(
    ([channel, what]) => {
      const call = window.kmsDoctor.request[channel] as (request: unknown) => unknown;
      return call(what);
    },
    [name, request] as const,
  ) as Promise<AnswerOf<Name>>;
}

/** Diagnoses and waits for the end, by the events that the page gets; gives the verdict. */
export async function diagnosed(page: Page): Promise<string> {
  // What the page started by itself is out of the way.
  await ask(page, 'run:stop', {});
  return page.evaluate(
    () =>
      new Promise<string>((done) => {
        const stop = window.kmsDoctor.on['run:event']((events) => {
          const last = events.find((event) => event.type === 'run-finished');
          if (last?.type !== 'run-finished') return;
          stop();
          done(last.diagnosis.verdict.code);
        });
        void window.kmsDoctor.request['run:start']({});
      }),
  );
}
