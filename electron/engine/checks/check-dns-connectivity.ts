/** Checks of "Verify basic IP connectivity to the DNS server". */
import { isConclusive } from '@shared/kms-path';
import { kmsRecordName } from '@shared/names';
import { toResult, valueOr, type ServerAnswer } from '../facts/fact-snapshot';
import { denyControllers, recordsAtResolver, recordsIn } from '../facts/answers';
import { isSelfAssigned } from '../facts/network-facts';
import type { ChecksOf } from './check';
import {
  adapterEvidence,
  controllersEvidence,
  dnsEvidence,
  finding,
  joinShort,
  lookupEvidence,
  pingEvidence,
  serverName,
  unknown,
  unread,
  leftOutEvidence,
} from './finding';

export const checkDnsConnectivity: ChecksOf<'check-dns-connectivity'> = {
  'network-address': async (facts) => {
    const adapters = (await facts.adapters()).filter(({ up }) => up);
    const evidence = adapters.map(adapterEvidence);
    const addresses = adapters.flatMap((adapter) => adapter.addresses);
    if (addresses.length === 0) {
      return finding('fail', 'checks.network-address.none', evidence);
    }
    const given = addresses.filter((address) => !isSelfAssigned(address));
    return given.length === 0
      ? finding('fail', 'checks.network-address.selfAssigned', evidence, {
          address: addresses[0] ?? '',
        })
      : finding('pass', 'checks.network-address.ok', evidence, { addresses: joinShort(given) });
  },

  'default-gateway': async (facts) => {
    const adapters = (await facts.adapters()).filter(({ up }) => up);
    const gateways = adapters.flatMap((adapter) => adapter.gateways);
    const evidence = adapters.map(adapterEvidence);
    // Not a failure: the KMS host may be on the same subnet.
    return gateways.length === 0
      ? finding('warn', 'checks.default-gateway.none', evidence)
      : finding('pass', 'checks.default-gateway.ok', evidence, { gateways: joinShort(gateways) });
  },

  'dns-server-configured': async (facts) => {
    const servers = await facts.servers();
    if (servers.length === 0) {
      const assigned = await toResult(facts.assignment());
      return assigned.ok && assigned.value?.isAddress === true
        ? finding('warn', 'checks.dns-server-configured.notNeeded')
        : finding('fail', 'checks.dns-server-configured.none');
    }
    const all = await facts.configuredServers();
    return finding(
      'pass',
      'checks.dns-server-configured.ok',
      leftOutEvidence('DNS servers', all.length - servers.length),
      { servers: joinShort(servers.map(serverName)) },
    );
  },

  'dns-server-answers': async (facts) => {
    const lookups = await facts.lookups();
    const answers = lookups.flatMap(({ servers }) => servers);
    const evidence = lookups.flatMap((lookup) => lookupEvidence({ ...lookup, resolver: null }));
    if (answers.length === 0) {
      return finding('not-applicable', 'checks.dns-server-answers.none', evidence);
    }
    const namesOf = (some: readonly ServerAnswer[]): string[] => [
      ...new Set(some.map(({ server }) => serverName(server))),
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
    if (answering.length === 0) {
      return finding('fail', 'checks.dns-server-answers.silent', evidence, params);
    }
    if (useful.length === 0) {
      return finding('fail', 'checks.dns-server-answers.failing', evidence, params);
    }
    if (mute.length > 0) {
      return finding('warn', 'checks.dns-server-answers.someSilent', evidence, params);
    }
    return failing.length > 0
      ? finding('warn', 'checks.dns-server-answers.someFailing', evidence, params)
      : finding('pass', 'checks.dns-server-answers.ok', evidence, params);
  },

  'dns-server-ping': async (facts) => {
    const servers = await facts.servers();
    const pings = await Promise.all(
      servers.map(async ({ address }) => ({
        address,
        reading: await toResult(facts.ping(address)),
      })),
    );
    const evidence = pings.map(({ address, reading }) => pingEvidence(address, reading));
    const unreadable = pings.find(({ reading }) => !reading.ok)?.reading;
    if (unreadable?.ok === false) {
      return unread(unreadable, evidence);
    }
    if (pings.length === 0) return finding('not-applicable', 'checks.dns-server-ping.none');
    const mute = pings
      .filter(({ reading }) => reading.ok && !reading.value.replied)
      .map(({ address }) => address);
    if (mute.length === 0) return finding('pass', 'checks.dns-server-ping.ok', evidence);
    const params = { servers: joinShort(mute) };
    // A missing reply is only weak evidence: ICMP may be blocked while DNS works.
    const lookups = valueOr(await toResult(facts.lookups()), []);
    const answering = lookups
      .flatMap(({ servers: asked }) => asked)
      .filter(({ answer }) => answer.outcome === 'answered')
      .map(({ server }) => server.address);
    return mute.every((address) => answering.includes(address))
      ? finding('pass', 'checks.dns-server-ping.blocked', evidence, params)
      : finding('warn', 'checks.dns-server-ping.no', evidence, params);
  },

  'dns-server-tcp': async (facts) => {
    const [servers, domains] = await Promise.all([facts.servers(), facts.domains()]);
    if (servers.length === 0) return finding('not-applicable', 'checks.dns-server-tcp.none');
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
      return finding(onlyUdp.length > 0 ? 'warn' : 'fail', 'checks.dns-server-tcp.no', evidence);
    }
    return onlyUdp.length > 0
      ? finding('warn', 'checks.dns-server-tcp.some', evidence, {
          servers: joinShort(onlyUdp.map(({ server }) => serverName(server))),
        })
      : finding('pass', 'checks.dns-server-tcp.ok', evidence);
  },

  'domain-controllers-known': async (facts) => {
    const controllers = await facts.controllers();
    if (controllers === null) {
      return finding('not-applicable', 'checks.domain-controllers-known.notNeeded');
    }
    const { domain, servers, resolver } = controllers;
    const evidence = controllersEvidence(controllers);
    const knowing = servers.filter(({ answer }) => recordsIn(answer).length > 0);
    if (knowing.length > 0) {
      const params = { domain, servers: names(knowing) };
      return finding('pass', 'checks.domain-controllers-known.ok', evidence, params);
    }
    if (recordsAtResolver(resolver).length > 0) {
      return finding('pass', 'checks.domain-controllers-known.byResolver', evidence, { domain });
    }
    return denyControllers(controllers)
      ? finding('fail', 'checks.domain-controllers-known.no', evidence, {
          domain,
          servers: names(servers.filter(({ answer }) => isConclusive(answer))),
        })
      : unknown('no-answer', 'checks.domain-controllers-known.noAnswer', evidence, { domain });
  },
};

const names = (some: readonly ServerAnswer[]): string =>
  joinShort(some.map(({ server }) => serverName(server)));

function fastest(answers: readonly ServerAnswer[]): number {
  const times = answers.flatMap(({ answer }) => (answer.outcome === 'answered' ? [answer.ms] : []));
  return times.length === 0 ? 0 : Math.round(Math.min(...times));
}
