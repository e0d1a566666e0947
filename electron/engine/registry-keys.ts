/** The registry values that this program knows: nothing else crosses the port to a computer. */
import { APPLICATION_IDS, type Application } from '@shared/kms';

/** A registry value; REG_QWORD and binary values are not among those this product reads. */
export type RegistryValue =
  | { readonly type: 'REG_DWORD'; readonly value: number }
  | { readonly type: 'REG_SZ' | 'REG_EXPAND_SZ'; readonly value: string }
  | { readonly type: 'REG_MULTI_SZ'; readonly value: readonly string[] };

/** Where volume activation keeps its settings (docs/windows-facts.md#registry). */
export const SPP_KEY =
  'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
/** Where Windows Vista and Server 2008 kept them; later versions ignore it. */
export const LEGACY_SL_KEY = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL';

/** A key below {@link SPP_KEY} with the settings of one application, or of one of its products. */
export type SppSubkey = `${typeof SPP_KEY}\\${(typeof APPLICATION_IDS)[Application]}${string}`;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The key with the settings of an application, or of one of its products.
 *
 * @param productId `ID` of its row in SoftwareLicensingProduct
 * @returns null where that is no GUID
 */
export function sppSubkey(application: Application, productId?: string): SppSubkey | null {
  const key = `${SPP_KEY}\\${APPLICATION_IDS[application]}` as const;
  if (productId === undefined) return key;
  const id = productId.toLowerCase();
  return GUID.test(id) ? `${key}\\${id}` : null;
}

/** Whether a text is the name of a key that may be read or written, as {@link sppSubkey} spells it. */
export function isRegistryKey(text: string): text is RegistryLocation['key'] {
  if (text === SPP_KEY || text === LEGACY_SL_KEY) return true;
  return (['windows', 'office'] as const).some((application) => {
    const key = sppSubkey(application);
    return text === key || text === sppSubkey(application, text.slice(`${key}\\`.length));
  });
}

/** The registry values that may be read or written: nothing else crosses the port. */
export type RegistryValueName =
  | 'DisableDnsPublishing'
  | 'DnsDomainPublishList'
  | 'KeyManagementServiceName'
  | 'KeyManagementServicePort'
  | 'KeyManagementServiceLookupDomain'
  | 'KeyManagementServiceListeningPort'
  | 'VLActivationType';

/** Where a registry value stands. */
export interface RegistryLocation {
  readonly key: typeof SPP_KEY | SppSubkey | typeof LEGACY_SL_KEY;
  readonly name: RegistryValueName;
}

/** Where an administrator names the KMS hosts that ought to be there, one an entry (REG_MULTI_SZ), for all who diagnose this PC. */
export const KMS_HOSTS_POLICY = {
  key: 'HKLM\\SOFTWARE\\Policies\\KMS Doctor',
  name: 'KmsHosts',
} as const;

/** A setting of the DNS client that a group policy, or MDM by the same registry values, can take in its hands. */
export type DnsClientSetting = 'primary-suffix' | 'suffix-search-list' | 'dns-servers';

/** Where group policy keeps a setting of the DNS client. */
export const DNS_POLICIES: Readonly<
  Record<DnsClientSetting, { readonly key: string; readonly name: string }>
> = {
  'primary-suffix': {
    key: 'HKLM\\SOFTWARE\\Policies\\Microsoft\\System\\DNSClient',
    name: 'NV PrimaryDnsSuffix',
  },
  'suffix-search-list': {
    key: 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient',
    name: 'SearchList',
  },
  'dns-servers': {
    key: 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient',
    name: 'NameServer',
  },
};

/** A value as text, the first line of several; empty where it is not there. */
export function plainText(value: RegistryValue | null | undefined): string {
  if (value === null || value === undefined) return '';
  return (value.type === 'REG_MULTI_SZ' ? (value.value[0] ?? '') : String(value.value)).trim();
}
