/**
 * Responses of Microsoft's activation service, which is contacted for MAK, retail and KMS host keys, but never by KMS
 * clients.
 * Symbols: slerror.h of the Windows SDK.
 */
import { entry } from './entry';
import {
  FOREIGN_KEY,
  NEW_KEY,
  NO_INTERNET,
  REJECTED_KEY,
  TRY_AGAIN,
  WRONG_CLOCK,
} from './remedies';

export const activationServerCodes = [
  entry('0xC004C003', 'SL_E_CHPA_PRODUCT_KEY_BLOCKED', REJECTED_KEY),
  entry('0xC004C001', 'SL_E_CHPA_PRODUCT_KEY_OUT_OF_RANGE', REJECTED_KEY),
  entry('0xC004C004', 'SL_E_CHPA_INVALID_PRODUCT_KEY', NEW_KEY),
  entry('0xC004C007', 'SL_E_CHPA_UNSUPPORTED_PRODUCT_KEY', NEW_KEY),
  entry('0xC004C008', 'SL_E_CHPA_MAXIMUM_UNLOCK_EXCEEDED', {
    procedures: ['configure-kms-host', 'change-to-mak'],
    fixes: ['install-kms-host-key', 'activate-by-phone', 'install-mak', 'return-to-kms'],
    verdict: 'product-key-rejected',
  }),
  entry('0xC004C00D', 'SL_E_CHPA_INVALID_ACTCONFIG_ID', NEW_KEY),
  entry('0xC004C00E', 'SL_E_CHPA_INVALID_PRODUCT_KEY_LENGTH', NEW_KEY),
  entry('0xC004C00F', 'SL_E_CHPA_INVALID_PRODUCT_KEY_FORMAT', NEW_KEY),
  entry('0xC004C010', 'SL_E_CHPA_INVALID_PRODUCT_KEY_CHAR', NEW_KEY),
  entry('0xC004C012', 'SL_E_CHPA_NETWORK_ERROR', TRY_AGAIN),
  entry('0xC004C013', 'SL_E_CHPA_DATABASE_ERROR', TRY_AGAIN),
  entry('0xC004C014', 'SL_E_CHPA_INVALID_ARGUMENT', TRY_AGAIN),
  entry('0xC004C015', 'SL_E_CHPA_RESPONSE_NOT_AVAILABLE', TRY_AGAIN),
  entry('0xC004C017', 'SL_E_CHPA_PRODUCT_KEY_BLOCKED_IPLOCATION', NEW_KEY),
  entry('0xC004C020', 'SL_E_CHPA_DMAK_LIMIT_EXCEEDED', REJECTED_KEY),
  entry('0xC004C021', 'SL_E_CHPA_DMAK_EXTENSION_LIMIT_EXCEEDED', REJECTED_KEY),
  entry('0xC004C050', 'SL_E_CHPA_GENERAL_ERROR', TRY_AGAIN),
  entry('0xC004C060', 'SL_E_CHPA_DYNAMICALLY_BLOCKED_PRODUCT_KEY', REJECTED_KEY),
  entry('0xC004C4A2', 'SL_E_VALIDATION_BLOCKED_PRODUCT_KEY', NEW_KEY),
  entry('0xC004C4A4', 'SL_E_MISMATCHED_KEY_TYPES', NEW_KEY),
  entry('0xC004C4A5', 'SL_E_VALIDATION_INVALID_PRODUCT_KEY', NEW_KEY),
  entry('0xC004C770', 'SL_E_CHPA_PRODUCT_KEY_BEING_USED', NEW_KEY),
  entry('0xC004B001', 'SL_E_SRV_INVALID_PUBLISH_LICENSE', {
    procedures: ['change-to-mak'],
    fixes: ['activate-now'],
  }),
  entry('0xC004B002', 'SL_E_SRV_INVALID_PRODUCT_KEY_LICENSE', { ...NEW_KEY, about: 'key' }),
  entry('0xC004B007', 'SL_E_SRV_SERVER_PONG', {
    procedures: ['check-dns-connectivity', 'change-to-mak'],
    fixes: ['activate-now', 'activate-by-phone'],
  }),
  entry('0xC004B011', 'SL_E_SRV_CLIENT_CLOCK_OUT_OF_SYNC', WRONG_CLOCK),
  entry('0xC004B100', 'SL_E_SRV_GENERAL_ERROR', REJECTED_KEY),
  entry('0xC004FC03', 'E_RM_UNKNOWN_ERROR', NO_INTERNET),
  entry('0x803FA065', 'SL_REMAPPING_MDOLLAR_PRODUCT_KEY_OUT_OF_RANGE', FOREIGN_KEY),
  entry('0x803FA066', 'SL_REMAPPING_MDOLLAR_INVALID_BINDING', FOREIGN_KEY),
  entry('0x803FA067', 'SL_REMAPPING_MDOLLAR_PRODUCT_KEY_BLOCKED', FOREIGN_KEY),
  entry('0x803FA071', 'SL_REMAPPING_MDOLLAR_MAXIMUM_UNLOCK_EXCEEDED', FOREIGN_KEY),
  entry('0x8004FE33', null, {
    procedures: ['change-to-mak'],
    fixes: ['activate-now', 'activate-by-phone', 'return-to-kms'],
  }),
  entry('0x80070190', null, {
    procedures: ['change-to-mak'],
    fixes: ['sync-clock', 'activate-now', 'return-to-kms'],
  }),
  // The same error as an NTSTATUS and as the HRESULT derived from it.
  entry('0xC0000272', 'STATUS_NO_MATCH', TRY_AGAIN),
  entry('0xD0000272', null, TRY_AGAIN),
];
