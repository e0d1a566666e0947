import { z } from 'zod';
import {
  accepted,
  readDomain,
  readHost,
  readPort,
  readServer,
  refused,
  shown,
  type Parsed,
} from '@shared/host-input';
import { KMS_PORT } from '@shared/kms';
import { canonicalName, isAddress, kmsRecordName, type Endpoint } from '@shared/names';
import type { DnsRecordChange } from '../changes/dns-record';
import { serverText } from '../changes/record-commands';
import type { DnsServer, KeyFileFault, SrvRecordSpec } from '../computer';
import { recordHandover } from '../admin-instructions/dns-server';
import { valueOr } from '../facts/fact-snapshot';
import { allAnswers, isSameServer } from '../facts/answers';
import type { Facts } from '../facts/facts';
import type { Assessment } from '../verdict/assessment';
import { denialOf } from '../verdict/parameters';
import { readChoice, readFile, readNumber } from '../parameter-readers';
import { hostWarnings, probeHost } from './host-probe';
import { addProblem, domain, optional, required } from './parameters';
import { defineFix, notApplicable, wrongParameter } from './plan';
import { srvRecordsAt } from './srv-records-at';
import { ownFullName, ownPort, suggestedHosts } from './suggest';

/** How a record gets to its DNS server, as the person chooses it. */
const METHODS = ['windows-dns', 'dynamic-update', 'text'] as const;

const KEY_FILE_PROBLEM = {
  unreadable: 'keyFileUnreadable',
  'not-a-key': 'keyFileWithoutKey',
} as const satisfies Record<KeyFileFault, string>;

/** Seconds; the highest TTL of RFC 2181 §8. */
const MAX_TTL = 0x7fff_ffff;

/** Creates the SRV record by which KMS clients find their host. */
export const createSrvRecord = defineFix({
  parameters: z
    .strictObject({
      domain,
      host: required('text', readRecordHost, { hint: 'parameters.host.recordHint' }),
      method: required('choice', readChoice(METHODS), { choices: METHODS }),
      port: optional('port', readPort, KMS_PORT),
      priority: optional('number', readNumber(0, 0xffff), 0, { advanced: true }),
      weight: optional('number', readNumber(0, 0xffff), 0, { advanced: true }),
      ttl: optional('number', readNumber(1, MAX_TTL), 3600, { advanced: true }),
      zone: optional('text', readDomain, null, { advanced: true }),
      server: optional('text', readServer, null, { show: serverText }),
      // Microsoft's DNS knows no such key, and whoever gets the text has their own.
      tsigKeyFile: optional('file', readFile, null, {
        onlyFor: { field: 'method', choice: 'dynamic-update' },
      }),
    })
    .transform(settleZone),
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
    const lacking = method === 'windows-dns' ? whatToolsLack(view) : null;
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
    const configured = configuredServers(view);
    const readAt = serversToAsk(server, configured);
    if (await stands(record, readAt, facts)) {
      return notApplicable({ key: 'fixes.notHere.recordStands', params: { record: record.name } });
    }
    const warnings = hostWarnings(await probeHost(host, port, view, facts));
    if (method === 'text') {
      const text = recordHandover(record, server ?? configured[0] ?? null, tsigKeyFile);
      return { changes: [], handover: text, warnings };
    }
    const target = server ?? configured[0];
    if (target === undefined)
      return wrongParameter('server', { key: 'parameters.problems.noServer' });
    const change: DnsRecordChange = {
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
    const server = serverToTell(view);
    const { dnsTools } = view.snapshot;
    // Without the module, or a server that answers, the way that can work is to ask whoever runs the server.
    const canTell = view.windows && server !== null && valueOr(dnsTools, false);
    return {
      domain: domainToPublishIn(view) ?? '',
      ...(host !== null && host),
      method: canTell ? 'windows-dns' : 'text',
      ...(server !== null && { server: serverText(server) }),
    };
  },
});

/** Why Microsoft DNS' own tools cannot be used here; null where they can, or nobody knows. */
function whatToolsLack({ windows, snapshot: { dnsTools } }: Assessment) {
  if (!windows) return 'methodNeedsWindows' as const;
  return valueOr(dnsTools, true) ? null : ('methodNeedsTools' as const);
}

/** The first configured server that answers; null where none does. */
function serverToTell(view: Assessment): DnsServer | null {
  const answers = allAnswers(view.snapshot).filter(({ answer }) => answer.outcome === 'answered');
  const isAnswering = (one: DnsServer): boolean =>
    answers.some(({ server }) => isSameServer(server, one));
  return configuredServers(view).find(isAnswering) ?? null;
}

/** What Windows lists as DNS servers, as far as it is an address and so may stand in a command. */
const configuredServers = ({ snapshot }: Assessment): readonly DnsServer[] =>
  valueOr(snapshot.servers, []).filter(({ address }) => isAddress(address));

/** Where the record is looked for afterwards: at the server that gets it, else at those that are configured. */
function serversToAsk(
  server: DnsServer | null,
  configured: readonly DnsServer[],
): readonly DnsServer[] {
  return server === null ? configured : [server];
}

/** Whether clients find that host and port by a record of a server; another priority or weight is no other host. */
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

/** A KMS host publishes itself; a client, the host that it knows of by its full name. */
function hostToPublish(view: Assessment): Endpoint | null {
  const own = view.role === 'kms-host' ? ownFullName(view) : null;
  if (own !== null) return { host: own, port: ownPort(view) };
  return suggestedHosts(view).find(({ host }) => host.includes('.') && !isAddress(host)) ?? null;
}

/** The host that an SRV record names: a full name, since RFC 2782 knows no address there. */
function readRecordHost(raw: unknown): Parsed<string> {
  const host = readHost(raw);
  if (!host.ok) return host;
  if (isAddress(host.value.host)) {
    return refused('parameters.problems.addressNotName', { text: host.value.host });
  }
  if (host.value.port !== null) {
    return refused('parameters.problems.portNotHere', { text: shown(raw) }, [host.value.host]);
  }
  return host.value.host.includes('.')
    ? accepted(host.value.host)
    : refused('parameters.problems.fullName', { text: host.value.host });
}

/** The zone holds the record only if the domain is the zone or stands in it. */
function settleZone<T extends { readonly domain: string; readonly zone: string | null }>(
  values: T,
  context: z.core.$RefinementCtx,
): Omit<T, 'zone'> & { readonly zone: string } {
  const { domain, zone } = values;
  if (zone !== null && domain !== zone && !domain.endsWith(`.${zone}`)) {
    addProblem(context, 'zone', { key: 'parameters.problems.zone', params: { zone, domain } }, [
      domain,
    ]);
  }
  return { ...values, zone: zone ?? domain };
}
