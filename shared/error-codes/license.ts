/**
 * License states, and license store errors on this PC.
 * Symbols: slerror.h of the Windows SDK.
 */
import { CLIENT_KEY, article, entry, section } from './entry';

export const licenseCodes = [
  entry('0x00000000', { symbol: 'S_OK', fixes: ['activate-now'] }),
  entry('0xC004F009', {
    symbol: 'SL_E_GRACE_TIME_EXPIRED',
    procedures: ['find-routing-issue'],
    fixes: ['activate-now', 'install-mak'],
    vague: true,
    page: section(
      '0xc004f009-the-software-protection-service-reported-that-the-grace-period-expired',
    ),
  }),
  entry('0x4004F00C', { symbol: 'SL_I_OOB_GRACE_PERIOD', fixes: ['activate-now'] }),
  entry('0x4004F00D', { symbol: 'SL_I_OOT_GRACE_PERIOD', fixes: ['activate-now'] }),
  entry('0xC004F00F', {
    symbol: 'SL_E_OUT_OF_TOLERANCE',
    procedures: ['find-routing-issue'],
    fixes: ['activate-now', 'activate-by-phone'],
    settledByGoodPath: true,
    page: section('0xc004f00f-hardware-id-binding-is-beyond-level-of-tolerance'),
  }),
  entry('0xC004F034', {
    symbol: 'SL_E_EUL_NOT_AVAILABLE',
    procedures: ['find-routing-issue'],
    fixes: ['activate-now', 'return-to-kms'],
    vague: true,
  }),
  entry('0xC004F064', {
    symbol: 'SL_E_NONGENUINE_GRACE_TIME_EXPIRED',
    ...CLIENT_KEY,
    page: section(
      '0xc004f064-the-software-protection-service-reported-that-the-non-genuine-grace-period-expired',
    ),
  }),
  entry('0x4004F065', { symbol: 'SL_I_NONGENUINE_GRACE_PERIOD', ...CLIENT_KEY }),
  // Microsoft's page lists the message of 0x4004F065 with the failure bits set.
  entry('0xC004F065', {
    symbol: 'SL_I_NONGENUINE_GRACE_PERIOD',
    ...CLIENT_KEY,
    page: section('0xc004f065-the-application-is-running-within-the-valid-non-genuine-period'),
  }),
  entry('0xC004F200', {
    symbol: 'SL_E_NOT_GENUINE',
    procedures: ['change-to-mak'],
    fixes: ['activate-now', 'return-to-kms', 'install-mak'],
    vague: true,
  }),
  entry('0x8004FE21', {
    symbol: null,
    page: section('0x8004fe21-this-computer-isnt-running-genuine-windows'),
  }),
  entry('0xC004E002', {
    symbol: 'SL_E_TOKEN_STORE_INVALID_STATE',
    fixes: ['activate-now'],
    page: article('error-0xc004e002-during-activation'),
  }),
  entry('0xC004E003', {
    symbol: 'SL_E_EVALUATION_FAILED',
    fixes: ['activate-now'],
    page: article('rebuild-tokens-dotdat-file'),
  }),
  entry('0xC004E015', {
    symbol: 'SL_E_EUL_CONSUMPTION_FAILED',
    fixes: ['return-to-kms', 'activate-now'],
    page: article('error-0xc004e015-sl-e-eul-consumption-failed-activate-windows'),
  }),
  entry('0x8004E108', {
    symbol: 'SL_E_SFS_INVALID_TOKEN_DATA_HASH',
    fixes: ['return-to-kms', 'activate-now'],
    page: article('rebuild-tokens-dotdat-file'),
  }),
  entry('0xC004E028', { symbol: 'SL_E_ACTIVATION_IN_PROGRESS', fixes: ['activate-now'] }),
  entry('0xC004D302', { symbol: 'SL_REMAPPING_SP_PUB_TS_REARMED', fixes: ['activate-now'] }),
  entry('0xC004D301', {
    symbol: 'SL_REMAPPING_SP_PUB_TS_TAMPERED',
    fixes: ['activate-now'],
    page: article('rebuild-tokens-dotdat-file'),
  }),
  entry('0xC004D401', {
    symbol: 'SL_REMAPPING_SP_PUB_TAMPER_MODULE_AUTHENTICATION',
    fixes: ['activate-now'],
  }),
  entry('0xC004FE00', {
    symbol: 'SL_E_TAMPER_RECOVERY_REQUIRES_ACTIVATION',
    fixes: ['activate-now'],
  }),
  entry('0xC004D307', {
    symbol: 'SL_REMAPPING_SP_PUB_TS_MAX_REARM_REACHED',
    fixes: ['activate-now'],
  }),
  entry('0xC004F001', {
    symbol: 'SL_E_INTERNAL_ERROR',
    fixes: ['restart-licensing-service', 'activate-now'],
  }),
  entry('0xC004F011', { symbol: 'SL_E_LICENSE_FILE_NOT_INSTALLED', fixes: ['activate-now'] }),
  entry('0xC004F012', {
    symbol: 'SL_E_VALUE_NOT_FOUND',
    fixes: ['restart-licensing-service', 'activate-now'],
  }),
  entry('0xC004F013', { symbol: 'SL_E_RIGHT_NOT_GRANTED', fixes: ['activate-now'] }),
  entry('0xC004F016', { symbol: 'SL_E_NOT_SUPPORTED' }),
  entry('0xC004F017', {
    symbol: 'SL_E_PUBLISHING_LICENSE_NOT_INSTALLED',
    fixes: ['return-to-kms'],
  }),
  entry('0xC004F021', {
    symbol: 'SL_E_VALIDITY_TIME_EXPIRED',
    fixes: ['sync-clock', 'activate-now'],
  }),
  entry('0xC004F022', { symbol: 'SL_E_LICENSE_AUTHORIZATION_FAILED', fixes: ['activate-now'] }),
  entry('0xC004F055', { symbol: 'SL_E_BASE_SKU_NOT_AVAILABLE', fixes: ['activate-now'] }),
  entry('0x4004FC04', { symbol: 'SL_I_TIMEBASED_VALIDITY_PERIOD' }),
  entry('0x4004FC05', { symbol: 'SL_I_PERPETUAL_OOB_GRACE_PERIOD' }),
  entry('0xC004FC07', {
    symbol: 'SL_E_VALIDITY_PERIOD_EXPIRED',
    procedures: ['change-to-mak'],
    fixes: ['sync-clock', 'activate-now'],
  }),
  entry('0xC004F029', { symbol: 'SL_E_INVALID_RUNNING_MODE', fixes: ['activate-now'] }),
  entry('0xC004F075', {
    symbol: 'SL_E_SERVICE_STOPPING',
    fixes: ['restart-licensing-service', 'activate-now'],
  }),
  entry('0x4004F040', { symbol: 'SL_E_VL_INFO_PRODUCT_USER_RIGHT' }),
  entry('0x4004F401', { symbol: 'SL_I_STORE_BASED_ACTIVATION' }),
];
