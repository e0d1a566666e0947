/** Connects to a KMS port and sends a bind. The connection and the response are two facts with separate timeouts. */
import { randomInt } from 'node:crypto';
import { connect as openSocket, isIP, type Socket } from 'node:net';
import type { ConnectAnswer, KmsProbe, RpcAnswer } from '@engine/computer';
import type { Endpoint } from '@shared/names';
import { withDeadline, msSince } from '@engine/deadline';
import { CONNECT_LIMIT_MS, RPC_ANSWER_LIMIT_MS } from './limits';
import { encodeBind, readBindAnswer, type BindOutcome } from './rpc-bind';
import { errorCode, notAttemptedError, socketFailure } from '../socket-error';

/** A connection, or why it failed. */
interface Opened {
  readonly answer: ConnectAnswer;
  readonly socket: Socket | null;
}

/**
 * Connects within {@link CONNECT_LIMIT_MS}, sends the bind, reads one response within {@link RPC_ANSWER_LIMIT_MS},
 * and disconnects. Both facts are {@link Unreadable} if no connection could be attempted.
 */
export function probeKms(endpoint: Endpoint, signal: AbortSignal): KmsProbe {
  const opened = open(endpoint, signal);
  const connected = opened.then(({ answer }) => answer);
  const answered = opened.then(({ socket }) => (socket ? sendBind(socket, signal) : null));
  // A caller that awaits only one of the promises must not crash from an unhandled rejection of the other.
  connected.catch(() => undefined);
  answered.catch(() => undefined);
  return { connected, answered };
}

/**
 * Opens a TCP connection and closes it, to test whether a port is reachable.
 *
 * @throws Unreadable if no connection could be attempted
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
  // Node would pass anything but an IP address to the system's resolver.
  if (isIP(host) === 0) return Promise.reject(notAttemptedError('no-address', 'not-an-ip-address'));
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
      // Stays attached for the socket's lifetime: an unhandled 'error' event would crash the process.
      socket.on('error', (error) => {
        // A port without a listener refuses the connection; a reset means that it was open.
        if (errorCode(error) === 'ECONNRESET') succeed();
        const failure = socketFailure(error);
        if (failure === 'no-address' || failure === 'not-tried') {
          reject(notAttemptedError(failure, errorCode(error)));
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
  const callId = randomInt(1, 0x1_0000_0000);
  let received = Buffer.alloc(0);
  try {
    const { outcome, detail } = await withDeadline<BindOutcome>(
      { ms: RPC_ANSWER_LIMIT_MS, signal },
      (settle) => {
        const hungUp = (detail: string) => {
          settle({ outcome: 'cut', detail });
        };
        socket.on('data', (chunk) => {
          received = Buffer.concat([received, chunk]);
          const answer = readBindAnswer(received, callId);
          if (answer) settle(answer);
        });
        socket.on('end', () => {
          hungUp('hung-up');
        });
        socket.on('error', (error) => {
          hungUp(errorCode(error));
        });
        // The peer may have reset the connection before these handlers were attached.
        if (socket.destroyed) hungUp('hung-up');
        else socket.write(encodeBind(callId));
        return () => undefined;
      },
      () => ({ outcome: 'silent', detail: received.length === 0 ? null : 'unfinished' }),
    );
    return { outcome, ms: msSince(start), detail };
  } finally {
    socket.destroy();
  }
}
