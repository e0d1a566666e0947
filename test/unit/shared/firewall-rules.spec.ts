/** Interpretation of firewall rules. Reading them is tested against a real registry in test/wine/. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KMS_FIREWALL_RULES } from '@engine/computer';
import {
  blocksOutbound,
  allowsInbound,
  parseRule,
  PROFILES,
  type Firewall,
  type FirewallRule,
  type ProfileSettings,
  type Store,
} from '@shared/firewall-rules';
import recorded from '../../data/recorded/firewall-rules.json';
import { expectCpuTimeWithin } from '../../support/limits';
import { cpuMs } from '../../support/turns';

const KMS_RULES = KMS_FIREWALL_RULES.map((name) => name.toLowerCase());
const BLOCK = 'v2.30|Action=Block|Active=TRUE|Dir=Out|';
const ALLOW_IN = 'v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=1688|';

const texts = recorded.flatMap(({ text }) => (text?.includes('|') === true ? [text] : []));
const textOf = (what: string): string =>
  recorded.find((entry) => entry.what.startsWith(what))?.text ?? expect.unreachable(what);

const rulesOf = (rules: Record<string, string>): ReadonlyMap<string, FirewallRule> =>
  new Map(
    Object.entries(rules).map(([name, text]) => [
      name.toLowerCase(),
      parseRule(text) ?? expect.unreachable(`no rule: ${text}`),
    ]),
  );

/** Creates an enabled firewall with these rules, and the default settings of Windows unless overridden. */
function firewall(
  rules: Partial<Record<Store, Record<string, string>>>,
  settings: Partial<ProfileSettings> = {},
): Firewall {
  const all: ProfileSettings = {
    ...{ enabled: true, shielded: false, inbound: 'block', outbound: 'allow' },
    ...{ outboundByPolicy: false, localRulesCount: true, ...settings },
  };
  return {
    rules: {
      local: rulesOf(rules.local ?? {}),
      policy: rulesOf(rules.policy ?? {}),
      mdm: rulesOf(rules.mdm ?? {}),
    },
    settings: { domain: all, private: all, public: all },
  };
}

const blocked = (rule: string, settings?: Partial<ProfileSettings>) =>
  PROFILES.filter(
    (profile) => blocksOutbound(firewall({ local: { rule } }, settings), profile, 1688) !== null,
  );

describe('a recorded rule', () => {
  it('of Windows 11 is parsed completely', () => {
    expect(parseRule(textOf('SPPSVC-In-TCP, local'))).toEqual({
      ...{ action: 'allow', active: false, direction: 'in', protocol: 6 },
      ...{ profiles: ['private', 'public'], localPorts: [[1688, 1688]], remotePorts: null },
      ...{ app: '%SystemRoot%\\system32\\sppextcomobj.exe', service: 'sppsvc' },
      // It applies only to the local subnet.
      ...{ packaged: false, conditional: true },
    });
  });

  it('is parsed if it starts with a schema version, whichever it is, and only then', () => {
    const versions = texts.map((text) => [text.slice(0, 5), parseRule(text) !== null]);
    expect(versions).toContainEqual(['Block', false]);
    expect(versions.filter(([, taken]) => !taken)).toHaveLength(1);
    expect(new Set(versions.map(([version]) => version))).toEqual(
      new Set(['v2.33', 'v2.10', 'v2.25', 'v2.29', 'v2.31', 'v2.26', 'Block', 'v2.28', 'v2.0|']),
    );
  });

  it.each(texts)('does not block KMS: %s', (text) => {
    if (parseRule(text) !== null) expect(blocked(text)).toEqual([]);
  });
});

describe('parseRule', () => {
  it.each([
    '',
    '|',
    'v2.30',
    'v2.30|',
    'v2|Action=Block|Dir=Out|',
    '2.30|Action=Block|Active=TRUE|Dir=Out|',
    'v2.30|Active=TRUE|Dir=Out|',
    'v2.30|Action=Block|Active=TRUE|',
    'v2.30|Action=Deny|Active=TRUE|Dir=Out|',
    'v2.30|Action=Block|Action=Allow|Active=TRUE|Dir=Out|',
    'v2.30|Action=Block|Active=yes|Dir=Out|',
    'v2.30|Action=Block|Active=TRUE|Dir=Out|Protocol=tcp|',
    'v2.30|Action=Block|Active=TRUE|Dir=Out|Protocol=257|',
    'v2.30|Action=Block|Active=TRUE|Dir=Out|Profile=Office|',
    'v2.30|Action=constructor|Active=TRUE|Dir=Out|',
  ])('returns null for %j', (text) => {
    expect(parseRule(text)).toBeNull();
  });

  it('never throws, and returns a rule only for text that starts with a version', () => {
    const token = fc.oneof(
      fc.constantFrom('v2.30', 'Action=Block', 'Dir=Out', 'Active=TRUE', 'RPort=', 'Profile=', '='),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(token).map((parts) => parts.join('|')),
        ),
        (text) => {
          const rule = parseRule(text);
          if (rule !== null) expect(text).toMatch(/^v\d/i);
        },
      ),
    );
  });
});

describe('an outbound block rule', () => {
  it.each([
    ['everything', ''],
    ['TCP', 'Protocol=6|'],
    ['the port', 'Protocol=6|RPort=1688|'],
    ['one of several ports', 'Protocol=6|RPort=80|RPort=1688|RPort=443|'],
    ['a list of ports', 'Protocol=6|RPort=80,1688|'],
    ['a range of ports', 'Protocol=6|RPort2_10=1000-2000|'],
    ['one of several ranges', 'Protocol=6|RPort2_10=0-52|RPort2_10=444-1688|'],
    ['the activating program', 'Protocol=6|App=%SystemRoot%\\system32\\SppExtComObj.exe|'],
    ['a program path with doubled backslashes', 'App=C:\\\\Windows\\\\System32\\\\sppsvc.exe|'],
    ['the licensing service', 'Protocol=6|Svc=sppsvc|'],
    ['the licensing service and its program', 'App=%SystemRoot%\\system32\\sppsvc.exe|Svc=SPPSVC|'],
    ['TCP with a description in another language', 'Protocol=6|Name=\u5c01\u9396 KMS|Desc=a=b|'],
    ['the port in another letter case', 'PROTOCOL=6|rport=1688|'],
  ])('for %s blocks KMS', (_, rest) => {
    expect(blocked(`${BLOCK}${rest}`)).toEqual([...PROFILES]);
  });

  it.each([
    ['UDP', 'Protocol=17|RPort=1688|'],
    ['other ports', 'Protocol=6|RPort=1687|RPort=1689|'],
    ['other port ranges', 'Protocol=6|RPort2_10=1-1687|RPort2_10=1689-65535|'],
    ['a port by keyword', 'Protocol=6|RPort2_10=IPHTTPSOut|'],
    ['a local port', 'Protocol=6|LPort=1688|'],
    ['another program', 'App=C:\\Games\\sppsvc.exe|'],
    ['an invalid program path', 'App=sppsvc.exe (ExploitProtection)|'],
    ['a program with a similar name', 'App=C:\\Windows\\System32\\notsppsvc.exe|'],
    ['another service', 'Svc=WinDefend|'],
    ['every service', 'Svc=*|'],
    ['certain users', 'LUAuth=D:(A;;CC;;;S-1-5-21-1-2-3-1001)|'],
    ["a user's packages", 'LUOwn=S-1-5-21-1-2-3-1001|'],
    ['a package', 'AppPkgId=S-1-15-2-1|'],
    ['a package family', 'PFN=Microsoft.WindowsStore_8wekyb3d8bbwe|'],
    ['an interface', 'IF={00000000-1111-2222-3333-444444444444}|'],
    ['wireless networks', 'IFType=Wireless|'],
    ['an address', 'RA4=10.0.0.20|'],
    ['an IPv6 address', 'RA6=fd00::/8|'],
    ['addresses by keyword', 'RA42=IntErnet|RA62=IntErnet|'],
    ['a local address', 'LA4=10.0.0.42|'],
    ['an unknown condition', 'Moon=Full|'],
    ['text that is truncated', 'Protocol=6|Desc=first line'],
  ])('for %s is not assumed to block KMS', (_, rest) => {
    expect(blocked(`${BLOCK}${rest}`)).toEqual([]);
  });

  it('has no effect if it is inactive or has no Active field', () => {
    expect(blocked(BLOCK.replace('TRUE', 'FALSE'))).toEqual([]);
    expect(blocked(BLOCK.replace('Active=TRUE|', ''))).toEqual([]);
  });

  it('applies to each profile that it names', () => {
    expect(blocked(`${BLOCK}Profile=Public|`)).toEqual(['public']);
    expect(blocked(`${BLOCK}Profile=Domain|Profile=Private|`)).toEqual(['domain', 'private']);
  });

  it('overrides an allow rule, but not an IPsec bypass rule', () => {
    const allow = BLOCK.replace('Block', 'Allow');
    const both = firewall({ local: { a: allow }, policy: { b: BLOCK } });
    expect(blocksOutbound(both, 'domain', 1688)).toBe('group-policy');
    const bypass = firewall({ policy: { a: BLOCK.replace('Block', 'ByPass'), b: BLOCK } });
    expect(blocksOutbound(bypass, 'domain', 1688)).toBeNull();
  });

  it('has no effect if the firewall is off', () => {
    expect(blocked(BLOCK, { enabled: false })).toEqual([]);
  });

  it('applies from every store, but from the local one only if policy allows it', () => {
    for (const store of ['local', 'policy', 'mdm'] as const) {
      const here = { [store]: { rule: BLOCK } };
      const by = store === 'local' ? 'this-pc' : 'group-policy';
      expect(blocksOutbound(firewall(here), 'private', 1688), store).toBe(by);
      const merged = firewall(here, { localRulesCount: false });
      const left = store === 'local' ? null : 'group-policy';
      expect(blocksOutbound(merged, 'private', 1688), store).toBe(left);
    }
  });

  it('is attributed to a policy if a policy has one too, or blocks outbound connections by default', () => {
    const both = { local: { a: BLOCK }, mdm: { b: BLOCK } };
    expect(blocksOutbound(firewall(both), 'domain', 1688)).toBe('group-policy');
    const closed = { outbound: 'block', outboundByPolicy: true } as const;
    expect(blocksOutbound(firewall({}, closed), 'domain', 1688)).toBe('group-policy');
    const own = { ...closed, outboundByPolicy: false };
    expect(blocksOutbound(firewall({}, own), 'domain', 1688)).toBe('this-pc');
    const open = { outbound: 'allow', outboundByPolicy: true } as const;
    expect(blocksOutbound(firewall({ local: { a: BLOCK } }, open), 'domain', 1688)).toBe('this-pc');
  });
});

describe('a firewall that blocks outbound connections by default', () => {
  const closed = { outbound: 'block' } as const;
  const allow = 'v2.26|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|';

  it('blocks KMS without an allow rule for it', () => {
    expect(blocked(`${allow}RPort=443|`, closed)).toEqual([...PROFILES]);
    expect(blocked(`${allow}RPort=1688|Profile=Domain|`, closed)).toEqual(['private', 'public']);
  });

  it.each(['RPort=1688|', 'RPort=1688|RA4=10.0.0.0/8|', 'Svc=*|', 'Svc=sppsvc|'])(
    'is not assumed to block KMS if an allow rule may apply: %s',
    (rest) => {
      expect(blocked(`${allow}${rest}`, closed)).toEqual([]);
    },
  );
});

describe('inbound rules', () => {
  const [server, domain] = KMS_FIREWALL_RULES;
  const usual = textOf('SPPSVC-In-TCP, local');
  const noScope = textOf('SPPSVC-In-TCP-NoScope');
  const on = (rule: string) => rule.replace('Active=FALSE', 'Active=TRUE');
  const client = { [server]: usual, [domain]: noScope };
  const open = (...given: Parameters<typeof firewall>) =>
    PROFILES.map((profile) => allowsInbound(firewall(...given), profile, 1688, KMS_RULES));

  it.each([
    ['inactive', client, [false, false, false]],
    ['active', { [server]: on(usual), [domain]: on(noScope) }, [true, true, true]],
    ['active except for domains', { ...client, [server]: on(usual) }, [false, true, true]],
    ['active only for domains', { ...client, [domain]: on(noScope) }, [true, false, false]],
    [
      'active on Windows 7',
      { [server]: on(textOf('SPPSVC-In-TCP, local: program')) },
      [null, true, true],
    ],
    ['missing', {}, [null, null, null]],
  ])('are evaluated per profile: %s', (_, local, expected) => {
    expect(open({ local })).toEqual(expected);
  });

  it.each([
    ["an administrator's own rule", { local: { ...client, own: ALLOW_IN } }],
    ['a Group Policy rule', { local: client, policy: { '{1}': ALLOW_IN } }],
    ['an MDM rule', { local: client, mdm: { '{1}': ALLOW_IN } }],
    [
      'a rule for a port range',
      {
        local: {
          ...client,
          own: ALLOW_IN.replace('LPort', 'LPort2_10').replace('1688', '1600-1700'),
        },
      },
    ],
    ['a rule for certain addresses', { local: { ...client, own: `${ALLOW_IN}RA4=10.0.0.0/8|` } }],
    ['a rule for the service', { local: { ...client, own: `${ALLOW_IN}Svc=sppsvc|` } }],
  ])('do not keep clients out if %s lets them in', (_, rules) => {
    expect(open(rules)).toEqual([true, true, true]);
  });

  it.each([
    // Windows has hundreds of these, and they're active.
    ['of a package', 'v2.33|Action=Allow|Active=TRUE|Dir=In|LUOwn=S-1-5-21-1|AppPkgId=S-1-15-2-1|'],
    ['of another program', `${ALLOW_IN}App=C:\\Tools\\listener.exe|`],
    ['of another service', `${ALLOW_IN}Svc=termservice|`],
    ['for a port by keyword', 'v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=RPC|'],
    [
      'for a newer keyword',
      'v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort2_29=TcpCDPSvc|',
    ],
    ['that is inactive', ALLOW_IN.replace('TRUE', 'FALSE')],
  ])('keep clients out despite an allow rule %s', (_, rule) => {
    expect(open({ local: { ...client, rule } })).toEqual([false, false, false]);
  });

  it('have no effect if a policy, a block rule, or DoNotAllowExceptions overrides them', () => {
    const local = { [server]: on(usual), [domain]: on(noScope) };
    expect(open({ local }, { localRulesCount: false })).toEqual([false, false, false]);
    expect(open({ local }, { shielded: true })).toEqual([false, false, false]);
    const block = ALLOW_IN.replace('Allow', 'Block').replace('LPort=1688|', 'LPort2_10=1-65535|');
    expect(open({ local, policy: { block } })).toEqual([false, false, false]);
  });

  it('keep no clients out if the firewall is off or allows inbound connections by default', () => {
    expect(open({ local: client }, { enabled: false, shielded: true })).toEqual([true, true, true]);
    expect(open({ local: client }, { inbound: 'allow' })).toEqual([true, true, true]);
  });

  it('apply only to the default port', () => {
    const at1690 = allowsInbound(
      firewall({ local: { [server]: on(usual) } }),
      'public',
      1690,
      KMS_RULES,
    );
    expect(at1690).toBe(false);
  });
});

describe('parsing time', () => {
  it('is short for 1,500 rules', async () => {
    const rules = Array.from({ length: 1_500 }, (_, index) => texts[index % texts.length] ?? '');
    await expectCpuTimeWithin(await cpuMs(() => rules.map(parseRule), 7), 100);
  });

  // Takes a moment. Quadratic growth would take minutes.
  it.each(['|', 'RPort=1,', 'Profile=Public|', 'a=', '=', '\\\\', '\\System32'])(
    'grows linearly with the length of a rule: %s',
    (piece) => {
      const start = performance.now();
      blocked(`${BLOCK}App=${piece.repeat(200_000)}|`);
      expect(performance.now() - start).toBeLessThan(8_000);
    },
  );
});
