/** What rules of the firewall mean. How they are read from a registry is proven with a real one: test/wine/. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KMS_FIREWALL_RULES } from '@engine/computer';
import {
  blocksOutbound,
  letsIn,
  parseRule,
  PROFILES,
  type Firewall,
  type FirewallRule,
  type ProfileSettings,
  type Store,
} from '@shared/firewall-rules';
import recorded from '../../data/recorded/firewall-rules.json';
import { expectWithin } from '../../support/limits';
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

/** A firewall that is on and has these rules, with the settings of Windows unless told otherwise. */
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
  it('of Windows 11 is read whole', () => {
    expect(parseRule(textOf('SPPSVC-In-TCP, local'))).toEqual({
      ...{ action: 'allow', active: false, direction: 'in', protocol: 6 },
      ...{ profiles: ['private', 'public'], localPorts: [[1688, 1688]], remotePorts: null },
      ...{ app: '%SystemRoot%\\system32\\sppextcomobj.exe', service: 'sppsvc' },
      // It is for the local subnet.
      ...{ packaged: false, conditional: true },
    });
  });

  it('is a rule where a version stands in front, of whatever schema, and nowhere else', () => {
    const versions = texts.map((text) => [text.slice(0, 5), parseRule(text) !== null]);
    expect(versions).toContainEqual(['Block', false]);
    expect(versions.filter(([, taken]) => !taken)).toHaveLength(1);
    expect(new Set(versions.map(([version]) => version))).toEqual(
      new Set(['v2.33', 'v2.10', 'v2.25', 'v2.29', 'v2.31', 'v2.26', 'Block', 'v2.28', 'v2.0|']),
    );
  });

  it.each(texts)('blocks no KMS: %s', (text) => {
    if (parseRule(text) !== null) expect(blocked(text)).toEqual([]);
  });
});

describe('what is no rule', () => {
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
  ])('%j', (text) => {
    expect(parseRule(text)).toBeNull();
  });

  it('is told of any text, and nothing is thrown', () => {
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

describe('a rule that blocks', () => {
  it.each([
    ['everything', ''],
    ['TCP', 'Protocol=6|'],
    ['the port', 'Protocol=6|RPort=1688|'],
    ['one of several ports', 'Protocol=6|RPort=80|RPort=1688|RPort=443|'],
    ['a list of ports', 'Protocol=6|RPort=80,1688|'],
    ['a range of ports', 'Protocol=6|RPort2_10=1000-2000|'],
    ['one of several ranges', 'Protocol=6|RPort2_10=0-52|RPort2_10=444-1688|'],
    ['the program that activates', 'Protocol=6|App=%SystemRoot%\\system32\\SppExtComObj.exe|'],
    ['it with doubled backslashes', 'App=C:\\\\Windows\\\\System32\\\\sppsvc.exe|'],
    ['the licensing service', 'Protocol=6|Svc=sppsvc|'],
    ['it by its program as well', 'App=%SystemRoot%\\system32\\sppsvc.exe|Svc=SPPSVC|'],
    ['what a note in another language is about', 'Protocol=6|Name=\u5c01\u9396 KMS|Desc=a=b|'],
    ['with words of another case', 'PROTOCOL=6|rport=1688|'],
  ])('%s, blocks KMS', (_, rest) => {
    expect(blocked(`${BLOCK}${rest}`)).toEqual([...PROFILES]);
  });

  it.each([
    ['UDP', 'Protocol=17|RPort=1688|'],
    ['other ports', 'Protocol=6|RPort=1687|RPort=1689|'],
    ['other ranges', 'Protocol=6|RPort2_10=1-1687|RPort2_10=1689-65535|'],
    ['a port by keyword', 'Protocol=6|RPort2_10=IPHTTPSOut|'],
    ['a port of this PC', 'Protocol=6|LPort=1688|'],
    ['another program', 'App=C:\\Games\\sppsvc.exe|'],
    ['what is no path', 'App=sppsvc.exe (ExploitProtection)|'],
    ['a program of a like name', 'App=C:\\Windows\\System32\\notsppsvc.exe|'],
    ['another service', 'Svc=WinDefend|'],
    ['every service', 'Svc=*|'],
    ['some users', 'LUAuth=D:(A;;CC;;;S-1-5-21-1-2-3-1001)|'],
    ['the packages of a user', 'LUOwn=S-1-5-21-1-2-3-1001|'],
    ['a package', 'AppPkgId=S-1-15-2-1|'],
    ['a package by family', 'PFN=Microsoft.WindowsStore_8wekyb3d8bbwe|'],
    ['an interface', 'IF={00000000-1111-2222-3333-444444444444}|'],
    ['wireless networks', 'IFType=Wireless|'],
    ['an address', 'RA4=10.0.0.20|'],
    ['an IPv6 address', 'RA6=fd00::/8|'],
    ['addresses by keyword', 'RA42=IntErnet|RA62=IntErnet|'],
    ['one of its own addresses', 'LA4=10.0.0.42|'],
    ['a condition that nobody here knows', 'Moon=Full|'],
    ['something that was cut off', 'Protocol=6|Desc=first line'],
  ])('%s, is not said to block KMS', (_, rest) => {
    expect(blocked(`${BLOCK}${rest}`)).toEqual([]);
  });

  it('says nothing while it is off, or without a word of that', () => {
    expect(blocked(BLOCK.replace('TRUE', 'FALSE'))).toEqual([]);
    expect(blocked(BLOCK.replace('Active=TRUE|', ''))).toEqual([]);
  });

  it('is about the profiles that it names, several of them included', () => {
    expect(blocked(`${BLOCK}Profile=Public|`)).toEqual(['public']);
    expect(blocked(`${BLOCK}Profile=Domain|Profile=Private|`)).toEqual(['domain', 'private']);
  });

  it('goes before one that allows, and after one that IPsec lets past', () => {
    const allow = BLOCK.replace('Block', 'Allow');
    const both = firewall({ local: { a: allow }, policy: { b: BLOCK } });
    expect(blocksOutbound(both, 'domain', 1688)).toBe('group-policy');
    const bypass = firewall({ policy: { a: BLOCK.replace('Block', 'ByPass'), b: BLOCK } });
    expect(blocksOutbound(bypass, 'domain', 1688)).toBeNull();
  });

  it('says nothing where the firewall is off', () => {
    expect(blocked(BLOCK, { enabled: false })).toEqual([]);
  });

  it('counts from every store, the local one only where a policy lets it', () => {
    for (const store of ['local', 'policy', 'mdm'] as const) {
      const here = { [store]: { rule: BLOCK } };
      const by = store === 'local' ? 'this-pc' : 'group-policy';
      expect(blocksOutbound(firewall(here), 'private', 1688), store).toBe(by);
      const merged = firewall(here, { localRulesCount: false });
      const left = store === 'local' ? null : 'group-policy';
      expect(blocksOutbound(merged, 'private', 1688), store).toBe(left);
    }
  });

  it('is a policy’s where one stands beside that of the PC, or says that nothing goes out', () => {
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

describe('a firewall that lets nothing out without a rule', () => {
  const closed = { outbound: 'block' } as const;
  const allow = 'v2.26|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|';

  it('blocks KMS without a rule for it', () => {
    expect(blocked(`${allow}RPort=443|`, closed)).toEqual([...PROFILES]);
    expect(blocked(`${allow}RPort=1688|Profile=Domain|`, closed)).toEqual(['private', 'public']);
  });

  it.each(['RPort=1688|', 'RPort=1688|RA4=10.0.0.0/8|', 'Svc=*|', 'Svc=sppsvc|'])(
    'is not said to where a rule may be one: %s',
    (rest) => {
      expect(blocked(`${allow}${rest}`, closed)).toEqual([]);
    },
  );
});

describe('the inbound rules', () => {
  const [server, domain] = KMS_FIREWALL_RULES;
  const usual = textOf('SPPSVC-In-TCP, local');
  const noScope = textOf('SPPSVC-In-TCP-NoScope');
  const on = (rule: string) => rule.replace('Active=FALSE', 'Active=TRUE');
  const client = { [server]: usual, [domain]: noScope };
  const open = (...given: Parameters<typeof firewall>) =>
    PROFILES.map((profile) => letsIn(firewall(...given), profile, 1688, KMS_RULES));

  it.each([
    ['are off', client, [false, false, false]],
    ['are on', { [server]: on(usual), [domain]: on(noScope) }, [true, true, true]],
    ['are on but for domains', { ...client, [server]: on(usual) }, [false, true, true]],
    ['are on for domains alone', { ...client, [domain]: on(noScope) }, [true, false, false]],
    [
      'of Windows 7 are on',
      { [server]: on(textOf('SPPSVC-In-TCP, local: program')) },
      [null, true, true],
    ],
    ['are not there', {}, [null, null, null]],
  ])('of a client, where they %s', (_, local, expected) => {
    expect(open({ local })).toEqual(expected);
  });

  it.each([
    ["an administrator's own rule", { local: { ...client, own: ALLOW_IN } }],
    ['a rule of a policy', { local: client, policy: { '{1}': ALLOW_IN } }],
    ['a rule of a device management', { local: client, mdm: { '{1}': ALLOW_IN } }],
    [
      'a rule for a range',
      {
        local: {
          ...client,
          own: ALLOW_IN.replace('LPort', 'LPort2_10').replace('1688', '1600-1700'),
        },
      },
    ],
    ['a rule for some addresses', { local: { ...client, own: `${ALLOW_IN}RA4=10.0.0.0/8|` } }],
    ['a rule for the service', { local: { ...client, own: `${ALLOW_IN}Svc=sppsvc|` } }],
  ])('do not keep clients out where %s lets them in', (_, rules) => {
    expect(open(rules)).toEqual([true, true, true]);
  });

  it.each([
    // Windows has hundreds of these, and they are on.
    ['of a package', 'v2.33|Action=Allow|Active=TRUE|Dir=In|LUOwn=S-1-5-21-1|AppPkgId=S-1-15-2-1|'],
    ['of another program', `${ALLOW_IN}App=C:\\Tools\\listener.exe|`],
    ['of another service', `${ALLOW_IN}Svc=termservice|`],
    ['for a port by keyword', 'v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=RPC|'],
    [
      'for a newer keyword',
      'v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort2_29=TcpCDPSvc|',
    ],
    ['that is off', ALLOW_IN.replace('TRUE', 'FALSE')],
  ])('keep clients out whatever a rule %s says', (_, rule) => {
    expect(open({ local: { ...client, rule } })).toEqual([false, false, false]);
  });

  it('do not count where a policy, a block or a shield goes before them', () => {
    const local = { [server]: on(usual), [domain]: on(noScope) };
    expect(open({ local }, { localRulesCount: false })).toEqual([false, false, false]);
    expect(open({ local }, { shielded: true })).toEqual([false, false, false]);
    const block = ALLOW_IN.replace('Allow', 'Block').replace('LPort=1688|', 'LPort2_10=1-65535|');
    expect(open({ local, policy: { block } })).toEqual([false, false, false]);
  });

  it('keep nobody out where the firewall does not', () => {
    expect(open({ local: client }, { enabled: false, shielded: true })).toEqual([true, true, true]);
    expect(open({ local: client }, { inbound: 'allow' })).toEqual([true, true, true]);
  });

  it('are for the usual port', () => {
    const at1690 = letsIn(firewall({ local: { [server]: on(usual) } }), 'public', 1690, KMS_RULES);
    expect(at1690).toBe(false);
  });
});

describe('time', () => {
  it('is short for the rules of a full PC', async () => {
    const rules = Array.from({ length: 1_500 }, (_, index) => texts[index % texts.length] ?? '');
    await expectWithin(await cpuMs(() => rules.map(parseRule), 7), 100);
  });

  // A moment; what grew with the square would take minutes.
  it.each(['|', 'RPort=1,', 'Profile=Public|', 'a=', '=', '\\\\', '\\System32'])(
    'grows with the length of a rule and no faster: %s',
    (piece) => {
      const start = performance.now();
      blocked(`${BLOCK}App=${piece.repeat(200_000)}|`);
      expect(performance.now() - start).toBeLessThan(8_000);
    },
  );
});
