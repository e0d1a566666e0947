/** What is known of an error code, without its words: those stand under `errors.<hex>`. */
import type { FixId, ProcedureId, VerdictCode } from '../catalogue';
import type en from '../locales/en.json';

/** A code that the table explains, as `0x` and eight upper-case hex digits. */
export type ErrorHex = Extract<keyof (typeof en)['errors'], `0x${string}`>;

/** An error code of activation. */
export interface ErrorCode {
  /** Unsigned. */
  readonly code: number;
  readonly hex: ErrorHex;
  /** The name in Microsoft's headers; null where none is certain. */
  readonly symbol: string | null;
  /** The procedures of the article that help, best first. */
  readonly procedures: readonly ProcedureId[];
  /** The fixes that help, best first. */
  readonly fixes: readonly FixId[];
  /** The verdict that this code alone brings about as the last error. */
  readonly verdict: VerdictCode | null;
  /** What of a PC shows why, where no verdict says so: its path to the KMS host, or its key. */
  readonly about: 'path' | 'key' | null;
  /** A failure that says no more than "not activated": another code beside it tells more. */
  readonly vague: boolean;
  /** A KMS host's own answer: no other code in the same attempt tells more. */
  readonly fromKmsHost: boolean;
  /** A failure to find or reach a KMS host: it is past where one answers now. */
  readonly settledByGoodPath: boolean;
  /** Microsoft's page on the code; where it has none of its own, the page on all of them. */
  readonly page: string;
}

type Remedy = Pick<ErrorCode, 'procedures' | 'fixes'>;

/** Where a key is at fault that was issued to the organization: best another one. */
export const NEW_KEY: Remedy = {
  procedures: ['change-to-mak'],
  fixes: ['install-mak', 'return-to-kms'],
};

/** Where the key does not belong to this Windows: best the edition's own client setup key. */
export const CLIENT_KEY: Remedy = {
  procedures: ['change-to-mak'],
  fixes: ['return-to-kms', 'install-mak'],
};

/** Where Microsoft's activation service failed and the key is good. */
export const TRY_AGAIN: Remedy = {
  procedures: ['change-to-mak'],
  fixes: ['activate-now', 'activate-by-phone'],
};

/** Where Microsoft's activation service was not reached. */
export const NO_INTERNET: Remedy = {
  procedures: ['check-dns-connectivity'],
  fixes: ['activate-now', 'activate-by-phone'],
};

const LICENSING =
  'https://learn.microsoft.com/troubleshoot/windows-server/licensing-and-activation';

/** Microsoft's page on activation error codes. */
export const ERROR_CODES_PAGE = `${LICENSING}/troubleshoot-activation-error-codes`;

/** Microsoft's page on slmgr.vbs. */
export const SLMGR_PAGE =
  'https://learn.microsoft.com/windows-server/get-started/activation-slmgr-vbs-options';

/** Microsoft's article of this name on licensing and activation. */
export function article(name: string): string {
  return `${LICENSING}/${name}`;
}

/** A section of Microsoft's page on activation error codes. */
export function section(anchor: string): string {
  return `${ERROR_CODES_PAGE}#${anchor}`;
}

/** A row of the table; what is left out is empty, and the page the one on all codes. */
export function entry(
  hex: ErrorHex,
  facts: Pick<ErrorCode, 'symbol'> & Partial<Omit<ErrorCode, 'code' | 'hex' | 'symbol'>>,
): ErrorCode {
  return {
    code: Number(hex),
    hex,
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
