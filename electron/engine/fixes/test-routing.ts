import { z } from 'zod';
import type { Message } from '@shared/message';
import { formatErrorCode } from '@shared/error-codes';
import { toDisplayText } from '@shared/host-input';
import { formatEndpoint, isAddress } from '@shared/names';
import type { Change } from '../changes';
import { bracketIPv6, stripBrackets } from '../changes/commands';
import type { Step } from '../changes/executor';
import { kmsAssignment } from '../changes/kms-assignment';
import { isStoredHost } from '../changes/pasteable';
import { SPP_KEY } from '../registry-keys';
import { nameOfProduct, valueOr } from '../facts/fact-types';
import { reachabilityOf } from '../facts/answers';
import { readAddress } from '../parameter-readers';
import { hostWarnings, probeAddress, probeHost } from './host-probe';
import { hostAndPort, optional, mergePort } from './parameters';
import { defineFix, givenText, notApplicable } from './plan';
import { hostFromDns, suggestedHosts } from './suggest';

/**
 * The test from Microsoft's article that narrows down a routing issue: activate using the host's name, then using its
 * IP address, then probe the port. The last change of the plan restores the previous assignment. Like any change that
 * was started, the assignment is also restored if the test fails, is canceled or is killed.
 */
export const testRouting = defineFix({
  parameters: z
    .strictObject({
      ...hostAndPort,
      address: optional('text', readAddress, null, { advanced: true }),
    })
    .transform(mergePort),
  refusesHere: (_, given) =>
    givenText(given, 'host').trim() === ''
      ? notApplicable({ key: 'fixes.notHere.noHostToTest' })
      : null,
  async plan({ values: { host, port, address }, view, facts }) {
    const { assignment, snapshot } = view;
    const client = valueOr(snapshot.kmsClient, null);
    // A host set for one product or application overrides one set for all products, so set it for the product.
    const isNarrower = assignment !== null && assignment.place !== 'service';
    const only = isNarrower && client !== null ? { productId: nameOfProduct(client) } : {};
    const own = { kind: 'kms-assignment', ...only } as const;
    const former = await kmsAssignment.readState(facts, { ...own, host, port });
    // A value that isn't a host couldn't be restored, because slmgr doesn't accept it.
    if (former.host !== null && !isStoredHost(former.host)) {
      return notApplicable({
        key: 'fixes.notHere.formerHostUnfit',
        params: { value: toDisplayText(former.host), key: SPP_KEY },
      });
    }
    const look = await probeHost(host, port, view, facts);
    const byName = !isAddress(host);
    const target = address ?? look.addresses[0] ?? null;
    const attempt = (step: 'by-name' | 'by-address', to: string): Change[] => [
      { ...own, host: bracketIPv6(to), port },
      { kind: 'activation', step, tolerateFailure: true },
    ];
    const nameSteps = byName ? attempt('by-name', host) : [];
    // The second attempt is made only if the first one failed.
    const onlyThen = byName ? { skipWhenDone: 1 } : {};
    const addressSteps = target === null ? [] : attempt('by-address', target);
    return {
      changes: [
        ...nameSteps,
        ...addressSteps.map((change) => ({ ...change, ...onlyThen })),
        { ...own, ...former, restores: true },
      ],
      warnings: target === null ? hostWarnings(look) : [],
    };
  },
  initial(view) {
    const { assignment } = view;
    if (assignment !== null && isStoredHost(assignment.host)) {
      return { host: assignment.host, port: assignment.port };
    }
    // The test is for a host that doesn't respond; one that does is only a fallback.
    return hostFromDns(view) ?? suggestedHosts(view)[0] ?? {};
  },
  async afterApply({ values: { host, port }, steps, freshFacts }) {
    const attempt = (step: 'by-name' | 'by-address'): Step | undefined =>
      steps.find(({ change }) => change.kind === 'activation' && change.step === step);
    const [byName, byAddress] = [attempt('by-name'), attempt('by-address')];
    const endpoint = { host, endpoint: formatEndpoint(host, port) };
    const conclude = async (): Promise<Message> => {
      // If an assignment couldn't be read back, it's unknown which host was tried. The last step only restores.
      if (steps.slice(0, -1).some(({ status }) => status === 'unverified')) {
        return { key: 'fixes.test-routing.unverified' };
      }
      if (byName?.status === 'done') {
        return { key: 'fixes.test-routing.srvRecord', params: endpoint };
      }
      if (byAddress === undefined) {
        return { key: 'fixes.test-routing.unresolved', params: endpoint };
      }
      if (byAddress.status === 'done') {
        const conclusion = byName === undefined ? 'addressWorks' : 'nameResolution';
        return { key: `fixes.test-routing.${conclusion}`, params: endpoint };
      }
      // Each attempt directly follows the assignment that it tests.
      const tried = steps[steps.indexOf(byAddress) - 1]?.change;
      if (tried?.kind !== 'kms-assignment' || tried.host === null) {
        throw new Error('An attempt must follow the assignment of its host');
      }
      const address = stripBrackets(tried.host);
      const probe = await probeAddress(address, port, freshFacts());
      const reach = reachabilityOf({ probes: [probe] });
      return {
        key: `fixes.test-routing.port-${reach}`,
        params: { host, endpoint: formatEndpoint(address, port) },
      };
    };
    return [...tell('byName', byName), ...tell('byAddress', byAddress), await conclude()];
  },
});

function tell(attempt: 'byName' | 'byAddress', step?: Step): Message[] {
  const key = `fixes.test-routing.${attempt}` as const;
  if (step === undefined || step.status === 'skipped') return [];
  if (step.status === 'done') return [{ key: `${key}-worked` }];
  if (step.status === 'unverified') return [{ key: `${key}-unverified` }];
  return step.code === null
    ? [{ key: `${key}-failed` }]
    : [{ key: `${key}-code`, params: { code: formatErrorCode(step.code) } }];
}
