/** Calls with replies, in both directions, over the IPC channel of a child process. */
import type { ChildProcess } from 'node:child_process';

type Method = (argument: never) => Promise<unknown>;
/** The methods of one side, each with at most one argument. */
export type Methods<T> = { readonly [Name in keyof T]: Method };

type Packet =
  | { readonly call: number; readonly name: string; readonly argument: unknown }
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly error: string };

/** One end of the channel: a child process, or `process` inside it. */
export type End = Pick<ChildProcess, 'send' | 'on'> | NodeJS.Process;

/**
 * Connects the two sides.
 *
 * @param end this side's end of the channel
 * @param own methods that the other side may call
 * @returns the other side's methods; their calls reject once the channel is broken
 */
export function connect<Other extends Methods<Other>, Own extends Methods<Own>>(
  end: End,
  own: Own,
): {
  readonly other: Other;
  /** Whether no call from this side is pending. */
  readonly idle: () => boolean;
} {
  const waiting = new Map<number, { done(value: unknown): void; failed(error: Error): void }>();
  let last = 0;
  let open = true;

  const send = (packet: Packet): void => {
    if (!open) return;
    end.send?.(packet, undefined, undefined, (error: Error | null) => {
      if (error !== null) broken();
    });
  };
  const broken = (): void => {
    open = false;
    for (const call of waiting.values()) call.failed(new Error('The other side has ended'));
    waiting.clear();
  };
  const answer = async (id: number, name: string, argument: unknown): Promise<void> => {
    try {
      const method = (own as unknown as Record<string, (argument: unknown) => Promise<unknown>>)[
        name
      ];
      if (method === undefined) throw new Error(`Unknown method ${name}`);
      send({ answer: id, value: await method(argument) });
    } catch (error) {
      send({ answer: id, error: error instanceof Error ? error.message : String(error) });
    }
  };
  (end as NodeJS.Process).on('message', (packet: Packet) => {
    if ('call' in packet) {
      void answer(packet.call, packet.name, packet.argument);
      return;
    }
    const call = waiting.get(packet.answer);
    waiting.delete(packet.answer);
    if ('error' in packet) call?.failed(new Error(packet.error));
    else call?.done(packet.value);
  });
  (end as NodeJS.Process).on('disconnect', broken);

  const other = new Proxy({} as Other, {
    get: (_target, name) => (argument: unknown) =>
      new Promise((done, failed) => {
        if (!open) {
          failed(new Error('The other side has ended'));
          return;
        }
        last += 1;
        waiting.set(last, { done, failed });
        send({ call: last, name: String(name), argument });
      }),
  });
  return { other, idle: () => waiting.size === 0 };
}
