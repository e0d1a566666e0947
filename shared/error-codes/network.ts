/**
 * Failures to reach a computer that was found: RPC, TCP and the connection to Microsoft's servers.
 * Symbols: winerror.h, wininet.h and winhttp.h (as HRESULT_FROM_WIN32).
 */
import { entry } from './entry';
import { CUT_OFF, INSECURE, NOT_REACHED, NO_INTERNET } from './remedies';

export const networkCodes = [
  entry('0x800706BA', 'RPC_S_SERVER_UNAVAILABLE', {
    procedures: ['find-routing-issue', 'check-dns-configuration', 'create-srv-record'],
    fixes: ['test-routing', 'open-kms-firewall', 'assign-kms-host', 'create-srv-record'],
    ...NOT_REACHED,
  }),
  entry('0x800706BB', 'RPC_S_SERVER_TOO_BUSY', {
    procedures: ['find-routing-issue', 'configure-kms-host'],
    fixes: ['activate-now'],
  }),
  entry('0x800706BE', 'RPC_S_CALL_FAILED', CUT_OFF),
  entry('0x800706BF', 'RPC_S_CALL_FAILED_DNE', CUT_OFF),
  entry('0x800706B5', 'RPC_S_UNKNOWN_IF', {
    procedures: ['check-dns-configuration', 'assign-kms-host'],
    fixes: ['create-srv-record', 'assign-kms-host', 'return-to-auto-discovery'],
  }),
  entry('0x800706D9', 'EPT_S_NOT_REGISTERED', {
    procedures: ['find-routing-issue', 'check-dns-configuration'],
    fixes: ['test-routing', 'restart-licensing-service', 'assign-kms-host'],
  }),
  entry('0x800705B4', 'ERROR_TIMEOUT', {
    procedures: ['find-routing-issue', 'check-dns-connectivity'],
    fixes: ['test-routing', 'restart-licensing-service', 'activate-now'],
  }),
  entry('0x800704CF', 'ERROR_NETWORK_UNREACHABLE', {
    procedures: ['find-routing-issue', 'check-dns-connectivity'],
    fixes: ['test-routing', 'activate-now'],
    about: 'path',
  }),
  entry('0x80072743', 'WSAENETUNREACH', {
    procedures: ['check-dns-connectivity', 'find-routing-issue'],
    fixes: ['test-routing'],
  }),
  entry('0x80072751', 'WSAEHOSTUNREACH', {
    procedures: ['find-routing-issue'],
    fixes: ['test-routing', 'assign-kms-host'],
  }),
  entry('0x80072746', 'WSAECONNRESET', CUT_OFF),
  entry('0x8007274C', 'WSAETIMEDOUT', {
    procedures: ['find-routing-issue'],
    fixes: ['test-routing', 'open-kms-firewall'],
  }),
  entry('0x8007274D', 'WSAECONNREFUSED', {
    procedures: ['find-routing-issue', 'configure-kms-host'],
    fixes: ['restart-licensing-service', 'test-routing'],
  }),
  entry('0x80072EE7', 'ERROR_INTERNET_NAME_NOT_RESOLVED', {
    ...NO_INTERNET,
    settledByGoodPath: true,
  }),
  entry('0x80072EE2', 'ERROR_INTERNET_TIMEOUT', {
    procedures: ['change-to-mak'],
    fixes: ['activate-by-phone', 'activate-now'],
  }),
  entry('0x80072EFD', 'ERROR_INTERNET_CANNOT_CONNECT', NO_INTERNET),
  entry('0x80072EFE', 'ERROR_INTERNET_CONNECTION_ABORTED', NO_INTERNET),
  entry('0x80072F05', 'ERROR_INTERNET_SEC_CERT_DATE_INVALID', INSECURE),
  entry('0x80072F0D', 'ERROR_INTERNET_INVALID_CA', NO_INTERNET),
  entry('0x80072F8F', 'ERROR_WINHTTP_SECURE_FAILURE', INSECURE),
];
