import { isAddress, kmsRecordName } from '@shared/names';
import type { DnsRecordChange } from '../changes/change';
import { dnsRecord } from '../changes/dns-record';
import { serverText } from '../changes/record-commands';
import type { DnsServer, SrvRecordSpec } from '../computer';
import { recordHandover } from '../admin-instructions/dns-server';
import { valueOr } from '../facts/fact-snapshot';
import { allAnswers } from '../facts/answers';
import type { Assessment } from '../verdict/assessment';
import { hostWarnings, probeHost } from './host-probe';
import { notApplicable, wrongParameter, type Fix } from './plan';
import { ownFullName, ownPort, suggestedHosts } from './suggest';

/** Creates the SRV record by which KMS clients find their host. */
export const createSrvRecord: Fix<'create-srv-record'> = {
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
    const configured = configuredServers(view);
    const warnings = hostWarnings(await probeHost(host, port, view, facts));
    if (method === 'text') {
      const text = recordHandover(record, server ?? configured[0] ?? null, tsigKeyFile);
      return { changes: [], handover: text, warnings };
    }
    if (method === 'windows-dns' && !view.windows) {
      return wrongParameter('method', { key: 'parameters.problems.methodNeedsWindows' }, [
        'dynamic-update',
        'text',
      ]);
    }
    const target = server ?? configured[0];
    if (target === undefined)
      return wrongParameter('server', { key: 'parameters.problems.noServer' });
    const change: DnsRecordChange = {
      kind: 'dns-record',
      action: 'add',
      record,
      how: method === 'windows-dns' ? { method, server } : { method, server: target, tsigKeyFile },
      readAt: serversToAsk(server, configured),
    };
    if ((await dnsRecord.readState(facts, change)) !== null) {
      return notApplicable({ key: 'fixes.notHere.recordStands', params: { record: record.name } });
    }
    return { changes: [change], warnings };
  },
  initial(view) {
    const host = hostToPublish(view);
    const server = serverToTell(view);
    const { dnsTools } = view.situation;
    // Without the module, or a server that answers, the way that can work is to ask whoever runs the server.
    const canTell = view.windows && server !== null && valueOr(dnsTools, false);
    return {
      domain: domainToPublishIn(view) ?? '',
      ...(host !== null && host),
      method: canTell ? 'windows-dns' : 'text',
      ...(server !== null && { server: serverText(server) }),
    };
  },
};

/** The first configured server that answers; null where none does. */
function serverToTell(view: Assessment): DnsServer | null {
  const answers = allAnswers(view.situation).filter(({ answer }) => answer.outcome === 'answered');
  const isAnswering = ({ address, port }: DnsServer): boolean =>
    answers.some(({ server }) => server.address === address && server.port === port);
  return configuredServers(view).find(isAnswering) ?? null;
}

/** What Windows lists as DNS servers, as far as it is an address and so may stand in a command. */
const configuredServers = ({ situation }: Assessment): readonly DnsServer[] =>
  valueOr(situation.servers, []).filter(({ address }) => isAddress(address));

/** Where the record is looked for afterwards: at the server that gets it, else at those that are configured. */
function serversToAsk(
  server: DnsServer | null,
  configured: readonly DnsServer[],
): readonly DnsServer[] {
  return server === null ? configured : [server];
}

function domainToPublishIn(view: Assessment): string | null {
  const lacking = view.ownRecords.find(({ presence }) => presence === 'absent');
  if (view.role === 'kms-host') return lacking?.domain ?? view.domains.publish[0] ?? null;
  return view.domains.candidates[0] ?? null;
}

/** A KMS host publishes itself; a client, the host that it knows of by its full name. */
function hostToPublish(view: Assessment): { readonly host: string; readonly port: number } | null {
  const own = view.role === 'kms-host' ? ownFullName(view) : null;
  if (own !== null) return { host: own, port: ownPort(view) };
  return suggestedHosts(view).find(({ host }) => host.includes('.') && !isAddress(host)) ?? null;
}
