/**
 * Failures to find a KMS host in DNS, or to publish one.
 * Symbols: winerror.h (DNS_ERROR_…, as HRESULT_FROM_WIN32).
 */
import { entry, type ErrorFacts } from './entry';
import { NOT_REACHED } from './remedies';

/** For a host name without an address. */
const NO_ADDRESS: ErrorFacts = {
  procedures: ['check-dns-configuration', 'assign-kms-host'],
  fixes: ['assign-kms-host', 'return-to-auto-discovery', 'flush-dns-cache'],
};

export const dnsCodes = [
  entry('0x8007232B', 'DNS_ERROR_RCODE_NAME_ERROR', {
    procedures: [
      'check-dns-configuration',
      'check-kms-host',
      'create-srv-record',
      'assign-kms-host',
    ],
    fixes: [
      'create-srv-record',
      'assign-kms-host',
      'add-dns-suffix',
      'set-dns-servers',
      'set-dns-publishing',
    ],
    ...NOT_REACHED,
  }),
  entry('0x8007232A', 'DNS_ERROR_RCODE_SERVER_FAILURE', {
    procedures: ['check-dns-connectivity', 'check-dns-configuration'],
    fixes: ['flush-dns-cache', 'assign-kms-host'],
    ...NOT_REACHED,
  }),
  entry('0x8007251D', 'DNS_INFO_NO_RECORDS', {
    procedures: ['check-dns-configuration', 'create-srv-record', 'publish-in-multiple-domains'],
    fixes: ['create-srv-record', 'assign-kms-host', 'add-dns-suffix', 'set-dns-publishing'],
    ...NOT_REACHED,
  }),
  entry('0x8007007B', 'ERROR_INVALID_NAME', {
    procedures: ['check-dns-configuration', 'create-srv-record', 'change-to-mak'],
    fixes: [
      'create-srv-record',
      'set-lookup-domain',
      'assign-kms-host',
      'add-dns-suffix',
      'set-dns-publishing',
      'install-mak',
    ],
    ...NOT_REACHED,
  }),
  entry('0x80092328', null, {
    procedures: ['check-dns-configuration', 'create-srv-record', 'assign-kms-host'],
    fixes: ['create-srv-record', 'assign-kms-host', 'add-dns-suffix', 'set-dns-publishing'],
    about: 'path',
  }),
  entry('0x8007267C', 'DNS_ERROR_NO_DNS_SERVERS', {
    procedures: ['check-dns-connectivity', 'change-to-mak'],
    fixes: ['assign-kms-host', 'install-mak', 'activate-by-phone'],
    ...NOT_REACHED,
  }),
  entry('0x8007232D', 'DNS_ERROR_RCODE_REFUSED', {
    procedures: ['check-dns-connectivity', 'check-dns-configuration'],
    fixes: ['assign-kms-host', 'flush-dns-cache'],
  }),
  entry('0x8007251E', 'DNS_ERROR_BAD_PACKET', {
    procedures: ['check-dns-connectivity'],
    fixes: ['flush-dns-cache', 'assign-kms-host'],
  }),
  entry('0x80072338', 'DNS_ERROR_RCODE_BADSIG', {
    procedures: ['check-kms-host', 'create-srv-record', 'publish-in-multiple-domains'],
    fixes: ['restart-licensing-service', 'create-srv-record', 'set-dns-publishing'],
    settledByGoodPath: true,
  }),
  entry('0x80072339', 'DNS_ERROR_RCODE_BADKEY', {
    procedures: ['check-kms-host', 'publish-in-multiple-domains'],
    fixes: ['restart-licensing-service', 'create-srv-record', 'set-dns-publishing'],
  }),
  entry('0x8007233A', 'DNS_ERROR_RCODE_BADTIME', {
    procedures: ['check-kms-host', 'publish-in-multiple-domains'],
    fixes: ['sync-clock', 'restart-licensing-service'],
  }),
  // A DNS server's response to an update (RFC 2136 §2.2), in event 12293 of a KMS host.
  entry('0x8007232C', 'DNS_ERROR_RCODE_NOT_IMPLEMENTED', {
    procedures: ['check-kms-host', 'create-srv-record'],
    fixes: ['create-srv-record', 'set-dns-publishing'],
  }),
  entry('0x80072330', 'DNS_ERROR_RCODE_NXRRSET', {
    procedures: ['check-kms-host', 'create-srv-record'],
    fixes: ['restart-licensing-service', 'create-srv-record'],
  }),
  entry('0x80072331', 'DNS_ERROR_RCODE_NOTAUTH', {
    procedures: ['check-kms-host', 'publish-in-multiple-domains', 'create-srv-record'],
    fixes: ['set-publish-list', 'create-srv-record', 'restart-licensing-service'],
  }),
  entry('0x80072332', 'DNS_ERROR_RCODE_NOTZONE', {
    procedures: ['check-kms-host', 'publish-in-multiple-domains', 'create-srv-record'],
    fixes: ['set-publish-list', 'create-srv-record'],
  }),
  entry('0x80072AF9', 'WSAHOST_NOT_FOUND', NO_ADDRESS),
  entry('0x80072AFA', 'WSATRY_AGAIN', {
    procedures: ['check-dns-connectivity', 'check-dns-configuration'],
    fixes: ['flush-dns-cache', 'assign-kms-host', 'activate-now'],
  }),
  entry('0x80072AFC', 'WSANO_DATA', NO_ADDRESS),
];
