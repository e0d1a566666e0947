import type { ErrorCode } from '@shared/error-codes';
import { errorWords } from '@shared/error-codes/words';
import type { Translate } from '@shared/i18n';

/** Says that an error code is unknown, and which known one may be meant. */
export const unknownCodeText = (
  code: string,
  nearest: ErrorCode | undefined,
  t: Translate,
): string =>
  nearest === undefined
    ? t('cli.explain.unknown', { code })
    : t('cli.explain.nearest', {
        code,
        nearest: nearest.hex,
        meaning: t(errorWords(nearest).meaning),
      });
