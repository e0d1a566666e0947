/** A simulated PC whose answers take real time, like those of a network. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Computer } from '@engine/computer';

/** Delays in ms, by method name; `connect` and `answer` are the two phases of a KMS probe. */
export type Delays = Readonly<Record<string, number>>;

/** Adds delays to a computer; methods not listed answer immediately. */
export function delayed(computer: Computer, delays: Delays): Computer {
  return new Proxy(computer, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name === 'probeKms') {
        return (...args: Parameters<Computer['probeKms']>) => {
          const probe = target.probeKms(...args);
          const connected = sleep(delays['connect'] ?? 0).then(() => probe.connected);
          const answered = connected
            .then(() => sleep(delays['answer'] ?? 0))
            .then(() => probe.answered);
          return { connected, answered };
        };
      }
      const ms = delays[String(name)];
      if (ms === undefined) return member;
      return async (...args: unknown[]): Promise<unknown> => {
        await sleep(ms);
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
}
