/** Volume activation settings that Windows keeps both in the registry and in the rows of its licensing classes. */
import type { RegistryValueName } from '@engine/registry-keys';

/** Properties of SoftwareLicensingService and SoftwareLicensingProduct, by the registry value that stores them. */
export const MIRRORED_PROPERTIES = {
  KeyManagementServiceName: 'KeyManagementServiceMachine',
  KeyManagementServicePort: 'KeyManagementServicePort',
  KeyManagementServiceLookupDomain: 'KeyManagementServiceLookupDomain',
} as const satisfies Partial<Record<RegistryValueName, string>>;
