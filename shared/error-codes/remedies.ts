/** What several codes have in common, above all what helps. */
import type { ErrorFacts } from './entry';

/** For a bad key that was issued to the organization: preferably install another one. */
export const NEW_KEY: ErrorFacts = {
  procedures: ['change-to-mak'],
  fixes: ['install-mak', 'return-to-kms'],
};

/** For such a key if the code alone says that it was rejected. */
export const REJECTED_KEY: ErrorFacts = { ...NEW_KEY, verdict: 'product-key-rejected' };

/** For a key that doesn't belong to this Windows: preferably install the edition's client setup key. */
export const CLIENT_KEY: ErrorFacts = {
  procedures: ['change-to-mak'],
  fixes: ['return-to-kms', 'install-mak'],
};

/** For a failure of Microsoft's activation service with a good key. */
export const TRY_AGAIN: ErrorFacts = {
  procedures: ['change-to-mak'],
  fixes: ['activate-now', 'activate-by-phone'],
};

/** For an unreachable Microsoft activation service. */
export const NO_INTERNET: ErrorFacts = {
  procedures: ['check-dns-connectivity'],
  fixes: ['activate-now', 'activate-by-phone'],
};

/** For a confirmation ID that doesn't fit: request another one. */
export const BY_PHONE: ErrorFacts = {
  procedures: ['change-to-mak'],
  fixes: ['activate-by-phone'],
};

/** For a state that another activation may end. */
export const ACTIVATE: ErrorFacts = { fixes: ['activate-now'] };

/** For a licensing service that doesn't respond or is in a bad state. */
export const RESTART_SERVICE: ErrorFacts = {
  fixes: ['restart-licensing-service', 'activate-now'],
};

/** For a failure to find or reach a KMS host: the path shows the reason, unless a host answers by now. */
export const NOT_REACHED: ErrorFacts = { about: 'path', settledByGoodPath: true };
