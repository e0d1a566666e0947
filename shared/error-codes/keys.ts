/**
 * Product keys, firmware licenses and confirmation IDs that Windows itself rejects.
 * Symbols: slerror.h, winerror.h and ntstatus.h of the Windows SDK; those of the store (LM_…): its documentation.
 */
import { entry } from './entry';
import { ACTIVATE, BY_PHONE, CLIENT_KEY, FOREIGN_KEY, NEW_KEY, REJECTED_KEY } from './remedies';

export const keyCodes = [
  entry('0xC004F050', 'SL_E_INVALID_PRODUCT_KEY', REJECTED_KEY),
  entry('0xC004F051', 'SL_E_BLOCKED_PRODUCT_KEY', REJECTED_KEY),
  entry('0xC004F069', 'SL_E_MISMATCHED_PRODUCT_SKU', {
    ...CLIENT_KEY,
    verdict: 'product-key-rejected',
  }),
  entry('0xC004F014', 'SL_E_PKEY_NOT_INSTALLED', CLIENT_KEY),
  entry('0xC004F010', 'SL_E_INVALID_PKEY', NEW_KEY),
  entry('0xC004F004', 'SL_E_MISMATCHED_PKEY_RANGE', NEW_KEY),
  entry('0xC004F005', 'SL_E_MISMATCHED_PID', NEW_KEY),
  entry('0xC004E016', 'SL_E_PKEY_INVALID_CONFIG', NEW_KEY),
  entry('0xC004F033', 'SL_E_PRODUCT_KEY_INSTALLATION_NOT_ALLOWED', CLIENT_KEY),
  entry('0xC004F061', 'SL_E_PKEY_INVALID_UPGRADE', NEW_KEY),
  entry('0xC004F06A', 'SL_E_OPERATION_NOT_ALLOWED', {
    procedures: ['change-to-mak'],
    fixes: ['activate-now'],
  }),
  entry('0xC004F07D', 'SL_E_INVALID_PRODUCT_KEY_TYPE', CLIENT_KEY),
  entry('0xC004F210', 'SL_E_EDITION_MISMATCHED', CLIENT_KEY),
  entry('0xC004F211', 'SL_E_HWID_CHANGED', {
    procedures: ['change-to-mak'],
    fixes: ['return-to-kms', 'install-mak', 'activate-now'],
  }),
  entry('0xC004F212', 'SL_E_OEM_KEY_EDITION_MISMATCH', CLIENT_KEY),
  entry('0xC004F213', 'SL_E_NO_PRODUCT_KEY_FOUND', CLIENT_KEY),
  entry('0xC004F057', 'SL_E_SLP_MISSING_ACPI_SLIC', CLIENT_KEY),
  entry('0xC004F058', 'SL_E_SLP_MISSING_SLP_MARKER', CLIENT_KEY),
  entry('0xC004F059', 'SL_E_SLP_BAD_FORMAT', CLIENT_KEY),
  entry('0xC004F063', 'SL_E_SLP_OEM_CERT_MISSING', CLIENT_KEY),
  entry('0x803F7001', null, CLIENT_KEY),
  // Windows requests a digital license from the Microsoft Store if no volume key is installed.
  entry('0x87E10BC6', 'LM_E_CONTENT_NOT_IN_CATALOG', FOREIGN_KEY),
  entry('0xC0EA000A', 'STATUS_CLIP_LICENSE_DEVICE_ID_MISMATCH', FOREIGN_KEY),
  entry('0x80070490', 'ERROR_NOT_FOUND', {
    procedures: ['change-to-mak'],
    fixes: ['install-mak'],
    about: 'key',
  }),
  entry('0x8004E026', 'SL_E_INVALID_USE_OF_ADD_ON_PKEY', ACTIVATE),
  entry('0xC004F02C', 'SL_E_CIDIID_INVALID_DATA', BY_PHONE),
  entry('0xC004F02F', 'SL_E_CIDIID_INVALID_DATA_LENGTH', BY_PHONE),
  entry('0xC004F031', 'SL_E_CIDIID_MISMATCHED', BY_PHONE),
  entry('0xC004F07E', 'SL_E_CIDIID_MISMATCHED_PKEY', BY_PHONE),
  entry('0xC004F07F', 'SL_E_CIDIID_NOT_BOUND', BY_PHONE),
  entry('0xC004F04D', 'SL_E_CIDIID_INVALID_CHECK_DIGITS', BY_PHONE),
];
