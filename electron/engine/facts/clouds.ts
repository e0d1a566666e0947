/** Clouds, identified by the KMS hosts for their own virtual machines (docs/windows-facts.md#kms-hosts-of-clouds). */
import { canonicalHost } from '@shared/names';

interface Cloud {
  readonly name: string;
  /** In order of preference. */
  readonly hosts: readonly [string, ...string[]];
  /** Domains assigned to its virtual machines, where only the cloud provider can create records. */
  readonly domains: RegExp;
}

const CLOUDS: readonly Cloud[] = [
  {
    name: 'Microsoft Azure',
    hosts: [
      'azkms.core.windows.net',
      'kms.core.windows.net',
      '20.118.99.224',
      '40.83.235.53',
      '23.102.135.246',
      'azkms.core.usgovcloudapi.net',
      'kms.core.usgovcloudapi.net',
      'azkms.core.chinacloudapi.cn',
      'kms.core.chinacloudapi.cn',
      'kms.core.cloudapi.de',
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

/** Returns the name of the cloud that a KMS host belongs to; null if it's not a cloud's. */
export function cloudOfHost(host: string): string | null {
  const name = canonicalHost(host);
  return CLOUDS.find(({ hosts }) => hosts.includes(name))?.name ?? null;
}

/** Returns the cloud that assigned all of these domains, and its KMS host; null if there is no such cloud. */
export function cloudOfDomains(
  domains: readonly string[],
): { readonly cloud: string; readonly host: string } | null {
  if (domains.length === 0) return null;
  const cloud = CLOUDS.find((one) => domains.every((domain) => one.domains.test(domain)));
  return cloud === undefined ? null : { cloud: cloud.name, host: cloud.hosts[0] };
}
