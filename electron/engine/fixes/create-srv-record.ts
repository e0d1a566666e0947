import { z } from 'zod';
import {
  readDomain,
  readHost,
  readHostAlone,
  readPort,
  readServer,
  refused,
  type Parsed,
} from '@shared/host-input';
import { KMS_PORT } from '@shared/kms';
import {
  canonicalName,
  isAddress,
  kmsRecordName,
  formatDnsServer,
  type Endpoint,
} from '@shared/names';
import type { Change } from '../changes';
import type { DnsServer, KeyFileProblem, SrvRecordSpec } from '../computer';
import { recordHandover } from '../admin-instructions/dns-server';
import { pasteableServers, respondingServer } from '../facts/answers';
import { valueOr } from '../facts/fact-types';
import type { Facts } from '../facts/facts';
import type { Assessment } from '../verdict/assessment';
import { denialOf } from '../verdict/parameters';
import { readChoice, readFile, readNumber } from '../parameter-readers';
import { hostWarnings, probeHost } from './host-probe';
import { addProblem, domain, optional, required } from './parameters';
import { defineFix, notApplicable, wrongParameter } from './plan';
import { srvRecordsAt } from './record-lookups';
import { ownFullName, ownPort, suggestedHosts } from './suggest';

/** Methods for creating the record that the user can choose from. */
const METHODS = ['windows-dns', 'dynamic-update', 'text'] as const;

const KEY_FILE_PROBLEM = {
  unreadable: 'keyFileUnreadable',
  'not-a-key': 'keyFileWithoutKey',
} as const satisfies Record<KeyFileProblem, string>;

/** Maximum TTL in seconds (RFC 2181 §8). */
const MAX_TTL = 0x7fff_ffff;

/** Creates the SRV record that KMS clients use to find their host. */
export const createSrvRecord = defineFix({
  parameters: z
    .strictObject({
      domain,
      host: required('text', readRecordHost, { hint: 'parameters.host.recordHint' }),
      method: required('choice', readChoice(METHODS), { choices: METHODS }),
      port: optional('number', readPort, KMS_PORT),
      priority: optional('number', readNumber(0, 0xffff), 0, { advanced: true }),
      weight: optional('number', readNumber(0, 0xffff), 0, { advanced: true }),
      ttl: optional('number', readNumber(1, MAX_TTL), 3600, { advanced: true }),
      // The domain, or one of its parent domains.
      zone: optional('text', readDomain, null, { advanced: true }),
      server: optional('text', readServer, null, { show: formatDnsServer }),
      // Microsoft DNS doesn't support TSIG keys, and an administrator who gets instructions has their own key.
      tsigKeyFile: optional('text', readFile, null, {
        onlyFor: { field: 'method', choice: 'dynamic-update' },
      }),
    })
    .transform((values, context) => {
      const { domain, zone } = values;
      if (zone !== null && domain !== zone && !domain.endsWith(`.${zone}`)) {
        const problem = refused('parameters.problems.zone', { zone, domain }, [domain]);
        addProblem(context, problem, ['zone']);
      }
      return { ...values, zone: zone ?? domain };
    }),
  async plan({ values, view, facts }) {
    const { domain, host, port, priority, weight, ttl, zone, server, tsigKeyFile, method } = values;
    const record: SrvRecordSpec = {
      zone,
      name: kmsRecordName(domain),
      target: host,
      port,
      priority,
      weight,
      ttl,
    };
    const lacking = method === 'windows-dns' ? toolsProblem(view) : null;
    if (lacking !== null) {
      return wrongParameter('method', { key: `parameters.problems.${lacking}` }, [
        'dynamic-update',
        'text',
      ]);
    }
    if (method === 'dynamic-update' && tsigKeyFile !== null) {
      const fault = await facts.keyFileFault(tsigKeyFile);
      if (fault !== null) {
        return wrongParameter('tsigKeyFile', {
          key: `parameters.problems.${KEY_FILE_PROBLEM[fault]}`,
        });
      }
    }
    const configured = pasteableServers(view.snapshot);
    // Query the server that gets the record, otherwise the configured ones.
    const readAt = server === null ? configured : [server];
    if (await stands(record, readAt, facts)) {
      return notApplicable({ key: 'fixes.notHere.recordStands', params: { record: record.name } });
    }
    const warnings = hostWarnings(await probeHost(host, port, view, facts));
    if (method === 'text') {
      const text = recordHandover(record, server ?? configured[0] ?? null, tsigKeyFile);
      return { handover: text, warnings };
    }
    const target = server ?? configured[0];
    if (target === undefined)
      return wrongParameter('server', { key: 'parameters.problems.noServer' });
    const change: Change = {
      kind: 'dns-record',
      action: 'add',
      record,
      how: method === 'windows-dns' ? { method, server } : { method, server: target, tsigKeyFile },
      readAt,
    };
    return { changes: [change], warnings };
  },
  initial(view) {
    const host = hostToPublish(view);
    const server = respondingServer(view.snapshot);
    const { dnsTools } = view.snapshot;
    // Without the module or a responding server, the only option is to ask the server's administrator.
    const canUpdate = view.windows && server !== null && valueOr(dnsTools, false);
    return {
      domain: domainToPublishIn(view) ?? '',
      ...(host !== null && host),
      method: canUpdate ? 'windows-dns' : 'text',
      ...(server !== null && { server: formatDnsServer(server) }),
    };
  },
});

/** Returns why Microsoft's DNS tools can't be used here; null if they can, or if that isn't known. */
function toolsProblem({ windows, snapshot: { dnsTools } }: Assessment) {
  if (!windows) return 'methodNeedsWindows' as const;
  return valueOr(dnsTools, true) ? null : ('methodNeedsTools' as const);
}

/** Whether one of the servers already has a record for this host and port, with any priority or weight. */
async function stands(
  { name, target, port }: SrvRecordSpec,
  readAt: readonly DnsServer[],
  facts: Facts,
): Promise<boolean> {
  const records = await srvRecordsAt(readAt, name, facts);
  return records.some((record) => canonicalName(record.target) === target && record.port === port);
}

function domainToPublishIn(view: Assessment): string | null {
  const lacking = view.ownRecords.find(({ presence }) => presence === 'absent');
  if (view.role === 'kms-host') return lacking?.domain ?? view.domains.publish[0] ?? null;
  return denialOf(view).domain;
}

/** Returns the host to publish: on a KMS host, this PC; on a client, a host known by its fully qualified name. */
function hostToPublish(view: Assessment): Endpoint | null {
  const own = view.role === 'kms-host' ? ownFullName(view) : null;
  if (own !== null) return { host: own, port: ownPort(view) };
  return suggestedHosts(view).find(({ host }) => host.includes('.') && !isAddress(host)) ?? null;
}

/** Reads the target of an SRV record: a fully qualified name, because RFC 2782 doesn't allow an address. */
function readRecordHost(raw: unknown): Parsed<string> {
  const read = readHost(raw);
  if (!read.ok) return read;
  const { host, port } = read.value;
  if (isAddress(host)) return refused('parameters.problems.addressNotName', { text: host });
  return port !== null || host.includes('.')
    ? readHostAlone(raw)
    : refused('parameters.problems.fullName', { text: host });
}
