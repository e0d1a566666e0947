/** Registry keys and values that the app knows. No others cross the port to a computer. */
import { APPLICATION_IDS, type Application } from '@shared/kms';

/** A registry value. REG_QWORD and binary values are never read. */
export type RegistryValue =
  | { readonly type: 'REG_DWORD'; readonly value: number }
  | { readonly type: 'REG_SZ' | 'REG_EXPAND_SZ'; readonly value: string }
  | { readonly type: 'REG_MULTI_SZ'; readonly value: readonly string[] };

/** Key with the volume activation settings (docs/windows-facts.md#registry). */
export const SPP_KEY =
  'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
/** Key used by Windows Vista and Windows Server 2008; ignored by later versions. */
export const LEGACY_SL_KEY = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL';

/** A key below {@link SPP_KEY} with the settings of one application or one of its products. */
export type SppSubkey = `${typeof SPP_KEY}\\${(typeof APPLICATION_IDS)[Application]}${string}`;

/** Whether a text is a GUID without braces, in any case. */
export const isGuid = (text: string): boolean =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/**
 * Returns the key with the settings of an application or of one of its products.
 *
 * @param productId `ID` of its row in SoftwareLicensingProduct
 * @returns null if `productId` isn't a GUID
 */
export function sppSubkey(application: Application, productId?: string): SppSubkey | null {
  const key = `${SPP_KEY}\\${APPLICATION_IDS[application]}` as const;
  if (productId === undefined) return key;
  const id = productId.toLowerCase();
  return isGuid(id) ? `${key}\\${id}` : null;
}

/** Whether a string is a key that may be read or written, spelled as {@link sppSubkey} spells it. */
export function isRegistryKey(text: string): text is RegistryLocation['key'] {
  if (text === SPP_KEY || text === LEGACY_SL_KEY) return true;
  return (['windows', 'office'] as const).some((application) => {
    const key = sppSubkey(application);
    return text === key || text === sppSubkey(application, text.slice(`${key}\\`.length));
  });
}

/**
 * Registry values that may be read or written, with their types (Microsoft: "Registry settings for volume activation").
 * No others cross the port.
 */
export const REGISTRY_VALUES = {
  DisableDnsPublishing: ['REG_DWORD'],
  DnsDomainPublishList: ['REG_MULTI_SZ'],
  KeyManagementServiceName: ['REG_SZ'],
  KeyManagementServicePort: ['REG_SZ', 'REG_DWORD'],
  KeyManagementServiceLookupDomain: ['REG_SZ'],
  KeyManagementServiceListeningPort: ['REG_SZ', 'REG_DWORD'],
  VLActivationType: ['REG_DWORD'],
} as const satisfies Readonly<Record<string, readonly RegistryValue['type'][]>>;

/** Name of one of {@link REGISTRY_VALUES}. */
export type RegistryValueName = keyof typeof REGISTRY_VALUES;

/**
 * Settings that Windows keeps both in the registry and in the rows of its licensing classes: the properties of
 * SoftwareLicensingService and SoftwareLicensingProduct, by the registry value that stores them.
 */
export const MIRRORED_PROPERTIES = {
  KeyManagementServiceName: 'KeyManagementServiceMachine',
  KeyManagementServicePort: 'KeyManagementServicePort',
  KeyManagementServiceLookupDomain: 'KeyManagementServiceLookupDomain',
} as const satisfies Partial<Record<RegistryValueName, string>>;

/** Key and name of a registry value. */
export interface RegistryLocation {
  readonly key: typeof SPP_KEY | SppSubkey | typeof LEGACY_SL_KEY;
  readonly name: RegistryValueName;
}

/**
 * Machine policy in which an admin lists the expected KMS hosts for every diagnosis of this PC, one per entry
 * (REG_MULTI_SZ).
 */
export const KMS_HOSTS_POLICY = {
  key: 'HKLM\\SOFTWARE\\Policies\\KMS Doctor',
  name: 'KmsHosts',
} as const;

/** Registry locations of the Group Policy settings for the DNS client. */
export const DNS_POLICIES = {
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
} as const;

/** A DNS client setting that Group Policy, or MDM through the same registry values, can enforce. */
export type DnsClientSetting = keyof typeof DNS_POLICIES;

/** Returns the strings of a REG_MULTI_SZ, or any other value as its only string. */
export const textsOf = ({ type, value }: RegistryValue): string[] =>
  type === 'REG_MULTI_SZ' ? [...value] : [String(value)];

/** Returns a value as trimmed text: the first string of a REG_MULTI_SZ, and an empty string for a missing value. */
export function plainText(value: RegistryValue | null | undefined): string {
  const [text = ''] = value ? textsOf(value) : [];
  return text.trim();
}
