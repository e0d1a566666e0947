/**
 * Product keys, firmware licenses and confirmation IDs that Windows itself rejects.
 * Symbols: slerror.h, winerror.h and ntstatus.h of the Windows SDK; those of the store (LM_…): its documentation.
 */
import { CLIENT_KEY, NEW_KEY, article, entry, section } from './entry';

export const keyCodes = [
  entry('0xC004F050', {
    symbol: 'SL_E_INVALID_PRODUCT_KEY',
    ...NEW_KEY,
    verdict: 'product-key-rejected',
    page: section(
      '0xc004f050-the-software-protection-service-reported-that-the-product-key-is-invalid',
    ),
  }),
  entry('0xC004F051', {
    symbol: 'SL_E_BLOCKED_PRODUCT_KEY',
    ...NEW_KEY,
    verdict: 'product-key-rejected',
    page: section(
      '0xc004f051-the-software-protection-service-reported-that-the-product-key-is-blocked',
    ),
  }),
  entry('0xC004F069', {
    symbol: 'SL_E_MISMATCHED_PRODUCT_SKU',
    ...CLIENT_KEY,
    verdict: 'product-key-rejected',
  }),
  entry('0xC004F014', {
    symbol: 'SL_E_PKEY_NOT_INSTALLED',
    ...CLIENT_KEY,
    page: section(
      '0xc004f014-the-software-protection-service-reported-that-the-product-key-isnt-available',
    ),
  }),
  entry('0xC004F010', { symbol: 'SL_E_INVALID_PKEY', ...NEW_KEY }),
  entry('0xC004F004', { symbol: 'SL_E_MISMATCHED_PKEY_RANGE', ...NEW_KEY }),
  entry('0xC004F005', { symbol: 'SL_E_MISMATCHED_PID', ...NEW_KEY }),
  entry('0xC004E016', { symbol: 'SL_E_PKEY_INVALID_CONFIG', ...NEW_KEY }),
  entry('0xC004F033', { symbol: 'SL_E_PRODUCT_KEY_INSTALLATION_NOT_ALLOWED', ...CLIENT_KEY }),
  entry('0xC004F061', { symbol: 'SL_E_PKEY_INVALID_UPGRADE', ...NEW_KEY }),
  entry('0xC004F06A', {
    symbol: 'SL_E_OPERATION_NOT_ALLOWED',
    procedures: ['change-to-mak'],
    fixes: ['activate-now'],
  }),
  entry('0xC004F07D', { symbol: 'SL_E_INVALID_PRODUCT_KEY_TYPE', ...CLIENT_KEY }),
  entry('0xC004F210', { symbol: 'SL_E_EDITION_MISMATCHED', ...CLIENT_KEY }),
  entry('0xC004F211', {
    symbol: 'SL_E_HWID_CHANGED',
    procedures: ['change-to-mak'],
    fixes: ['return-to-kms', 'install-mak', 'activate-now'],
  }),
  entry('0xC004F212', { symbol: 'SL_E_OEM_KEY_EDITION_MISMATCH', ...CLIENT_KEY }),
  entry('0xC004F213', { symbol: 'SL_E_NO_PRODUCT_KEY_FOUND', ...CLIENT_KEY }),
  entry('0xC004F057', { symbol: 'SL_E_SLP_MISSING_ACPI_SLIC', ...CLIENT_KEY }),
  entry('0xC004F058', { symbol: 'SL_E_SLP_MISSING_SLP_MARKER', ...CLIENT_KEY }),
  entry('0xC004F059', { symbol: 'SL_E_SLP_BAD_FORMAT', ...CLIENT_KEY }),
  entry('0xC004F063', {
    symbol: 'SL_E_SLP_OEM_CERT_MISSING',
    ...CLIENT_KEY,
    page: article('0xc004f063-when-activating-oem-version'),
  }),
  entry('0x803F7001', { symbol: null, ...CLIENT_KEY }),
  // Windows requests a digital license from the Microsoft Store if no volume key is installed.
  entry('0x87E10BC6', { symbol: 'LM_E_CONTENT_NOT_IN_CATALOG', ...CLIENT_KEY, about: 'key' }),
  entry('0xC0EA000A', {
    symbol: 'STATUS_CLIP_LICENSE_DEVICE_ID_MISMATCH',
    ...CLIENT_KEY,
    about: 'key',
  }),
  entry('0x80070490', {
    symbol: 'ERROR_NOT_FOUND',
    procedures: ['change-to-mak'],
    fixes: ['install-mak'],
    about: 'key',
    page: section('0x80070490-the-product-key-didnt-work'),
  }),
  entry('0x8004E026', { symbol: 'SL_E_INVALID_USE_OF_ADD_ON_PKEY', fixes: ['activate-now'] }),
  entry('0xC004F02C', {
    symbol: 'SL_E_CIDIID_INVALID_DATA',
    procedures: ['change-to-mak'],
    fixes: ['activate-by-phone'],
    page: section('0xc004f02c-the-format-for-the-offline-activation-data-is-incorrect'),
  }),
  entry('0xC004F02F', {
    symbol: 'SL_E_CIDIID_INVALID_DATA_LENGTH',
    procedures: ['change-to-mak'],
    fixes: ['activate-by-phone'],
  }),
  entry('0xC004F031', {
    symbol: 'SL_E_CIDIID_MISMATCHED',
    procedures: ['change-to-mak'],
    fixes: ['activate-by-phone'],
  }),
  entry('0xC004F07E', {
    symbol: 'SL_E_CIDIID_MISMATCHED_PKEY',
    procedures: ['change-to-mak'],
    fixes: ['activate-by-phone'],
  }),
  entry('0xC004F07F', {
    symbol: 'SL_E_CIDIID_NOT_BOUND',
    procedures: ['change-to-mak'],
    fixes: ['activate-by-phone'],
  }),
  entry('0xC004F04D', {
    symbol: 'SL_E_CIDIID_INVALID_CHECK_DIGITS',
    procedures: ['change-to-mak'],
    fixes: ['activate-by-phone'],
  }),
];
