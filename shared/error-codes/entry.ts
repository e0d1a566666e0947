/** Data about an error code, except for its texts, which are under `errors.<hex>`. */
import type { FixId, ProcedureId, VerdictCode } from '../catalog';
import type en from '../locales/en.json';

/** A code that the table explains, as `0x` and eight uppercase hex digits. */
export type ErrorHex = Extract<keyof (typeof en)['errors'], `0x${string}`>;

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

/** What is known about a code, apart from its name; whatever is omitted is empty. */
export type ErrorFacts = Partial<Omit<ErrorCode, 'code' | 'hex' | 'symbol'>>;

/** Folder of Microsoft's articles about licensing and activation. */
export const ARTICLES =
  'https://learn.microsoft.com/troubleshoot/windows-server/licensing-and-activation';

/** Microsoft's page about activation error codes. Many have a section. */
export const ERROR_CODES_PAGE = `${ARTICLES}/troubleshoot-activation-error-codes`;

/** Microsoft's page about slmgr.vbs. */
export const SLMGR_PAGE =
  'https://learn.microsoft.com/windows-server/get-started/activation-slmgr-vbs-options';

/** Creates a row of the table. The page defaults to the one about all codes. */
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
    page: ERROR_CODES_PAGE,
    ...facts,
  };
}
