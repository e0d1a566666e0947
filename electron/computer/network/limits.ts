/**
 * What one network probe may take at most, in milliseconds. The engine's own limit is 3 s: a probe that ends
 * just before it can still say how far it came.
 */
const PROBE_LIMIT_MS = 2_900;

/** One DNS question to one server, resending, asking without EDNS and TCP after truncation included. */
export const DNS_LIMIT_MS = PROBE_LIMIT_MS;

/** When a question over UDP that was not answered is sent once more. */
export const DNS_RESEND_AFTER_MS = 1_000;

/** One dynamic update of a DNS server. */
export const DNS_UPDATE_LIMIT_MS = PROBE_LIMIT_MS;

/** One name through the operating system's resolver. */
export const RESOLVE_LIMIT_MS = PROBE_LIMIT_MS;

/**
 * Opening a TCP connection.
 *
 * Windows takes a refusal (RST) for a port that may open yet: it sends its SYN again every 500 ms, three or four times
 * by its version, and reports the refusal of the last one (https://support.microsoft.com/help/175523,
 * https://daniel.haxx.se/blog/2024/08/14/slow-tcp-connect-on-windows/). So a refused connection ends after at most
 * 4 × 500 ms = 2 s and a round trip, for which this limit leaves 900 ms: one of 2 s or less would turn every refusal
 * on Windows into "filtered".
 */
export const CONNECT_LIMIT_MS = PROBE_LIMIT_MS;

/** From the RPC bind to the end of its answer. */
export const RPC_ANSWER_LIMIT_MS = PROBE_LIMIT_MS;

/** One echo request, the start of the program included. */
export const PING_LIMIT_MS = PROBE_LIMIT_MS;
