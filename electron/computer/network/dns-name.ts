/**
 * Converts DNS names between text and bytes. A label may contain any byte, so text from the network is escaped before
 * it's displayed, in zone file notation (RFC 1035 §5.1): `\DDD` for a byte, `\\` for a backslash.
 */
import { canonicalName } from '@shared/names';

const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** Thrown for text that can't be a DNS name: a label is empty, or a label or the name is too long (RFC 1035 §2.3.4). */
export class InvalidNameError extends Error {
  constructor() {
    super('not a DNS name');
    this.name = 'InvalidNameError';
  }
}

/**
 * Normalizes a name from the network for display and comparison: lowercase, without a trailing dot, everything but
 * printable ASCII escaped. The root stays `.`; as the target of an SRV record it means that the service isn't
 * available (RFC 2782).
 *
 * @param name labels joined by dots, unescaped
 */
export function printableName(name: string): string {
  if (name === '.' || name === '') return '.';
  const octets = Buffer.from(name, 'utf8').toString('latin1');
  const text = octets.replaceAll('\\', '\\\\').replace(/[^!-~]/g, (octet) => {
    return `\\${octet.charCodeAt(0).toString().padStart(3, '0')}`;
  });
  return canonicalName(text);
}

/**
 * Splits a name into labels and resolves escapes.
 *
 * @throws InvalidNameError
 */
export function nameLabels(name: string): Buffer[] {
  const labels: Buffer[] = [];
  let label: number[] = [];
  const canonical = canonicalName(name);
  const octets = Buffer.from(canonical === '.' ? '' : canonical, 'utf8');
  for (let at = 0; at < octets.length; at += 1) {
    const octet = octets[at] ?? 0;
    if (octet === DOT) {
      labels.push(Buffer.from(label));
      label = [];
    } else if (octet === BACKSLASH) {
      const digits = /^\d{3}/.exec(octets.toString('latin1', at + 1, at + 4))?.[0];
      const value = digits === undefined ? octets[at + 1] : Number(digits);
      if (value === undefined || value > 0xff) throw new InvalidNameError();
      label.push(value);
      at += digits?.length ?? 1;
    } else {
      label.push(octet);
    }
  }
  if (octets.length > 0) labels.push(Buffer.from(label));
  const length = labels.reduce((sum, { length }) => sum + length + 1, 1);
  if (length > 255 || labels.some(({ length }) => length === 0 || length > 63)) {
    throw new InvalidNameError();
  }
  return labels;
}

/**
 * Encodes a name in uncompressed, lowercase wire format (RFC 1035 §3.1), the canonical form for the TSIG digest
 * (RFC 8945 §4.3.3).
 *
 * @throws InvalidNameError
 */
export function encodeName(name: string): Buffer {
  const parts = nameLabels(name).flatMap((label) => [Buffer.from([label.length]), label]);
  return Buffer.concat([...parts, Buffer.from([0])]);
}
