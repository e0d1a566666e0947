import { describe, expect, it } from 'vitest';
import type { FixId } from '@shared/catalog';
import { CLIENT_SETUP_KEYS, nameOfClientSetupKey } from '@shared/client-setup-keys';
import { fixOf } from '@engine/fixes';
import { fieldsOf, parseParameters, showParameters } from '@engine/fixes/parameters';

const problemsOf = (fix: FixId, raw: Readonly<Record<string, unknown>>) => {
  const parsed = parseParameters(fixOf(fix).parameters, raw);
  return parsed.ok ? [] : parsed.problems;
};
const valueOf = (fix: FixId, raw: Readonly<Record<string, unknown>>): unknown => {
  const parsed = parseParameters(fixOf(fix).parameters, raw);
  return parsed.ok ? parsed.values : parsed.problems;
};
const suggestions = (host: string) =>
  problemsOf('assign-kms-host', { host }).flatMap((problem) => problem.suggestions);

describe('a host parameter', () => {
  it.each([
    ['kms1.contoso.com', 'kms1.contoso.com', 1688],
    ['KMS1.Contoso.COM.', 'kms1.contoso.com', 1688],
    ['KMS1', 'kms1', 1688],
    ['kms1.contoso.com:2500', 'kms1.contoso.com', 2500],
    ['10.0.0.20', '10.0.0.20', 1688],
    ['10.0.0.20:1689', '10.0.0.20', 1689],
    ['2001:db8::10', '2001:db8::10', 1688],
    ['[2001:db8::10]', '2001:db8::10', 1688],
    ['[2001:DB8::10]:1689', '2001:db8::10', 1689],
    ['2001:db8:0:0:0:0:0:1688', '2001:db8:0:0:0:0:0:1688', 1688],
    ['  kms1.contoso.com ', 'kms1.contoso.com', 1688],
    ['\u00a0kms1.contoso.com\u3000', 'kms1.contoso.com', 1688],
    ['münchen.example', 'xn--mnchen-3ya.example', 1688],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah', 1688],
  ])('is parsed: %s as %s with port %i', (text, host, port) => {
    expect(valueOf('assign-kms-host', { host: text })).toEqual({ host, port });
  });

  it('gets suggestions for likely typos', () => {
    expect(suggestions('fe80::1:1688')).toEqual(['[fe80::1]:1688', '[fe80::1:1688]']);
    expect(suggestions('2001:db8:1:2:3:4:5:6:1688')).toEqual(['[2001:db8:1:2:3:4:5:6]:1688']);
    expect(suggestions('fe80::1:16880')).toEqual(['[fe80::1]:16880']);
    expect(suggestions('http://kms1.contoso.com:1688/x?y')).toEqual(['kms1.contoso.com:1688']);
    expect(suggestions('\\\\KMS1')).toEqual(['kms1']);
    expect(suggestions('kms1..contoso.com')).toEqual(['kms1.contoso.com']);
  });

  it.each([
    ['', 'required'],
    ['-kms1', 'hyphen'],
    ['/kms1', 'character'],
    ['kms 1', 'character'],
    ['kms"1', 'character'],
    ["kms'1", 'character'],
    ['kms1;calc', 'character'],
    ['kms1&calc', 'character'],
    ['$(calc)', 'character'],
    ['`calc`', 'character'],
    ['kms1|calc', 'character'],
    ['%TEMP%', 'character'],
    ['kms1\n-ipk', 'character'],
    ['kms1\n', 'character'],
    ['\tkms1', 'character'],
    ['10.0.0.20\r', 'character'],
    ['[fe80::1]:1688\n', 'brackets'],
    ['kms\u0000', 'character'],
    ['kms\u202e1', 'character'],
    ['kms1/../x', 'character'],
    ['fe80::1%12', 'colons'],
    ['[kms1]:1688', 'brackets'],
    ['[fe80::1]x', 'brackets'],
    ['1.2.3', 'numericName'],
    ['256.1.1.1', 'numericName'],
    [`${'a'.repeat(64)}.com`, 'labelTooLong'],
    [`${'abc.'.repeat(64)}com`, 'tooLong'],
    ['x'.repeat(5000), 'tooLong'],
    ['kms1:0', 'port'],
    ['kms1:65536', 'port'],
    ['kms1:1688x', 'port'],
    [42, 'text'],
  ])('is rejected: %j', (host, problem) => {
    expect(problemsOf('assign-kms-host', { host }).map(({ message }) => message.key)).toEqual([
      `parameters.problems.${problem}`,
    ]);
  });

  it("can't have two different ports", () => {
    expect(problemsOf('assign-kms-host', { host: 'kms1:1689', port: '1688' })).toMatchObject([
      { field: 'port', message: { params: { one: 1689, other: 1688 } } },
    ]);
    expect(valueOf('assign-kms-host', { host: 'kms1:1689', port: 1689 })).toMatchObject({
      port: 1689,
    });
  });

  it('must be a full name in a record', () => {
    const raw = { domain: 'contoso.com', method: 'text' };
    const key = (host: string) =>
      problemsOf('create-srv-record', { ...raw, host }).map(({ message }) => message.key);
    expect(key('kms1')).toEqual(['parameters.problems.fullName']);
    expect(key('10.0.0.20')).toEqual(['parameters.problems.addressNotName']);
    expect(key('kms1.contoso.com:1688')).toEqual(['parameters.problems.portNotHere']);
    expect(key('kms1.contoso.com')).toEqual([]);
  });
});

describe('a product key entered as a name', () => {
  it.each([
    ['assign-kms-host', { host: 'bcdfg-hjkmp-qrtvw-xy234-n6789' }],
    ['assign-kms-host', { host: 'BCDFGHJKMPQRTVWXY234N6789.contoso.com:1688' }],
    ['set-lookup-domain', { domain: 'BCDFG-HJKMP-QRTVW-XY234-N6789' }],
  ] as const)('is rejected by %s without being repeated: %j', (fix, raw) => {
    const problems = problemsOf(fix, raw);
    expect(problems.map(({ message }) => message)).toEqual([
      { key: 'parameters.problems.isProductKey', params: {} },
    ]);
  });
});

describe('the other parameters', () => {
  it.each([
    [0, false],
    [1, true],
    ['65535', true],
    ['65536', false],
    ['-1', false],
    ['16 88', false],
    ['1e3', false],
    ['0x10', false],
    [1.5, false],
    [true, false],
  ])('validate port %j', (port, good) => {
    expect(problemsOf('assign-kms-host', { host: 'kms1', port }).length).toBe(good ? 0 : 1);
  });

  it('accept publish list entries, one per domain', () => {
    expect(
      showParameters(
        fixOf('set-publish-list').parameters,
        valueOf('set-publish-list', {
          domains: [
            'a.contoso.com',
            ' B.contoso.com , 1 , 2',
            'b.contoso.com,3,4',
            'bücher.example',
          ],
        }) as object as Record<string, unknown>,
      ),
    ).toEqual({ domains: ['a.contoso.com', 'b.contoso.com,3,4', 'xn--bcher-kva.example'] });
    expect(valueOf('set-publish-list', { domains: [''] })).toEqual({ domains: [] });
    for (const domains of [
      undefined,
      'a.contoso.com,1',
      'a,1,2,3',
      'a,-1,0',
      'a,1,65536',
      '10.0.0.1',
    ]) {
      expect(problemsOf('set-publish-list', { domains })).toHaveLength(1);
    }
  });

  it('require a record to be within its zone', () => {
    const raw = { domain: 'a.contoso.com', host: 'k.contoso.com', method: 'text' };
    expect(valueOf('create-srv-record', raw)).toMatchObject({ zone: 'a.contoso.com', ttl: 3600 });
    expect(valueOf('create-srv-record', { ...raw, zone: 'contoso.com' })).toMatchObject({
      zone: 'contoso.com',
    });
    expect(problemsOf('create-srv-record', { ...raw, zone: 'evilcontoso.com' })).toMatchObject([
      { field: 'zone', suggestions: ['a.contoso.com'] },
    ]);
  });

  it('accept a DNS server in the format of --dns', () => {
    const server = (text: string) =>
      valueOf('create-srv-record', {
        domain: 'contoso.com',
        host: 'k.contoso.com',
        method: 'text',
        server: text,
      });
    expect(server('10.0.0.10')).toMatchObject({ server: { address: '10.0.0.10', port: 53 } });
    expect(server('[::1]:5300')).toMatchObject({ server: { address: '::1', port: 5300 } });
    expect(server('dns1.contoso.com')).toMatchObject([{ field: 'server' }]);
  });

  it('validate a confirmation ID group by group', () => {
    const groups = Array.from({ length: 8 }, (_, index) => `${index}00000`);
    const key = (confirmationId: string) =>
      problemsOf('activate-by-phone', { confirmationId }).map(({ message }) => message);
    for (const between of ['', '-', ' ', '–']) expect(key(groups.join(between))).toEqual([]);
    expect(key([...groups.slice(0, 2), '12345', ...groups.slice(3)].join('-'))).toEqual([
      { key: 'parameters.problems.confirmationIdGroup', params: { group: 3, length: 5 } },
    ]);
    expect(key('123456')).toEqual([
      { key: 'parameters.problems.confirmationIdLength', params: { length: 6 } },
    ]);
    expect(key(groups.join('-').replace('5', 'S'))).toMatchObject([
      { key: 'parameters.problems.confirmationIdCharacter' },
    ]);
    expect(key('')).toMatchObject([{ key: 'parameters.problems.confirmationIdMissing' }]);
  });

  it('accept a product key with other separators, and reject invalid ones', () => {
    const good = (productKey: string) => problemsOf('install-mak', { productKey }).length === 0;
    expect(good('BCDFG—HJKMP‑QRTVW−XY234–N6789')).toBe(true);
    expect(good('  bcdfg hjkmp qrtvw xy234 n6789')).toBe(true);
    expect(good('BCDFG-HJKMP-QRTVW-XY234-B6789')).toBe(false);
    expect(good('BCDFG-HJKMP-QRTVW-XYN34-N6789')).toBe(false);
    expect(good('BCDFG-HJKMP-QRTVW-XY234-N678A')).toBe(false);
    expect(good('BCDFG-HJKMP-QRTVW-XY234-N67')).toBe(false);
  });

  it.each(CLIENT_SETUP_KEYS)(
    'reject the public key of $edition if an issued key is required',
    (row) => {
      const productKey = row.key.toLowerCase().replaceAll('-', ' ');
      const params = { edition: nameOfClientSetupKey(row) };
      for (const [fix, kind] of [
        ['install-mak', 'mak'],
        ['install-kms-host-key', 'kmsHost'],
      ] as const) {
        const problems = problemsOf(fix, { productKey });
        expect(problems).toEqual([
          {
            field: 'productKey',
            message: { key: `keys.isClientSetupKey.${kind}`, params },
            suggestions: [],
            instead: 'return-to-kms',
          },
        ]);
        expect(JSON.stringify(problems)).not.toContain(row.key);
      }
    },
  );

  it('reject quotes and commands in a path', () => {
    const problem = (tsigKeyFile: string) =>
      problemsOf('create-srv-record', {
        domain: 'contoso.com',
        host: 'k.contoso.com',
        method: 'dynamic-update',
        tsigKeyFile,
      }).map(({ field }) => field);
    for (const path of ['/etc/bind/kms.key', 'C:\\Program Files (x86)\\kms.key', './kms.key']) {
      expect(problem(path)).toEqual([]);
    }
    for (const path of ['-k', 'a"b', "a'b", 'a$(b)', 'a`b', 'a\nb', 'a;b', 'a&b', '%TEMP%\\k']) {
      expect(problem(path)).toEqual(['tsigKeyFile']);
    }
  });

  it('list the allowed names if one is unknown', () => {
    const [problem] = problemsOf('assign-kms-host', { host: 'kms1', hots: 'x' });
    expect(problem).toMatchObject({
      field: 'hots',
      message: { params: { allowed: 'host, port' } },
    });
    expect(problemsOf('sync-clock', { x: '1' })).toMatchObject([{ field: 'x' }]);
  });

  it('report the required fields for the form', () => {
    const needed = (fix: FixId) =>
      fieldsOf(fixOf(fix).parameters)
        .filter(({ required }) => required)
        .map(({ name }) => name);
    expect(needed('create-srv-record')).toEqual(['domain', 'host', 'method']);
    expect(needed('assign-kms-host')).toEqual(['host']);
    expect(needed('set-publish-list')).toEqual(['domains']);
  });
});
