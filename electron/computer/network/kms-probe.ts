/** One TCP connection to one KMS port and what it says to a bind: two facts, each with its own limit. */
import { randomInt } from 'node:crypto';
import { connect as openSocket, isIP, type Socket } from 'node:net';
import type { ConnectAnswer, KmsProbe, RpcAnswer } from '@engine/computer';
import type { Endpoint } from '@shared/names';
import { withDeadline, msSince } from '@engine/deadline';
import { CONNECT_LIMIT_MS, RPC_ANSWER_LIMIT_MS } from './limits';
import { encodeBind, readBindAnswer } from './rpc-bind';
import { errorCode, notTried, socketFailure } from './socket-error';

/** A connection, or why there is none. */
interface Opened {
  readonly answer: ConnectAnswer;
  readonly socket: Socket | null;
}

/**
 * Connects within {@link CONNECT_LIMIT_MS}, sends the bind, reads one answer within {@link RPC_ANSWER_LIMIT_MS}
 * and hangs up. Either fact is {@link Unreadable} where no connection could be tried.
 */
export function probeKms(endpoint: Endpoint, signal: AbortSignal): KmsProbe {
  const opened = open(endpoint, signal);
  const connected = opened.then(({ answer }) => answer);
  const answered = opened.then(({ socket }) => (socket ? sendBind(socket, signal) : null));
  // Whoever wants only one of the two facts must not be killed by the failure of the other.
  connected.catch(() => undefined);
  answered.catch(() => undefined);
  return { connected, answered };
}

/**
 * Opens a TCP connection and hangs up: whether a port can be reached at all.
 *
 * @throws Unreadable where it could not be tried
 */
export async function connect(endpoint: Endpoint, signal: AbortSignal): Promise<ConnectAnswer> {
  const { answer, socket } = await open(endpoint, signal);
  socket?.destroy();
  return answer;
}

function open({ host, port }: Endpoint, signal: AbortSignal): Promise<Opened> {
  const start = performance.now();
  const fail = (outcome: ConnectAnswer['outcome'], detail: string | null): Opened => ({
    answer: { outcome, ms: msSince(start), detail },
    socket: null,
  });
  // The system's resolver would be asked for what is no address.
  if (isIP(host) === 0) return Promise.reject(notTried('no-address', 'not-an-ip-address'));
  return withDeadline<Opened>(
    { ms: CONNECT_LIMIT_MS, signal },
    (settle, reject) => {
      const socket = openSocket({ host, port, autoSelectFamily: false });
      let isOpen = false;
      const succeed = () => {
        isOpen = true;
        settle({ answer: { outcome: 'open', ms: msSince(start), detail: null }, socket });
      };
      socket.once('connect', succeed);
      // Stays for the socket's whole life: an error that nobody hears would end the process.
      socket.on('error', (error) => {
        // A port without a listener refuses: what is reset had been open.
        if (errorCode(error) === 'ECONNRESET') succeed();
        const failure = socketFailure(error);
        if (failure === 'no-address' || failure === 'not-tried') {
          reject(notTried(failure, errorCode(error)));
        } else {
          settle(fail(failure === 'closed' ? 'refused' : failure, errorCode(error)));
        }
      });
      return () => {
        if (!isOpen) socket.destroy();
      };
    },
    () => fail('filtered', null),
  );
}

async function sendBind(socket: Socket, signal: AbortSignal): Promise<RpcAnswer> {
  const start = performance.now();
  const answer = (outcome: RpcAnswer['outcome'], detail: string | null): RpcAnswer => ({
    outcome,
    ms: msSince(start),
    detail,
  });
  const callId = randomInt(1, 0x1_0000_0000);
  let received = Buffer.alloc(0);
  try {
    return await withDeadline<RpcAnswer>(
      { ms: RPC_ANSWER_LIMIT_MS, signal },
      (settle) => {
        const hungUp = (how: string) => {
          settle(answer('cut', how));
        };
        socket.on('data', (chunk) => {
          received = Buffer.concat([received, chunk]);
          const verdict = readBindAnswer(received, callId);
          if (verdict) settle(answer(verdict.outcome, verdict.detail));
        });
        socket.on('end', () => {
          hungUp('hung-up');
        });
        socket.on('error', (error) => {
          hungUp(errorCode(error));
        });
        // A peer that resets at once may have done so before anybody listened here.
        if (socket.destroyed) hungUp('hung-up');
        else socket.write(encodeBind(callId));
        return () => undefined;
      },
      () => answer('silent', received.length === 0 ? null : 'unfinished'),
    );
  } finally {
    socket.destroy();
  }
}
