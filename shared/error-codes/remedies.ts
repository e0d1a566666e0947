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

/** For such a key or a digital license if the code alone says so. */
export const FOREIGN_KEY: ErrorFacts = { ...CLIENT_KEY, about: 'key' };

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

/** For a secure connection that a wrong clock prevents. */
export const INSECURE: ErrorFacts = {
  procedures: ['check-dns-connectivity'],
  fixes: ['sync-clock', 'activate-now', 'activate-by-phone'],
};

/** For a clock that is off by more than the other side allows. */
export const WRONG_CLOCK: ErrorFacts = { fixes: ['sync-clock', 'activate-now'] };

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

/** For a KMS host's refusal to activate a product. */
export const REFUSED_PRODUCT: ErrorFacts = {
  procedures: ['configure-kms-host'],
  fixes: ['assign-kms-host', 'install-mak', 'activate-now'],
  verdict: 'kms-host-cannot-activate-this-product',
  fromKmsHost: true,
};

/** For a connection that was cut. */
export const CUT_OFF: ErrorFacts = {
  procedures: ['find-routing-issue'],
  fixes: ['test-routing', 'activate-now'],
};

/** For a failure to find or reach a KMS host: the path shows the reason, unless a host answers by now. */
export const NOT_REACHED: ErrorFacts = { about: 'path', settledByGoodPath: true };
