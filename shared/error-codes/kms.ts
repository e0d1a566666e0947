/**
 * Activation by KMS, Active Directory or a Hyper-V host: errors reported by the client, the host or the network between
 * them.
 * Symbols: slerror.h, winerror.h and ntstatus.h of the Windows SDK.
 */
import { entry, type ErrorFacts } from './entry';
import { ACTIVATE, CLIENT_KEY, NOT_REACHED, REFUSED_PRODUCT, WRONG_CLOCK } from './remedies';

/** For the two codes of a failed contact in event 8198. */
const NO_CONTACT: ErrorFacts = {
  procedures: ['find-routing-issue', 'check-dns-configuration', 'assign-kms-host'],
  fixes: ['test-routing', 'assign-kms-host', 'restart-licensing-service', 'activate-now'],
};

export const kmsCodes = [
  entry('0xC004F074', 'SL_E_VL_BINDING_SERVICE_UNAVAILABLE', {
    procedures: ['find-routing-issue', 'check-dns-configuration', 'assign-kms-host'],
    fixes: ['test-routing', 'assign-kms-host', 'create-srv-record', 'return-to-auto-discovery'],
    about: 'path',
    vague: true,
  }),
  entry('0xC004F038', 'SL_E_VL_NOT_ENOUGH_COUNT', {
    procedures: ['configure-kms-host', 'change-to-mak'],
    fixes: ['install-mak', 'activate-now'],
    verdict: 'kms-count-too-low',
    fromKmsHost: true,
  }),
  entry('0xC004F039', 'SL_E_VL_BINDING_SERVICE_NOT_ENABLED', {
    procedures: ['find-routing-issue', 'configure-kms-host'],
    fixes: ['test-routing', 'assign-kms-host', 'open-kms-firewall'],
    about: 'path',
    fromKmsHost: true,
  }),
  entry('0xC004F041', 'SL_E_VL_KEY_MANAGEMENT_SERVICE_NOT_ACTIVATED', {
    procedures: ['configure-kms-host'],
    fixes: ['install-kms-host-key', 'activate-now'],
    verdict: 'kms-host-not-activated',
    fromKmsHost: true,
  }),
  entry('0xC004F042', 'SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH', {
    ...REFUSED_PRODUCT,
    procedures: ['assign-kms-host', 'configure-kms-host'],
  }),
  entry('0xC004F015', 'SL_E_PRODUCT_SKU_NOT_INSTALLED', REFUSED_PRODUCT),
  entry('0xC004F06B', 'SL_E_VL_KEY_MANAGEMENT_SERVICE_VM_NOT_SUPPORTED', REFUSED_PRODUCT),
  entry('0xC004F06C', 'SL_E_VL_INVALID_TIMESTAMP', {
    ...WRONG_CLOCK,
    verdict: 'clock-skew',
    fromKmsHost: true,
  }),
  entry('0xC004F035', 'SL_E_VL_NOT_WINDOWS_SLP', {
    procedures: ['change-to-mak'],
    fixes: ['install-mak', 'activate-by-phone'],
    about: 'key',
  }),
  entry('0xC004F056', 'SL_E_VL_MACHINE_NOT_BOUND', {
    procedures: ['find-routing-issue', 'check-dns-configuration'],
    fixes: ['activate-now', 'assign-kms-host'],
    vague: true,
  }),
  entry('0xC004F081', 'SL_E_VL_AD_AO_NOT_FOUND', {
    procedures: ['check-dns-configuration', 'find-routing-issue'],
    fixes: ['allow-kms-activation', 'activate-now'],
  }),
  // Reported by Windows if it finds no domain controller, since Active Directory activation is tried before KMS.
  entry('0x8007054B', 'ERROR_NO_SUCH_DOMAIN', {
    procedures: ['check-dns-connectivity', 'check-dns-configuration'],
    fixes: ['allow-kms-activation', 'set-dns-servers', 'activate-now'],
  }),
  entry('0xC004F083', 'SL_E_VL_AD_SCHEMA_VERSION_NOT_SUPPORTED', {
    procedures: ['change-to-mak'],
    fixes: ['activate-now'],
  }),
  entry('0xC0020017', 'RPC_NT_SERVER_UNAVAILABLE', { ...NO_CONTACT, ...NOT_REACHED }),
  entry('0x8007139F', 'ERROR_INVALID_STATE', { ...NO_CONTACT, about: 'path' }),
  entry('0x80070216', 'ERROR_ARITHMETIC_OVERFLOW', {
    procedures: ['configure-kms-host', 'assign-kms-host'],
    fixes: ['assign-kms-host', 'activate-now'],
  }),
  entry('0xC004FD00', 'SL_E_IA_THROTTLE_LIMIT_EXCEEDED', ACTIVATE),
  entry('0xC004FD01', 'SL_E_IA_INVALID_VIRTUALIZATION_PLATFORM', CLIENT_KEY),
  entry('0xC004FD02', 'SL_E_IA_PARENT_PARTITION_NOT_ACTIVATED', {
    procedures: ['change-to-mak'],
    fixes: ['activate-now', 'return-to-kms'],
  }),
  entry('0xC004FD03', 'SL_E_IA_ID_MISMATCH', CLIENT_KEY),
  entry('0xC004FD04', 'SL_E_IA_MACHINE_NOT_BOUND', {
    procedures: ['change-to-mak'],
    fixes: ['activate-now', 'return-to-kms'],
  }),
];
