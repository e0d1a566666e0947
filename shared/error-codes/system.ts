/**
 * Problems of Windows itself: permissions, services, WMI, files.
 * Symbols: winerror.h, ntstatus.h and wbemcli.h.
 */
import { entry } from './entry';
import { ACTIVATE, RESTART_SERVICE } from './remedies';

export const systemCodes = [
  entry('0x80070005', 'E_ACCESSDENIED', { ...ACTIVATE, verdict: 'access-denied' }),
  entry('0xC004F025', 'SL_E_LUA_ACCESSDENIED', {
    procedures: ['change-to-mak'],
    fixes: ['activate-now', 'return-to-kms'],
    verdict: 'access-denied',
  }),
  entry('0x80070422', 'ERROR_SERVICE_DISABLED', { fixes: ['restart-licensing-service'] }),
  entry('0x8007041D', 'ERROR_SERVICE_REQUEST_TIMEOUT', RESTART_SERVICE),
  entry('0x80070424', 'ERROR_SERVICE_DOES_NOT_EXIST'),
  entry('0x80070426', 'ERROR_SERVICE_NOT_ACTIVE', RESTART_SERVICE),
  entry('0xC0020036', 'EPT_NT_NOT_REGISTERED', RESTART_SERVICE),
  entry('0x80080005', 'CO_E_SERVER_EXEC_FAILURE', RESTART_SERVICE),
  entry('0x80070241', 'ERROR_INVALID_IMAGE_HASH', ACTIVATE),
  entry('0x80070057', 'E_INVALIDARG'),
  entry('0x8007000D', 'ERROR_INVALID_DATA', {
    procedures: ['assign-kms-host'],
    fixes: ['return-to-auto-discovery', 'assign-kms-host'],
  }),
  entry('0x80070002', 'ERROR_FILE_NOT_FOUND'),
  entry('0x80004005', 'E_FAIL', { ...RESTART_SERVICE, vague: true }),
  entry('0x80041001', 'WBEM_E_FAILED'),
  entry('0x80041002', 'WBEM_E_NOT_FOUND'),
  entry('0x80041003', 'WBEM_E_ACCESS_DENIED'),
  entry('0x8004100E', 'WBEM_E_INVALID_NAMESPACE'),
  entry('0x80041010', 'WBEM_E_INVALID_CLASS'),
  entry('0x80041013', 'WBEM_E_PROVIDER_LOAD_FAILURE'),
  entry('0x80041017', 'WBEM_E_INVALID_QUERY'),
  entry('0x80041023', 'WBEM_E_READ_ONLY'),
  entry('0x80090011', 'NTE_NOT_FOUND'),
  entry('0x800A000D', null, { procedures: ['assign-kms-host'], fixes: ['assign-kms-host'] }),
  entry('0xC0000022', 'STATUS_ACCESS_DENIED'),
];
