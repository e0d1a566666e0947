import { z } from 'zod';
import { KMS_FIREWALL_RULES, type KmsFirewallRule, type KmsFirewallRules } from '../computer';
import { storedChange, defineChange } from './change';
import { quoted } from './commands';

/**
 * The built-in inbound rule for a KMS host (Microsoft: "Create a KMS activation host"), and the additional one that
 * client editions have for domain networks.
 */
const [KMS_FIREWALL_RULE, DOMAIN_RULE] = KMS_FIREWALL_RULES;

export { KMS_FIREWALL_RULE };

/** Whether rules are on: one value if all are the same, null if there are no rules, otherwise a value for each. */
type Switches = boolean | null | Readonly<Record<KmsFirewallRule, boolean>>;

/** Returns the change that turns all of these rules on or off; a server has only the first one. */
export function switchAllRules(rules: KmsFirewallRules, enabled: boolean): FirewallRuleChange {
  const names = namesIn(rules);
  const isUsual = names.every((name) => name === KMS_FIREWALL_RULE);
  return {
    kind: 'firewall-rule',
    enabled,
    ...(isUsual ? {} : { rules: Object.fromEntries(names.map((name) => [name, enabled])) }),
  };
}

const wantedOf = ({ enabled, rules }: FirewallRuleChange): KmsFirewallRules =>
  rules ?? { [KMS_FIREWALL_RULE]: enabled };

const namesIn = (rules: KmsFirewallRules, enabled?: boolean): KmsFirewallRule[] =>
  KMS_FIREWALL_RULES.filter((name) =>
    enabled === undefined ? rules[name] !== undefined : rules[name] === enabled,
  );

const list = (names: readonly string[]): string => names.join(', ');

function show(state: Switches) {
  if (state === null) return { key: 'changes.firewall-rule.absent' } as const;
  if (typeof state === 'boolean') {
    return { key: state ? 'changes.firewall-rule.on' : 'changes.firewall-rule.off' } as const;
  }
  const params = { on: list(namesIn(state, true)), off: list(namesIn(state, false)) };
  return { key: 'changes.firewall-rule.mixed', params } as const;
}

/** Converts rules to the state stored in the journal. */
function switchesOf(rules: KmsFirewallRules): Switches {
  const { [KMS_FIREWALL_RULE]: usual, [DOMAIN_RULE]: domain } = rules;
  if (usual === undefined || domain === undefined || usual === domain) {
    return usual ?? domain ?? null;
  }
  return { [KMS_FIREWALL_RULE]: usual, [DOMAIN_RULE]: domain };
}

const ruleName = z.enum(KMS_FIREWALL_RULES);

const schema = storedChange('firewall-rule', {
  /** Target state of the rule that every Windows edition has, if `rules` is absent. */
  enabled: z.boolean(),
  /** Target state of each rule, if there are several. */
  rules: z.partialRecord(ruleName, z.boolean()).optional(),
});

/** A change that turns rules on or off. */
export type FirewallRuleChange = z.output<typeof schema>;

/** Turns the inbound rules for the KMS host on or off. */
export const firewallRule = defineChange({
  schema,
  stateSchema: z.union([z.boolean().nullable(), z.record(ruleName, z.boolean())]),
  async readState(facts, change) {
    const rules = await facts.kmsFirewallRules();
    const names = namesIn(wantedOf(change));
    return switchesOf(Object.fromEntries(names.map((name) => [name, rules[name]])));
  },
  apply: (computer, change, _, signal) => computer.setKmsFirewallRules(wantedOf(change), signal),
  isDone(state, change) {
    const wanted = wantedOf(change);
    const isWanted = (name: KmsFirewallRule): boolean =>
      wanted[name] === (typeof state === 'boolean' ? state : state?.[name]);
    return state !== null && namesIn(wanted).every(isWanted);
  },
  inverse(change, before) {
    if (before === null) return null;
    if (typeof before === 'boolean') return switchAllRules(wantedOf(change), before);
    return { ...change, enabled: false, rules: before };
  },
  leaves: () => 'setting',
  title(change) {
    const wanted = wantedOf(change);
    const [on, off] = [namesIn(wanted, true), namesIn(wanted, false)];
    const params = { rule: list([...on, ...off]) };
    if (on.length > 0 && off.length > 0)
      return { key: 'changes.firewall-rule.title-mixed', params };
    return {
      key: on.length > 0 ? 'changes.firewall-rule.title' : 'changes.firewall-rule.title-off',
      params,
    };
  },
  manualSteps: (change) =>
    [true, false].flatMap((enabled) => {
      const names = namesIn(wantedOf(change), enabled).map(quoted).join(',');
      const value = enabled ? 'True' : 'False';
      return names === '' ? [] : [`Set-NetFirewallRule -Name ${names} -Enabled ${value}`];
    }),
  showBefore: show,
  showAfter: (change) => show(switchesOf(wantedOf(change))),
});
