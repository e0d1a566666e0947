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

type Remedy = Pick<ErrorCode, 'procedures' | 'fixes'>;

/** For a bad key that was issued to the organization: preferably install another one. */
export const NEW_KEY: Remedy = {
  procedures: ['change-to-mak'],
  fixes: ['install-mak', 'return-to-kms'],
};

/** For a key that doesn't belong to this Windows: preferably install the edition's client setup key. */
export const CLIENT_KEY: Remedy = {
  procedures: ['change-to-mak'],
  fixes: ['return-to-kms', 'install-mak'],
};

/** For a failure of Microsoft's activation service with a good key. */
export const TRY_AGAIN: Remedy = {
  procedures: ['change-to-mak'],
  fixes: ['activate-now', 'activate-by-phone'],
};

/** For an unreachable Microsoft activation service. */
export const NO_INTERNET: Remedy = {
  procedures: ['check-dns-connectivity'],
  fixes: ['activate-now', 'activate-by-phone'],
};

const LICENSING =
  'https://learn.microsoft.com/troubleshoot/windows-server/licensing-and-activation';

/** Microsoft's page about activation error codes. */
export const ERROR_CODES_PAGE = `${LICENSING}/troubleshoot-activation-error-codes`;

/** Microsoft's page about slmgr.vbs. */
export const SLMGR_PAGE =
  'https://learn.microsoft.com/windows-server/get-started/activation-slmgr-vbs-options';

/** Returns the link to Microsoft's article of this name about licensing and activation. */
export function article(name: string): string {
  return `${LICENSING}/${name}`;
}

/** Returns the link to a section of Microsoft's page about activation error codes. */
export function section(anchor: string): string {
  return `${ERROR_CODES_PAGE}#${anchor}`;
}

/** Creates a row of the table. Omitted fields default to empty, and the page to the one about all codes. */
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
