/** The two inbound rules of a client edition: planned, enabled and restored together, each to its previous state. */
import { describe, expect, it } from 'vitest';
import { translateMessage, translator } from '@shared/i18n';
import type { FirewallRuleChange } from '@engine/changes/firewall-rule';
import { firewallRule as type } from '@engine/changes/firewall-rule';
import { entryLines } from '@engine/journal/journal-schema';
import {
  KMS_FIREWALL_RULES,
  Unreadable,
  type Computer,
  type KmsFirewallRules,
} from '@engine/computer';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { runCheck } from '@engine/checks';
import { computerOf } from '../fixes/fixtures';

const t = translator('en');
const [SERVER, DOMAIN] = KMS_FIREWALL_RULES;
const CLOSED = 'kms-firewall-closed/rule-off';

/** Creates the facts of a KMS host with these rules. The firewall blocks KMS unless `open` returns something else. */
function factsOf(rules: KmsFirewallRules, open: () => boolean | null = () => false): Facts {
  const computer: Computer = {
    ...computerOf(CLOSED),
    kmsFirewallRules: () => Promise.resolve(rules),
    firewallKmsRule: () => Promise.resolve().then(open),
  };
  return new Facts(computer, {}, new AbortController().signal);
}

async function planned(facts: Facts) {
  const result = await planFix('open-kms-firewall', {}, await facts.snapshot(), facts);
  return result.ok
    ? result.plan
    : result.refusal.messages.flatMap(({ message }) => message.map(({ key }) => key));
}

const both = (server: boolean, domain: boolean) => ({ [SERVER]: server, [DOMAIN]: domain });

describe('the plan to open the firewall', () => {
  it('enables both rules of a client and keeps their previous states', async () => {
    expect(await planned(factsOf(both(true, false)))).toMatchObject({
      changes: [{ kind: 'firewall-rule', enabled: true, rules: both(true, true) }],
      before: [both(true, false)],
    });
    expect(await planned(factsOf(both(false, false)))).toMatchObject({ before: [false] });
  });

  it('covers the only rule of a server', async () => {
    const { changes } = (await planned(factsOf({ [SERVER]: false }))) as { changes: unknown };
    expect(changes).toEqual([{ kind: 'firewall-rule', enabled: true }]);
  });

  it('is refused if the firewall already lets clients in', async () => {
    const open = () => true;
    for (const rules of [both(false, false), {}]) {
      expect(await planned(factsOf(rules, open))).toEqual(['fixes.notHere.firewallRuleOn']);
    }
  });

  it('is refused if the rules are enabled but have no effect', async () => {
    expect(await planned(factsOf(both(true, true)))).toEqual([
      'fixes.notHere.firewallRuleOverruled',
    ]);
  });

  it("is made if the state of the firewall can't be read", async () => {
    const unread = () => {
      throw new Unreadable('timed-out', 'powershell.exe');
    };
    expect(await planned(factsOf(both(true, false), unread))).toHaveProperty('changes.length', 1);
  });
});

describe('the firewall rule change', () => {
  const change: FirewallRuleChange = {
    ...{ kind: 'firewall-rule', enabled: true, rules: both(true, true) },
  };

  it.each([
    [false, both(false, false)],
    [true, both(true, true)],
    [both(true, false), both(true, false)],
    [both(false, true), both(false, true)],
  ])('restores %j', (before, rules) => {
    const inverse = type.inverse?.(change, before);
    expect(inverse).toMatchObject({ rules });
    expect(type.isDone(before, inverse!)).toBe(true);
    expect(type.isDone(both(!rules[SERVER], rules[DOMAIN]), inverse!)).toBe(false);
  });

  it('names both rules in commands and messages, separately if their states differ', () => {
    expect(type.manualSteps(change)).toEqual([
      "Set-NetFirewallRule -Name 'SPPSVC-In-TCP','SPPSVC-In-TCP-NoScope' -Enabled True",
    ]);
    const back = type.inverse!(change, both(true, false))!;
    expect(type.manualSteps(back)).toEqual([
      "Set-NetFirewallRule -Name 'SPPSVC-In-TCP' -Enabled True",
      "Set-NetFirewallRule -Name 'SPPSVC-In-TCP-NoScope' -Enabled False",
    ]);
    expect(translateMessage(t, type.title(change))).toContain(
      'SPPSVC-In-TCP, SPPSVC-In-TCP-NoScope',
    );
    expect(translateMessage(t, type.showBefore(both(true, false), change))).toBe(
      'SPPSVC-In-TCP is on, SPPSVC-In-TCP-NoScope is off',
    );
    expect(type.showAfter(back).key).toBe('changes.firewall-rule.mixed');
  });

  it('affects only the known rule if an earlier version stored it', async () => {
    const stored: FirewallRuleChange = { kind: 'firewall-rule', enabled: true };
    expect(await type.readState(factsOf(both(true, false)), stored)).toBe(true);
    expect(type.inverse?.(stored, false)).toEqual({ kind: 'firewall-rule', enabled: false });
  });

  it.each([
    ['stored by an earlier version', { kind: 'firewall-rule', enabled: true }, false, true],
    [
      'stored by an earlier version without the rule',
      { kind: 'firewall-rule', enabled: true },
      null,
      true,
    ],
    ['with both rules', change, false, true],
    ['with rules that had different states', change, both(true, false), true],
    ['with an unrelated rule', { ...change, rules: { RemoteDesktop: true } }, false, false],
    ['with an incomplete state', change, { [SERVER]: true }, false],
  ])('is validated when it is read from a journal: %s', (_, stored, before, taken) => {
    const opening = {
      ...{ fix: 'open-kms-firewall', target: 'this-pc', computer: 'KMS1', parameters: {} },
      ...{ at: '2026-11-22T09:00:00.000Z', changes: [stored], before: [before] },
    };
    expect(entryLines.safeParse([opening]).success).toBe(taken);
  });
});

describe('kms-host-firewall', () => {
  it.each([
    ['both are off', both(false, false), false, 'fail'],
    ['one is off, but the port is open', both(true, false), true, 'pass'],
    ['there are none', {}, null, 'warn'],
  ] as const)('shows the state of each rule: %s', async (_, rules, open, status) => {
    const found = await runCheck(
      'kms-host-firewall',
      factsOf(rules, () => open),
    );
    expect(found.status).toBe(status);
    const shown = found.evidence.map(({ title, data }) => [
      title,
      'enabled' in data && data.enabled,
    ]);
    expect(shown).toEqual(
      Object.keys(rules).length === 0 ? [[SERVER, null]] : Object.entries(rules),
    );
  });
});
