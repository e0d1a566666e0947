/**
 * License states, and license store errors on this PC.
 * Symbols: slerror.h of the Windows SDK.
 */
import { entry } from './entry';
import { ACTIVATE, CLIENT_KEY, RESTART_SERVICE, WRONG_CLOCK } from './remedies';

export const licenseCodes = [
  entry('0x00000000', 'S_OK', ACTIVATE),
  entry('0xC004F009', 'SL_E_GRACE_TIME_EXPIRED', {
    procedures: ['find-routing-issue'],
    fixes: ['activate-now', 'install-mak'],
    vague: true,
  }),
  entry('0x4004F00C', 'SL_I_OOB_GRACE_PERIOD', ACTIVATE),
  entry('0x4004F00D', 'SL_I_OOT_GRACE_PERIOD', ACTIVATE),
  entry('0xC004F00F', 'SL_E_OUT_OF_TOLERANCE', {
    procedures: ['find-routing-issue'],
    fixes: ['activate-now', 'activate-by-phone'],
    settledByGoodPath: true,
  }),
  entry('0xC004F034', 'SL_E_EUL_NOT_AVAILABLE', {
    procedures: ['find-routing-issue'],
    fixes: ['activate-now', 'return-to-kms'],
    vague: true,
  }),
  entry('0xC004F064', 'SL_E_NONGENUINE_GRACE_TIME_EXPIRED', CLIENT_KEY),
  entry('0x4004F065', 'SL_I_NONGENUINE_GRACE_PERIOD', CLIENT_KEY),
  // Microsoft's page lists the message of 0x4004F065 with the failure bits set.
  entry('0xC004F065', 'SL_I_NONGENUINE_GRACE_PERIOD', CLIENT_KEY),
  entry('0xC004F200', 'SL_E_NOT_GENUINE', {
    procedures: ['change-to-mak'],
    fixes: ['activate-now', 'return-to-kms', 'install-mak'],
    vague: true,
  }),
  entry('0x8004FE21', null),
  entry('0xC004E002', 'SL_E_TOKEN_STORE_INVALID_STATE', ACTIVATE),
  entry('0xC004E003', 'SL_E_EVALUATION_FAILED', ACTIVATE),
  entry('0xC004E015', 'SL_E_EUL_CONSUMPTION_FAILED', { fixes: ['return-to-kms', 'activate-now'] }),
  entry('0x8004E108', 'SL_E_SFS_INVALID_TOKEN_DATA_HASH', {
    fixes: ['return-to-kms', 'activate-now'],
  }),
  entry('0xC004E028', 'SL_E_ACTIVATION_IN_PROGRESS', ACTIVATE),
  entry('0xC004D302', 'SL_REMAPPING_SP_PUB_TS_REARMED', ACTIVATE),
  entry('0xC004D301', 'SL_REMAPPING_SP_PUB_TS_TAMPERED', ACTIVATE),
  entry('0xC004D401', 'SL_REMAPPING_SP_PUB_TAMPER_MODULE_AUTHENTICATION', ACTIVATE),
  entry('0xC004FE00', 'SL_E_TAMPER_RECOVERY_REQUIRES_ACTIVATION', ACTIVATE),
  entry('0xC004D307', 'SL_REMAPPING_SP_PUB_TS_MAX_REARM_REACHED', ACTIVATE),
  entry('0xC004F001', 'SL_E_INTERNAL_ERROR', RESTART_SERVICE),
  entry('0xC004F011', 'SL_E_LICENSE_FILE_NOT_INSTALLED', ACTIVATE),
  entry('0xC004F012', 'SL_E_VALUE_NOT_FOUND', RESTART_SERVICE),
  entry('0xC004F013', 'SL_E_RIGHT_NOT_GRANTED', ACTIVATE),
  entry('0xC004F016', 'SL_E_NOT_SUPPORTED'),
  entry('0xC004F017', 'SL_E_PUBLISHING_LICENSE_NOT_INSTALLED', { fixes: ['return-to-kms'] }),
  entry('0xC004F021', 'SL_E_VALIDITY_TIME_EXPIRED', WRONG_CLOCK),
  entry('0xC004F022', 'SL_E_LICENSE_AUTHORIZATION_FAILED', ACTIVATE),
  entry('0xC004F055', 'SL_E_BASE_SKU_NOT_AVAILABLE', ACTIVATE),
  entry('0x4004FC04', 'SL_I_TIMEBASED_VALIDITY_PERIOD'),
  entry('0x4004FC05', 'SL_I_PERPETUAL_OOB_GRACE_PERIOD'),
  entry('0xC004FC07', 'SL_E_VALIDITY_PERIOD_EXPIRED', {
    ...WRONG_CLOCK,
    procedures: ['change-to-mak'],
  }),
  entry('0xC004F029', 'SL_E_INVALID_RUNNING_MODE', ACTIVATE),
  entry('0xC004F075', 'SL_E_SERVICE_STOPPING', RESTART_SERVICE),
  entry('0x4004F040', 'SL_E_VL_INFO_PRODUCT_USER_RIGHT'),
  entry('0x4004F401', 'SL_I_STORE_BASED_ACTIVATION'),
];
