/**
 * Checklist item 17: the one place where messages of a page arrive. It asks who speaks, weighs and parses what
 * is said by the contract's schema, calls the handler and answers. Refusals are logged with their reason and
 * never with what was sent: a product key may be in it.
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

/** One function a request. */
export type Handlers = {
  readonly [Name in RequestName]: (
    request: RequestOf<Name>,
  ) => AnswerOf<Name> | Promise<AnswerOf<Name>>;
};

/** What the router needs of its surroundings. */
export interface RouterContext {
  /** The window's page, the only one that may speak; null before and after its life. */
  readonly page: () => Pick<WebContents, 'mainFrame'> | null;
  /** The origin that page must have, e.g. `app://bundle`. */
  readonly origin: string;
  readonly handlers: Handlers;
  /** Takes a refusal: the channel, and why in a word or two. */
  readonly refused: (channel: RequestName, reason: string) => void;
  /** Takes a handler's failure. */
  readonly failed: (channel: RequestName, error: unknown) => void;
}

/** Registers every request of the contract. */
export function route(ipc: Pick<IpcMain, 'handle'>, context: RouterContext): void {
  for (const name of Object.keys(REQUESTS) as RequestName[]) {
    // The sender is read before anything waits: later its frame may be gone, or be another.
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
  if (objection !== null) {
    context.refused(name, `sender: ${objection}`);
    return { refused: 'sender' };
  }
  const unfit = args.length === 1 ? checkMessageLimits(args[0]) : 'not-one-argument';
  if (unfit !== null) {
    context.refused(name, `request: ${unfit}`);
    return { refused: 'request' };
  }
  const parsed = REQUESTS[name].request.safeParse(args[0]);
  if (!parsed.success) {
    context.refused(name, `request: ${parsed.error.issues[0]?.code ?? 'unknown'}`);
    return { refused: 'request' };
  }
  try {
    const handler = context.handlers[name] as (request: unknown) => unknown;
    return { answer: await handler(parsed.data) };
  } catch (error) {
    context.failed(name, error);
    return { refused: 'failed' };
  }
}

/** What speaks against a sender; null when it is the window's own page. */
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
