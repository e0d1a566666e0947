/**
 * Checklist item 17: the only entry point for messages from a page. Validates the sender, checks the message's limits,
 * parses it with the contract's schema, calls the handler and replies. Rejections are logged with the reason but never
 * with the message: it may contain a product key.
 */
import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import {
  type AnswerOf,
  type IpcReply,
  REQUESTS,
  type RequestName,
  type RequestOf,
} from '@shared/ipc';
import { checkMessageLimits } from './message-limits';

/** One handler per request. */
export type Handlers = {
  readonly [Name in RequestName]: (
    request: RequestOf<Name>,
  ) => AnswerOf<Name> | Promise<AnswerOf<Name>>;
};

/** Dependencies of the router. */
export interface RouterContext {
  /** The window's page, the only permitted sender; null before it's created and after it's destroyed. */
  readonly page: () => Pick<WebContents, 'mainFrame'> | null;
  /** Required origin of the page, such as `app://bundle`. */
  readonly origin: string;
  readonly handlers: Handlers;
  /** Called for a rejected message, with the channel and a short reason. */
  readonly refused: (channel: RequestName, reason: string) => void;
  /** Called if a handler fails. */
  readonly failed: (channel: RequestName, error: unknown) => void;
}

/** Registers the handlers of all requests in the contract. */
export function route(ipc: Pick<IpcMain, 'handle'>, context: RouterContext): void {
  for (const name of Object.keys(REQUESTS) as RequestName[]) {
    // Validate the sender synchronously: later, its frame may be gone or replaced.
    ipc.handle(name, (event, ...args: readonly unknown[]) =>
      answer(name, senderRejection(event, context), args, context),
    );
  }
}

async function answer(
  name: RequestName,
  objection: string | null,
  args: readonly unknown[],
  context: RouterContext,
): Promise<IpcReply> {
  const refuse = (refused: 'sender' | 'request', reason: string): IpcReply => {
    context.refused(name, `${refused}: ${reason}`);
    return { refused };
  };
  if (objection !== null) return refuse('sender', objection);
  const unfit = args.length === 1 ? checkMessageLimits(args[0]) : 'not-one-argument';
  if (unfit !== null) return refuse('request', unfit);
  const parsed = REQUESTS[name].request.safeParse(args[0]);
  if (!parsed.success) return refuse('request', parsed.error.issues[0]?.code ?? 'unknown');
  try {
    const handler = context.handlers[name] as (request: unknown) => unknown;
    return { answer: await handler(parsed.data) };
  } catch (error) {
    context.failed(name, error);
    return { refused: 'failed' };
  }
}

/** Returns why a sender is rejected; null if it's the window's own page. */
function senderRejection(
  event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>,
  { page, origin }: RouterContext,
): string | null {
  const frame = event.senderFrame;
  const own = page();
  if (own === null || event.sender !== own) return 'another window';
  if (frame === null) return 'a frame that is gone';
  if (frame !== own.mainFrame) return 'a sub-frame';
  if (frame.origin !== origin || !frame.url.startsWith(`${origin}/`)) return 'another origin';
  return null;
}
