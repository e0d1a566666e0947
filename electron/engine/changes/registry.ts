/** Every kind of change by its name. Each has its own file and a line here. */
export { productKey as 'product-key' } from './product-key';
export { activation } from './activation';
export { activationType as 'activation-type' } from './activation-type';
export { phoneActivation as 'phone-activation' } from './phone-activation';
export { kmsAssignment as 'kms-assignment' } from './kms-assignment';
export { lookupDomain as 'lookup-domain' } from './lookup-domain';
export { dnsPublishing as 'dns-publishing' } from './dns-publishing';
export { registryValue as 'registry-value' } from './registry-value';
export { serviceStart as 'service-start' } from './service-start';
export { serviceRestart as 'service-restart' } from './service-restart';
export { firewallRule as 'firewall-rule' } from './firewall-rule';
export { dnsCacheFlush as 'dns-cache-flush' } from './dns-cache-flush';
export { suffixSearchList as 'suffix-search-list' } from './suffix-search-list';
export { dnsServers as 'dns-servers' } from './dns-servers';
export { dnsRecord as 'dns-record' } from './dns-record';
export { clockSync as 'clock-sync' } from './clock-sync';
