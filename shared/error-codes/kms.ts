/**
 * Activation by KMS, Active Directory or a Hyper-V host: errors reported by the client, the host or the network between
 * them.
 * Symbols: slerror.h, winerror.h and ntstatus.h of the Windows SDK.
 */
import { ARTICLES, ERROR_CODES_PAGE, entry } from './entry';
import { ACTIVATE, CLIENT_KEY, NOT_REACHED } from './remedies';

export const kmsCodes = [
  entry('0xC004F074', 'SL_E_VL_BINDING_SERVICE_UNAVAILABLE', {
    procedures: ['find-routing-issue', 'check-dns-configuration', 'assign-kms-host'],
    fixes: ['test-routing', 'assign-kms-host', 'create-srv-record', 'return-to-auto-discovery'],
    about: 'path',
    vague: true,
    page: `${ARTICLES}/error-0xc004f074-activate-windows`,
  }),
  entry('0xC004F038', 'SL_E_VL_NOT_ENOUGH_COUNT', {
    procedures: ['configure-kms-host', 'change-to-mak'],
    fixes: ['install-mak', 'activate-now'],
    verdict: 'kms-count-too-low',
    fromKmsHost: true,
    page: `${ARTICLES}/activation-error-0xc004cf038-insufficient-kms-host-pool-count`,
  }),
  entry('0xC004F039', 'SL_E_VL_BINDING_SERVICE_NOT_ENABLED', {
    procedures: ['find-routing-issue', 'configure-kms-host'],
    fixes: ['test-routing', 'assign-kms-host', 'open-kms-firewall'],
    about: 'path',
    fromKmsHost: true,
    page: `${ERROR_CODES_PAGE}#0xc004f039-the-key-management-service-kms-isnt-enabled`,
  }),
  entry('0xC004F041', 'SL_E_VL_KEY_MANAGEMENT_SERVICE_NOT_ACTIVATED', {
    procedures: ['configure-kms-host'],
    fixes: ['install-kms-host-key', 'activate-now'],
    verdict: 'kms-host-not-activated',
    fromKmsHost: true,
    page: `${ERROR_CODES_PAGE}#0xc004f041-the-software-protection-service-determined-that-the-key-management-server-kms-isnt-activated`,
  }),
  entry('0xC004F042', 'SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH', {
    procedures: ['assign-kms-host', 'configure-kms-host'],
    fixes: ['assign-kms-host', 'install-mak', 'activate-now'],
    verdict: 'kms-host-cannot-activate-this-product',
    fromKmsHost: true,
    page: `${ARTICLES}/activation-error-0xc004cf042-cant-use-specified-kms`,
  }),
  entry('0xC004F015', 'SL_E_PRODUCT_SKU_NOT_INSTALLED', {
    procedures: ['configure-kms-host'],
    fixes: ['assign-kms-host', 'install-mak', 'activate-now'],
    verdict: 'kms-host-cannot-activate-this-product',
    fromKmsHost: true,
    page: `${ARTICLES}/error-0xc004f015-activate-windows-10`,
  }),
  entry('0xC004F06B', 'SL_E_VL_KEY_MANAGEMENT_SERVICE_VM_NOT_SUPPORTED', {
    procedures: ['configure-kms-host'],
    fixes: ['assign-kms-host', 'install-mak', 'activate-now'],
    verdict: 'kms-host-cannot-activate-this-product',
    fromKmsHost: true,
  }),
  entry('0xC004F06C', 'SL_E_VL_INVALID_TIMESTAMP', {
    fixes: ['sync-clock', 'activate-now'],
    verdict: 'clock-skew',
    fromKmsHost: true,
    page: `${ARTICLES}/error-0xc004f06c-activate-windows`,
  }),
  entry('0xC004F035', 'SL_E_VL_NOT_WINDOWS_SLP', {
    procedures: ['change-to-mak'],
    fixes: ['install-mak', 'activate-by-phone'],
    about: 'key',
    page: `${ERROR_CODES_PAGE}#0xc004f035-invalid-volume-license-key`,
  }),
  entry('0xC004F056', 'SL_E_VL_MACHINE_NOT_BOUND', {
    procedures: ['find-routing-issue', 'check-dns-configuration'],
    fixes: ['activate-now', 'assign-kms-host'],
    vague: true,
  }),
  entry('0xC004F081', 'SL_E_VL_AD_AO_NOT_FOUND', {
    procedures: ['check-dns-configuration', 'find-routing-issue'],
    fixes: ['allow-kms-activation', 'activate-now'],
    page: `${ARTICLES}/troubleshoot-adba-clients-not-activate`,
  }),
  // Reported by Windows if it finds no domain controller, since Active Directory activation is tried before KMS.
  entry('0x8007054B', 'ERROR_NO_SUCH_DOMAIN', {
    procedures: ['check-dns-connectivity', 'check-dns-configuration'],
    fixes: ['allow-kms-activation', 'set-dns-servers', 'activate-now'],
    page: `${ARTICLES}/troubleshoot-adba-clients-not-activate`,
  }),
  entry('0xC004F083', 'SL_E_VL_AD_SCHEMA_VERSION_NOT_SUPPORTED', {
    procedures: ['change-to-mak'],
    fixes: ['activate-now'],
  }),
  entry('0xC0020017', 'RPC_NT_SERVER_UNAVAILABLE', {
    procedures: ['find-routing-issue', 'check-dns-configuration', 'assign-kms-host'],
    fixes: ['test-routing', 'assign-kms-host', 'restart-licensing-service', 'activate-now'],
    ...NOT_REACHED,
    page: `${ARTICLES}/activation-event-8198-error-0xc0020017-0x8007139f-kms-contact-failure`,
  }),
  entry('0x8007139F', 'ERROR_INVALID_STATE', {
    procedures: ['find-routing-issue', 'check-dns-configuration', 'assign-kms-host'],
    fixes: ['test-routing', 'assign-kms-host', 'restart-licensing-service', 'activate-now'],
    about: 'path',
    page: `${ARTICLES}/activation-event-8198-error-0xc0020017-0x8007139f-kms-contact-failure`,
  }),
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
