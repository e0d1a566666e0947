/** Data about an error code, except for its texts, which are under `errors.<hex>`. */
import type { FixId, ProcedureId, VerdictCode } from '../catalog';
import { pageAbout, type ErrorHex } from './pages';

/** An activation error code. */
export interface ErrorCode {
  /** Unsigned. */
  readonly code: number;
  readonly hex: ErrorHex;
  /** The name in Microsoft's headers; null if none is certain. */
  readonly symbol: string | null;
  /** The article's procedures that help, best first. */
  readonly procedures: readonly ProcedureId[];
  /** The fixes that help, best first. */
  readonly fixes: readonly FixId[];
  /** The verdict that this code alone causes as the last error. */
  readonly verdict: VerdictCode | null;
  /** The part of a PC that shows the reason if no verdict does: its path to the KMS host, or its key. */
  readonly about: 'path' | 'key' | null;
  /** A failure that means no more than "not activated", so any other code alongside it is more specific. */
  readonly vague: boolean;
  /** A KMS host's own response: no other code from the same attempt is more specific. */
  readonly fromKmsHost: boolean;
  /** A failure to find or reach a KMS host, which is resolved if one answers now. */
  readonly settledByGoodPath: boolean;
  /** Microsoft's page about the code, or the page about all codes if it has none. */
  readonly page: string;
}

/** What is known about a code, apart from its name and page; whatever is omitted is empty. */
export type ErrorFacts = Partial<Omit<ErrorCode, 'code' | 'hex' | 'symbol' | 'page'>>;

/** Creates a row of the table. */
export function entry(
  hex: ErrorHex,
  symbol: ErrorCode['symbol'],
  facts: ErrorFacts = {},
): ErrorCode {
  return {
    code: Number(hex),
    hex,
    symbol,
    procedures: [],
    fixes: [],
    verdict: null,
    about: null,
    vague: false,
    fromKmsHost: false,
    settledByGoodPath: false,
    page: pageAbout(hex),
    ...facts,
  };
}
