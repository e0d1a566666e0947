/** Microsoft's pages about error codes. */
import type en from '../locales/en.json';

/** A code that the table explains, as `0x` and eight uppercase hex digits. */
export type ErrorHex = Extract<keyof (typeof en)['errors'], `0x${string}`>;

const SITE = 'https://learn.microsoft.com';
const ARTICLES = `${SITE}/troubleshoot/windows-server/licensing-and-activation`;

/** Microsoft's page about activation error codes. Many have a section. */
export const ERROR_CODES_PAGE = `${ARTICLES}/troubleshoot-activation-error-codes`;

const SYSTEM_CODES = '/windows/win32/debug/system-error-codes--9000-11999-';

/**
 * Links to the section or the article about a code, relative to {@link ERROR_CODES_PAGE}: one that starts with
 * neither `#` nor `/` is an article in the same folder.
 */
const LINKS: Readonly<Partial<Record<ErrorHex, string>>> = {
  '0xC004F074': 'error-0xc004f074-activate-windows',
  '0xC004F038': 'activation-error-0xc004cf038-insufficient-kms-host-pool-count',
  '0xC004F039': '#0xc004f039-the-key-management-service-kms-isnt-enabled',
  '0xC004F041':
    '#0xc004f041-the-software-protection-service-determined-that-the-key-management-server-kms-isnt-activated',
  '0xC004F042': 'activation-error-0xc004cf042-cant-use-specified-kms',
  '0xC004F015': 'error-0xc004f015-activate-windows-10',
  '0xC004F06C': 'error-0xc004f06c-activate-windows',
  '0xC004F035': '#0xc004f035-invalid-volume-license-key',
  '0xC004F081': 'troubleshoot-adba-clients-not-activate',
  '0x8007054B': 'troubleshoot-adba-clients-not-activate',
  '0xC0020017': 'activation-event-8198-error-0xc0020017-0x8007139f-kms-contact-failure',
  '0x8007139F': 'activation-event-8198-error-0xc0020017-0x8007139f-kms-contact-failure',
  '0x8007232B': 'activation-error-0x8007232b-dns-name-does-not-exist',
  '0x8007232A': 'activation-error-0x8007232a-dns-server-failure',
  '0x8007251D': '#0x8007251d-no-records-found-for-dns-query',
  '0x8007007B': '#0x8007007b-dns-name-doesnt-exist',
  '0x80092328': '#0x80092328-dns-name-doesnt-exist',
  '0x8007267C': 'windows-activation-fails-with-error-0x8007267',
  '0x80072338': 'event-12293-error-0x800723-set-kms-host',
  '0x8007232C': SYSTEM_CODES,
  '0x80072330': SYSTEM_CODES,
  '0x80072331': SYSTEM_CODES,
  '0x80072332': SYSTEM_CODES,
  '0x80072AFA': SYSTEM_CODES,
  '0x80072AFC': SYSTEM_CODES,
  '0x800706BA': '#0x800706ba-the-rpc-server-is-unavailable',
  '0x80072746': '/windows/win32/winsock/windows-sockets-error-codes-2',
  // The section of another code covers this one too.
  '0x80072EE2': '#0xc004f035-invalid-volume-license-key',
  '0xC004F050':
    '#0xc004f050-the-software-protection-service-reported-that-the-product-key-is-invalid',
  '0xC004F051':
    '#0xc004f051-the-software-protection-service-reported-that-the-product-key-is-blocked',
  '0xC004F014':
    '#0xc004f014-the-software-protection-service-reported-that-the-product-key-isnt-available',
  '0xC004F063': '0xc004f063-when-activating-oem-version',
  '0x80070490': '#0x80070490-the-product-key-didnt-work',
  '0xC004F02C': '#0xc004f02c-the-format-for-the-offline-activation-data-is-incorrect',
  '0xC004C003': 'activation-error-0xc004c003-product-key-blocked',
  '0xC004C001': '#0xc004c001-the-activation-server-determined-the-specified-product-key-is-invalid',
  '0xC004C008': 'activation-error-0xc004c008-product-key-not-used',
  '0xC004C020':
    '#0xc004c020-the-activation-server-reported-that-the-multiple-activation-key-has-exceeded-its-limit',
  '0xC004C021': '#0xc004c021-multiple-activation-key-extension-limit-exceeded',
  '0xC004B100':
    '#0xc004b100-the-activation-server-determined-that-the-computer-couldnt-be-activated',
  '0xC004F009':
    '#0xc004f009-the-software-protection-service-reported-that-the-grace-period-expired',
  '0xC004F00F': '#0xc004f00f-hardware-id-binding-is-beyond-level-of-tolerance',
  '0xC004F064':
    '#0xc004f064-the-software-protection-service-reported-that-the-non-genuine-grace-period-expired',
  '0xC004F065': '#0xc004f065-the-application-is-running-within-the-valid-non-genuine-period',
  '0x8004FE21': '#0x8004fe21-this-computer-isnt-running-genuine-windows',
  '0xC004E002': 'error-0xc004e002-during-activation',
  '0xC004E003': 'rebuild-tokens-dotdat-file',
  '0xC004E015': 'error-0xc004e015-sl-e-eul-consumption-failed-activate-windows',
  '0x8004E108': 'rebuild-tokens-dotdat-file',
  '0xC004D301': 'rebuild-tokens-dotdat-file',
  '0x80070005': 'error-0x80070005-access-denied',
  // The section of another code covers this one too.
  '0xC004F025': '#0x80070005-access-denied',
  '0x8007000D': '0x8007000d-activate-machine',
  '0x800A000D': '/windows-server/get-started/activation-slmgr-vbs-options',
};

/** Returns the page about a code, or the one about all codes if it has none. */
export function pageAbout(hex: ErrorHex): string {
  const link = LINKS[hex] ?? '';
  if (link.startsWith('/')) return `${SITE}${link}`;
  return link === '' || link.startsWith('#') ? `${ERROR_CODES_PAGE}${link}` : `${ARTICLES}/${link}`;
}
