/** Checks of "Verify basic IP connectivity to the DNS server". */
import { isConclusive } from '@shared/kms-path';
import { kmsRecordName, formatDnsServer } from '@shared/names';
import { joinShort } from '@shared/message';
import { readOr, toResult, type ServerAnswer } from '../facts/fact-types';
import { recordsAtResolver, recordsIn } from '../facts/answers';
import { isSelfAssigned } from '../facts/network-facts';
import type { ChecksOf } from './check';
import {
  adapterEvidence,
  controllersEvidence,
  dnsEvidence,
  joinServers,
  lookupEvidence,
  pingEvidence,
  unknown,
  unread,
  leftOutEvidence,
} from './finding';

export const checkDnsConnectivity: ChecksOf<'check-dns-connectivity'> = {
  'network-address': async (facts, found) => {
    const adapters = (await facts.adapters()).filter(({ up }) => up);
    const evidence = adapters.map(adapterEvidence);
    const addresses = adapters.flatMap((adapter) => adapter.addresses);
    if (addresses.length === 0) return found('fail', 'none', evidence);
    const given = addresses.filter((address) => !isSelfAssigned(address));
    return given.length === 0
      ? found('fail', 'selfAssigned', evidence, { address: addresses[0] ?? '' })
      : found('pass', 'ok', evidence, { addresses: joinShort(given) });
  },

  'default-gateway': async (facts, found) => {
    const adapters = (await facts.adapters()).filter(({ up }) => up);
    const gateways = adapters.flatMap((adapter) => adapter.gateways);
    const evidence = adapters.map(adapterEvidence);
    // Not a failure: the KMS host may be on the same subnet.
    return gateways.length === 0
      ? found('warn', 'none', evidence)
      : found('pass', 'ok', evidence, { gateways: joinShort(gateways) });
  },

  'dns-server-configured': async (facts, found) => {
    const servers = await facts.servers();
    if (servers.length === 0) {
      const assigned = await readOr(facts.assignment(), null);
      return assigned?.isAddress === true ? found('warn', 'notNeeded') : found('fail', 'none');
    }
    const all = await facts.configuredServers();
    return found('pass', 'ok', leftOutEvidence('DNS servers', all.length - servers.length), {
      servers: joinShort(servers.map(formatDnsServer)),
    });
  },

  'dns-server-answers': async (facts, found) => {
    const lookups = await facts.lookups();
    const answers = lookups.flatMap(({ servers }) => servers);
    const evidence = lookups.flatMap((lookup) => lookupEvidence({ ...lookup, resolver: null }));
    if (answers.length === 0) return found('not-applicable', 'none', evidence);
    const namesOf = (some: readonly ServerAnswer[]): string[] => [
      ...new Set(some.map(({ server }) => formatDnsServer(server))),
    ];
    const answering = namesOf(answers.filter(({ answer }) => answer.outcome === 'answered'));
    const useful = namesOf(answers.filter(({ answer }) => isConclusive(answer)));
    const all = namesOf(answers);
    const mute = all.filter((name) => !answering.includes(name));
    const failing = answering.filter((name) => !useful.includes(name));
    const params = {
      servers: joinShort(useful),
      mute: joinShort(mute),
      failing: joinShort(failing),
      ms: fastest(answers),
    };
    if (answering.length === 0) return found('fail', 'silent', evidence, params);
    if (useful.length === 0) return found('fail', 'failing', evidence, params);
    if (mute.length > 0) return found('warn', 'someSilent', evidence, params);
    return failing.length > 0
      ? found('warn', 'someFailing', evidence, params)
      : found('pass', 'ok', evidence, params);
  },

  'dns-server-ping': async (facts, found) => {
    const servers = await facts.servers();
    const pings = await Promise.all(
      servers.map(async ({ address }) => ({
        address,
        reading: await toResult(facts.ping(address)),
      })),
    );
    const evidence = pings.map(({ address, reading }) => pingEvidence(address, reading));
    const unreadable = pings.find(({ reading }) => !reading.ok)?.reading;
    if (unreadable?.ok === false) return unread(unreadable, evidence);
    if (pings.length === 0) return found('not-applicable', 'none');
    const mute = pings
      .filter(({ reading }) => reading.ok && !reading.value.replied)
      .map(({ address }) => address);
    if (mute.length === 0) return found('pass', 'ok', evidence);
    const params = { servers: joinShort(mute) };
    // A missing reply is only weak evidence: ICMP may be blocked while DNS works.
    const answering = (await facts.lookups())
      .flatMap(({ servers: asked }) => asked)
      .filter(({ answer }) => answer.outcome === 'answered')
      .map(({ server }) => server.address);
    return mute.every((address) => answering.includes(address))
      ? found('pass', 'blocked', evidence, params)
      : found('warn', 'no', evidence, params);
  },

  'dns-server-tcp': async (facts, found) => {
    const [servers, domains] = await Promise.all([facts.servers(), facts.domains()]);
    if (servers.length === 0) return found('not-applicable', 'none');
    const name = kmsRecordName(domains.candidates[0] ?? null);
    const asked = await Promise.all(
      servers.map(async (server) => ({
        server,
        udp: await facts.query(server, name, 'SRV'),
        tcp: await facts.query(server, name, 'SRV', 'tcp'),
      })),
    );
    const evidence = asked.map(({ server, tcp }) => dnsEvidence(server, name, 'SRV', tcp));
    const onlyUdp = asked.filter(
      ({ udp, tcp }) => udp.outcome === 'answered' && tcp.outcome !== 'answered',
    );
    if (asked.every(({ tcp }) => tcp.outcome !== 'answered')) {
      return found(onlyUdp.length > 0 ? 'warn' : 'fail', 'no', evidence);
    }
    return onlyUdp.length > 0
      ? found('warn', 'some', evidence, { servers: joinServers(onlyUdp) })
      : found('pass', 'ok', evidence);
  },

  'domain-controllers-known': async (facts, found) => {
    const controllers = await facts.controllers();
    if (controllers === null) return found('not-applicable', 'notNeeded');
    const { domain, servers } = controllers;
    const evidence = controllersEvidence(controllers);
    const knowing = servers.filter(({ answer }) => recordsIn(answer).length > 0);
    if (knowing.length > 0) {
      return found('pass', 'ok', evidence, { domain, servers: joinServers(knowing) });
    }
    if (recordsAtResolver(controllers).length > 0) {
      return found('pass', 'byResolver', evidence, { domain });
    }
    const denying = servers.filter(({ answer }) => isConclusive(answer));
    return denying.length > 0
      ? found('fail', 'no', evidence, { domain, servers: joinServers(denying) })
      : unknown('no-answer', 'checks.domain-controllers-known.noAnswer', evidence, { domain });
  },
};

function fastest(answers: readonly ServerAnswer[]): number {
  const times = answers.flatMap(({ answer }) => (answer.outcome === 'answered' ? [answer.ms] : []));
  return times.length === 0 ? 0 : Math.round(Math.min(...times));
}
