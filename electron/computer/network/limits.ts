/**
 * Maximum duration of one network probe, in milliseconds. The engine's own timeout is 3 s; a probe that ends just
 * before it can still report how far it got.
 */
const PROBE_LIMIT_MS = 2_900;

/** One DNS query to one server, including the resend, the retry without EDNS, and TCP after truncation. */
export const DNS_LIMIT_MS = PROBE_LIMIT_MS;

/** Delay before an unanswered UDP query is resent. */
export const DNS_RESEND_AFTER_MS = 1_000;

/** One dynamic update sent to a DNS server. */
export const DNS_UPDATE_LIMIT_MS = PROBE_LIMIT_MS;

/** One lookup through the operating system's resolver. */
export const RESOLVE_LIMIT_MS = PROBE_LIMIT_MS;

/**
 * Opening a TCP connection.
 *
 * After a refusal (RST), Windows assumes that the port may still open: it resends its SYN every 500 ms, three or four
 * times depending on the version, and reports only the last refusal (https://support.microsoft.com/help/175523,
 * https://daniel.haxx.se/blog/2024/08/14/slow-tcp-connect-on-windows/). A refused connection therefore takes at most
 * 4 × 500 ms = 2 s plus a round trip, for which this limit leaves 900 ms. A limit of 2 s or less would turn every
 * refusal on Windows into "filtered".
 */
export const CONNECT_LIMIT_MS = PROBE_LIMIT_MS;

/** From sending the RPC bind to the end of the response. */
export const RPC_ANSWER_LIMIT_MS = PROBE_LIMIT_MS;

/** One echo request, including the start of ping. */
export const PING_LIMIT_MS = PROBE_LIMIT_MS;
