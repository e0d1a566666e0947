/** Clouds, by the KMS hosts that they have for their own virtual machines (docs/windows-facts.md#kms-hosts-of-clouds). */
import { canonicalName, isAddress } from '@shared/names';

interface Cloud {
  readonly name: string;
  /** Best first. */
  readonly hosts: readonly [string, ...string[]];
  /** The domains that it gives its virtual machines, in which no one but itself has records. */
  readonly domains: RegExp;
}

const CLOUDS: readonly Cloud[] = [
  {
    name: 'Microsoft Azure',
    hosts: [
      ...(['azkms.core.windows.net', 'kms.core.windows.net'] as const),
      ...['20.118.99.224', '40.83.235.53', '23.102.135.246'],
      ...['azkms.core.usgovcloudapi.net', 'kms.core.usgovcloudapi.net'],
      ...['azkms.core.chinacloudapi.cn', 'kms.core.chinacloudapi.cn', 'kms.core.cloudapi.de'],
    ],
    domains: /^(?:.+\.)?internal\.cloudapp\.net$|^reddog\.microsoft\.com$/,
  },
  {
    name: 'Amazon EC2',
    hosts: ['169.254.169.250', '169.254.169.251', 'fd00:ec2::250'],
    domains: /^(?:ec2|.+\.compute)\.internal$|\.ec2-utilities\.amazonaws\.com$/,
  },
  {
    name: 'Google Cloud',
    hosts: ['kms.windows.googlecloud.com', '35.190.247.13'],
    domains: /^(?:.+\.)?c\..+\.internal$|^google\.internal$/,
  },
];

/** The name of the cloud whose own KMS host this is; null where it is no cloud's. */
export function cloudOfHost(host: string): string | null {
  const name = isAddress(host) ? host : canonicalName(host);
  return CLOUDS.find(({ hosts }) => hosts.includes(name))?.name ?? null;
}

/** The cloud that gave each of these domains, and its KMS host; null where there is none, or another one. */
export function cloudOfDomains(
  domains: readonly string[],
): { readonly cloud: string; readonly host: string } | null {
  if (domains.length === 0) return null;
  const cloud = CLOUDS.find((one) => domains.every((domain) => one.domains.test(domain)));
  return cloud === undefined ? null : { cloud: cloud.name, host: cloud.hosts[0] };
}
