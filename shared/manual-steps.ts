/**
 * The article's commands filled in with this PC's values: the commands for carrying out a procedure manually.
 * Source of the commands: Microsoft Learn, "Common troubleshooting procedures for KMS and DNS issues".
 *
 * The texts end up in an admin's shell, so a value from DNS, the registry or an event is inserted only if it is a host
 * name or an address. Otherwise its placeholder stays.
 */
import type { ProcedureId } from './catalog';
import { KMS_PORT } from './kms';
import type { KmsPath } from './kms-path';
import type { MessageKey } from './message';
import {
  formatEndpoint,
  isAddress,
  isHostName,
  kmsRecordName,
  parseEndpoint,
  parsePort,
} from './names';

const SLMGR = 'cscript //nologo %SystemRoot%\\System32\\slmgr.vbs';
const SPP = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform';
const SL = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL';

/** Address of a DNS server as written in evidence (`10.0.0.10`, `10.0.0.10:5300`, `[::1]:53`), without its port. */
function serverAddress(server: string): string | null {
  const host = parseEndpoint(server)?.host ?? '';
  return isAddress(host) ? host : null;
}

/** One manual step: its purpose and the command to type. */
const step = (key: MessageKey, command: string) => ({ comment: { key }, command });

/** Extracts the values that are safe to paste into a shell, with placeholders for the others. */
function valuesOf(path: KmsPath) {
  const servers = path.dnsServers.flatMap((server) => serverAddress(server) ?? []);
  const named = new Set([...path.domainsAsked, ...path.domainsWithRecord]);
  const domains = [...named].filter(isHostName);
  const [domain = '<DNS_domain>'] = domains;
  const target = path.targets.find(({ host }) => isHostName(host) || isAddress(host));
  const host = target !== undefined && isHostName(target.host) ? target.host : null;
  const address = target?.addresses.find(isAddress) ?? null;
  const port = parsePort(String(target?.port)) ?? KMS_PORT;
  return {
    servers: servers.length > 0 ? servers : ['<DNS_Server_IP_address>'],
    domain,
    domains: domains.length > 0 ? domains : [domain],
    host: host ?? '<KMS_FQDN>',
    endpoint: formatEndpoint(host ?? address ?? '<KMS_FQDN>', port),
    addressEndpoint: formatEndpoint(address ?? '<IP_address>', port),
    port,
    record: kmsRecordName(domain),
  };
}

type Steps = (values: ReturnType<typeof valuesOf>) => readonly ReturnType<typeof step>[];

const STEPS: Readonly<Record<ProcedureId, Steps>> = {
  'change-to-mak': () => [
    step('window.byHand.showLicence', `${SLMGR} -dlv`),
    step('window.byHand.installMak', `${SLMGR} -ipk xxxxx-xxxxx-xxxxx-xxxxx-xxxxx`),
    step('window.byHand.activate', `${SLMGR} -ato`),
  ],
  'configure-kms-host': ({ port }) => [
    step('window.byHand.installHostKey', `${SLMGR} -ipk xxxxx-xxxxx-xxxxx-xxxxx-xxxxx`),
    step('window.byHand.activate', `${SLMGR} -ato`),
    step('window.byHand.showCount', `${SLMGR} -dlv`),
    step('window.byHand.listening', `netstat -ano -p tcp | findstr :${port}`),
  ],
  'check-dns-connectivity': ({ servers }) => [
    step('window.byHand.ipconfig', 'ipconfig /all'),
    ...servers.map((server) => step('window.byHand.pingDns', `ping ${server}`)),
  ],
  'check-kms-host': () => [
    step('window.byHand.publishing', `reg query "${SPP}" /v DisableDnsPublishing`),
    step('window.byHand.publishingOld', `reg query "${SL}" /v DisableDnsPublishing`),
  ],
  'find-routing-issue': ({ endpoint, addressEndpoint }) => [
    step('window.byHand.testByName', `${SLMGR} -skms ${endpoint}`),
    step('window.byHand.activate', `${SLMGR} -ato`),
    step('window.byHand.testByAddress', `${SLMGR} -skms ${addressEndpoint}`),
    step('window.byHand.activate', `${SLMGR} -ato`),
    step('window.byHand.clearAfterTest', `${SLMGR} -ckms`),
  ],
  'check-dns-configuration': ({ servers, record }) => [
    step('window.byHand.ipconfig', 'ipconfig /all'),
    ...servers.map((server) =>
      step('window.byHand.nslookup', `nslookup -type=srv ${record} ${server}`),
    ),
    step('window.byHand.resolver', `powershell Resolve-DnsName -Type SRV ${record}`),
  ],
  'create-srv-record': ({ domain, host, port, record }) => [
    step(
      'window.byHand.addWindowsDns',
      `Add-DnsServerResourceRecord -Srv -ZoneName ${domain} -Name _vlmcs._tcp -DomainName ${host} -Priority 0 -Weight 0 -Port ${port}`,
    ),
    step('window.byHand.addBind', `${record}. 3600 IN SRV 0 0 ${port} ${host}.`),
  ],
  'assign-kms-host': ({ endpoint }) => [
    step('window.byHand.assign', `${SLMGR} -skms ${endpoint}`),
    step('window.byHand.activate', `${SLMGR} -ato`),
    step('window.byHand.backToDns', `${SLMGR} -ckms`),
  ],
  'publish-in-multiple-domains': ({ domains }) => [
    step(
      'window.byHand.publishList',
      `reg add "${SPP}" /v DnsDomainPublishList /t REG_MULTI_SZ /d ${domains.join('\\0')}`,
    ),
    step('window.byHand.restartService', 'net stop sppsvc && net start sppsvc'),
    step('window.byHand.forgetHost', `${SLMGR} -ckms`),
  ],
};

/** Returns the steps of a procedure in order, with the values from the evidence. */
export const manualSteps = (procedure: ProcedureId, path: KmsPath): ReturnType<Steps> =>
  STEPS[procedure](valuesOf(path));
