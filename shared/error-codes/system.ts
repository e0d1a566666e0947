/**
 * Problems of Windows itself: permissions, services, WMI, files.
 * Symbols: winerror.h, ntstatus.h and wbemcli.h.
 */
import { SLMGR_PAGE, article, entry, section } from './entry';

export const systemCodes = [
  entry('0x80070005', {
    symbol: 'E_ACCESSDENIED',
    fixes: ['activate-now'],
    verdict: 'access-denied',
    page: article('error-0x80070005-access-denied'),
  }),
  entry('0xC004F025', {
    symbol: 'SL_E_LUA_ACCESSDENIED',
    procedures: ['change-to-mak'],
    fixes: ['activate-now', 'return-to-kms'],
    verdict: 'access-denied',
    page: section('0x80070005-access-denied'),
  }),
  entry('0x80070422', { symbol: 'ERROR_SERVICE_DISABLED', fixes: ['restart-licensing-service'] }),
  entry('0x8007041D', {
    symbol: 'ERROR_SERVICE_REQUEST_TIMEOUT',
    fixes: ['restart-licensing-service', 'activate-now'],
  }),
  entry('0x80070424', { symbol: 'ERROR_SERVICE_DOES_NOT_EXIST' }),
  entry('0x80070426', {
    symbol: 'ERROR_SERVICE_NOT_ACTIVE',
    fixes: ['restart-licensing-service', 'activate-now'],
  }),
  entry('0xC0020036', {
    symbol: 'EPT_NT_NOT_REGISTERED',
    fixes: ['restart-licensing-service', 'activate-now'],
  }),
  entry('0x80080005', {
    symbol: 'CO_E_SERVER_EXEC_FAILURE',
    fixes: ['restart-licensing-service', 'activate-now'],
  }),
  entry('0x80070241', { symbol: 'ERROR_INVALID_IMAGE_HASH', fixes: ['activate-now'] }),
  entry('0x80070057', { symbol: 'E_INVALIDARG' }),
  entry('0x8007000D', {
    symbol: 'ERROR_INVALID_DATA',
    procedures: ['assign-kms-host'],
    fixes: ['return-to-auto-discovery', 'assign-kms-host'],
    page: article('0x8007000d-activate-machine'),
  }),
  entry('0x80070002', { symbol: 'ERROR_FILE_NOT_FOUND' }),
  entry('0x80004005', {
    symbol: 'E_FAIL',
    fixes: ['restart-licensing-service', 'activate-now'],
    vague: true,
  }),
  entry('0x80041001', { symbol: 'WBEM_E_FAILED' }),
  entry('0x80041002', { symbol: 'WBEM_E_NOT_FOUND' }),
  entry('0x80041003', { symbol: 'WBEM_E_ACCESS_DENIED' }),
  entry('0x8004100E', { symbol: 'WBEM_E_INVALID_NAMESPACE' }),
  entry('0x80041010', { symbol: 'WBEM_E_INVALID_CLASS' }),
  entry('0x80041013', { symbol: 'WBEM_E_PROVIDER_LOAD_FAILURE' }),
  entry('0x80041017', { symbol: 'WBEM_E_INVALID_QUERY' }),
  entry('0x80041023', { symbol: 'WBEM_E_READ_ONLY' }),
  entry('0x80090011', { symbol: 'NTE_NOT_FOUND' }),
  entry('0x800A000D', {
    symbol: null,
    procedures: ['assign-kms-host'],
    fixes: ['assign-kms-host'],
    page: SLMGR_PAGE,
  }),
  entry('0xC0000022', { symbol: 'STATUS_ACCESS_DENIED' }),
];
