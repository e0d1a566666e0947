/** Calls the bridge like the page does. */
import type { AnswerOf, Bridge, RequestName, RequestOf } from '@shared/ipc';
import type { Page } from 'playwright';

declare global {
  interface Window {
    readonly kmsDoctor: Bridge;
  }
}

/** Sends one request from a page. */
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

/** Runs a diagnosis, waits for the page's event that it finished, and returns the verdict. */
export async function diagnosed(page: Page): Promise<string> {
  // Stops the run that the page started automatically.
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
