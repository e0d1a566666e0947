/** KMS hosts that a person names for a treatment. */
import { readHost } from '@shared/host-input';
import type { Message } from '@shared/message';

/** Hosts as a person typed them, in canonical form; or what is wrong with one. */
export function readKmsHosts(typed: readonly string[]): readonly string[] | Message {
  const hosts: string[] = [];
  for (const text of typed) {
    const read = readHost(text);
    if (!read.ok) return read.message;
    if (read.value.port !== null) {
      return { key: 'parameters.problems.portNotHere', params: { text } };
    }
    hosts.push(read.value.host);
  }
  return hosts;
}
