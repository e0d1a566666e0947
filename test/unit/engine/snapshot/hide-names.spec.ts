import { describe, expect, it } from 'vitest';
import { hideNames } from '@engine/snapshot';
import { setupNamePrefix } from '@shared/names';
import type { ScenarioFile } from '@shared/scenario';

const time = '2026-11-22T08:00:00.000Z';
const CMID = '36f27b39-da3d-4b6e-9ea5-8c4b7c8f1f0e';
const SKU = '73111121-5638-40f6-bc11-f1d7b0d64300';

function hidden(id: number, ...data: string[]): readonly string[] | undefined {
  const file: ScenarioFile = {
    schema: 'kms-doctor/scenario@1',
    computer: { name: 'ACCOUNTS-7' },
    events: [{ id, time, data }],
  };
  return hideNames(file).events?.[0]?.data;
}

describe('the events of a case with hidden names', () => {
  it('keep the positions of their fields', () => {
    const given = `0xC004F06C, 0x00000000, kms.acme.example:1688, ${CMID}, 2026/11/22 08:00, 0, 5, 0, ${SKU}, 25`;
    const [text = ''] = hidden(12288, given) ?? [];
    expect(text).toMatch(/^0xC004F06C, 0x00000000, [\w.]+:1688, 0{8}-[\d-]+, 2026\/11\/22 08:00, /);
    expect(text).toMatch(/, 0, 5, 0, 73111121-5638-40f6-bc11-f1d7b0d64300, 25$/);
    expect(text).not.toContain('acme');
  });

  it('keep which product failed and which clients share an ID', () => {
    const APP = '55c92734-d682-4d71-983e-d6ec3f16059f';
    const given = `RuleId=1;User=ACME;AppId=${APP};SkuId=${SKU};Trigger=x`;
    expect(hidden(8198, 'hr=0xC004F074', given)).toEqual([
      'hr=0xC004F074',
      `AppId=${APP};SkuId=${SKU}`,
    ]);
    expect(hidden(8233, `Reason:0xC004F074 AppId = ${APP}, SkuId = ${SKU}, x`)).toEqual([
      `0xC004F074;AppId = ${APP}, SkuId = ${SKU}, `,
    ]);
    const events = [CMID, CMID.toUpperCase(), SKU].map((id, index) => ({
      id: 12290,
      time,
      data: ['0x0', '25', `pc-${index}`, id],
    }));
    const ids = hideNames({ schema: 'kms-doctor/scenario@1', events }).events?.map(
      ({ data }) => data?.[3],
    );
    expect(ids?.[0]).toBe(ids?.[1]);
    expect(new Set(ids).size).toBe(2);
    expect(ids?.join()).not.toMatch(/36f27b39|73111121/i);
  });

  it.each([
    [8198, ['hr=0xC004F074', String.raw`RuleId=1;User=ACME\miller;Computer=ACCOUNTS-7`]],
    [8198, ['ACCOUNTS-7 could not be activated: 0xC004F074']],
    [12288, ['0xC004F074', '0', 'kms.acme.example:1688', CMID, '', '0', '5', '0', 'ACCOUNTS-7']],
    [12288, ['0xC004F074', '0', '', '', '', '0', '5', '0', SKU, '25', 'ACCOUNTS-7', '10.1.2.3']],
    [12290, ['0xC004F06C', '5', 'ACCOUNTS-7', CMID]],
    [12293, ["Publishing in the 'acme.example' domain failed. Info: 0x80072338"]],
    [12294, ["ACCOUNTS-7 is published in the 'acme.example' domain"]],
    [1066, ['ACCOUNTS-7', '0xC004F074']],
  ])('with ID %i keep nothing else that identifies a person or organization: %j', (id, data) => {
    const text = JSON.stringify(hidden(id, ...data));
    expect(text).not.toMatch(/acme|accounts|miller|10\.1\.2\.3|36f27b39/i);
    const code = /0x[0-9A-F]{8}/.exec(data.join());
    if (code !== null) expect(text).toContain(code[0]);
  });
});

describe('a case with hidden names', () => {
  it.each(['MININT-3K2F8Q1', 'DESKTOP-4TQ7L1A', 'LAPTOP-4TQ7L1AB', 'WIN-4TQ7L1ABCDE'])(
    'keeps that Windows Setup named a PC %s',
    (name) => {
      const pseudonym = hideNames({ schema: 'kms-doctor/scenario@1', computer: { name } }).computer
        ?.name;
      expect(pseudonym).not.toBe(name);
      expect(pseudonym?.length).toBe(name.length);
      expect(setupNamePrefix(pseudonym?.toLowerCase() ?? '')).toBe(
        setupNamePrefix(name.toLowerCase()),
      );
    },
  );

  it.each(['host', 'name', 'desktop', '192', '2001', 'example'])(
    'is complete even if every pseudonym contains a name to hide: %s',
    (label) => {
      const target = `${label}.${label}.test`;
      const file: ScenarioFile = {
        schema: 'kms-doctor/scenario@1',
        computer: { name: 'DESKTOP-4TQ7L1A', domain: `${label}.${label}` },
        adapters: [{ addresses: ['10.9.8.7', 'fd00::7'] }],
        dns: {
          servers: {
            '10.9.8.1': {
              records: [
                { name: '_vlmcs._tcp', type: 'SRV', target },
                { name: target, type: 'A', address: '10.9.8.8' },
              ],
            },
          },
        },
      };
      const text = JSON.stringify(hideNames(file));
      expect(text).not.toContain('10.9.8');
      expect(text).not.toContain(target);
    },
  );
});
