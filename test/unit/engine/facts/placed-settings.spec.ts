/** Manual KMS settings: Windows looks in four places, and the narrowest one that has a value wins. */
import { describe, expect, it } from 'vitest';
import { Unreadable, type CimRow, type Computer } from '@engine/computer';
import { SPP_KEY, sppSubkey, type RegistryValue } from '@engine/registry-keys';
import { Facts } from '@engine/facts/facts';
import { toResult } from '@engine/facts/fact-types';
import { APPLICATION_IDS, WINDOWS_APPLICATION_ID } from '@shared/kms';
import { createScenarioComputer } from '../../../../electron/computer/scenario';

const ID = '73111121-5638-40f6-bc11-f1d7b0d64300';
const OFFICE_ID = 'fceda083-1203-402a-8ec4-3d7ed9f3648c';
const APP = sppSubkey('windows')!;
const SKU = sppSubkey('windows', ID)!;
const OFFICE_SKU = sppSubkey('office', OFFICE_ID)!;

const text = (value: string): RegistryValue => ({ type: 'REG_SZ', value });
const client: CimRow = {
  ApplicationID: WINDOWS_APPLICATION_ID,
  ID: ID.toUpperCase(),
  Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
  PartialProductKey: '2YT43',
  LicenseStatus: 5,
  LicenseStatusReason: 0xc004_f074,
};
const office: CimRow = {
  ...client,
  ApplicationID: APPLICATION_IDS.office,
  ID: OFFICE_ID,
  Description: 'Office 24, VOLUME_KMSCLIENT channel',
};

interface Pc {
  readonly rows?: readonly CimRow[] | null;
  readonly office?: readonly CimRow[] | null;
  readonly service?: CimRow | null;
  readonly registry?: Readonly<Record<string, Readonly<Record<string, RegistryValue>>>> | null;
  /** Whether the registry has settings for single products; null if it can't be read. */
  readonly placed?: boolean | null;
  /** Whether CIM queries never complete. */
  readonly hangs?: boolean;
}

/** Creates the facts of a PC with these settings; null values can't be read. */
function factsOf(pc: Pc) {
  const {
    rows = [client],
    office: officeRows = [],
    service = {},
    registry = {},
    placed = null,
  } = pc;
  const orFail = <T>(value: T | null): Promise<T> =>
    value === null ? Promise.reject(new Unreadable('timed-out')) : Promise.resolve(value);
  const computer: Computer = {
    ...createScenarioComputer({ schema: 'kms-doctor/scenario@1' }),
    licensingProducts: () => (pc.hangs ? new Promise(() => undefined) : orFail(rows)),
    isPlacedByProduct: () => orFail(placed),
    officeProducts: () => orFail(officeRows),
    licensingService: () => orFail(service),
    registryValue: async ({ key, name }) => (await orFail(registry))[key]?.[name] ?? null,
  };
  return new Facts(computer, {}, new AbortController().signal);
}

const hostIn = (place: string) => ({
  KeyManagementServiceName: text(`${place}.contoso.com`),
  KeyManagementServiceLookupDomain: text(`${place}.test`),
  VLActivationType: { type: 'REG_DWORD', value: 3 } as const,
});
const EVERYWHERE = {
  rows: [
    {
      ...client,
      KeyManagementServiceMachine: 'product.contoso.com',
      KeyManagementServicePort: 1689,
      KeyManagementServiceLookupDomain: 'product.test',
      VLActivationTypeEnabled: 1,
    },
  ],
  registry: { [SKU]: hostIn('sku'), [APP]: hostIn('app'), [SPP_KEY]: hostIn('service') },
} satisfies Pc;

describe('the assigned host', () => {
  const assigned = async (pc: Pc) => {
    const found = await toResult(factsOf(pc).assignment());
    if (!found.ok) return 'unread';
    return found.value === null ? null : `${found.value.place} ${found.value.host}`;
  };

  it('comes from the narrowest place that has one', async () => {
    const { rows, registry } = EVERYWHERE;
    expect(await assigned({ rows, registry })).toBe('product product.contoso.com');
    expect(await assigned({ registry })).toBe('registry-sku sku.contoso.com');
    expect(await assigned({ registry: { ...registry, [SKU]: {} } })).toBe(
      'registry-app app.contoso.com',
    );
    expect(await assigned({ registry: { [SPP_KEY]: hostIn('service') } })).toBe(
      'service service.contoso.com',
    );
    expect(await assigned({})).toBeNull();
  });

  it('uses the port from the same place, or 1688 if that is 0 or missing', async () => {
    expect(await factsOf(EVERYWHERE).assignment()).toMatchObject({ port: 1689 });
    const registry = {
      [SKU]: hostIn('sku'),
      [SPP_KEY]: { KeyManagementServicePort: text('1700') },
    };
    expect(await factsOf({ registry }).assignment()).toMatchObject({ port: 1688 });
    const rows = [
      { ...client, KeyManagementServiceMachine: '[2001:db8::10]', KeyManagementServicePort: 0 },
    ];
    expect(await factsOf({ rows }).assignment()).toEqual({
      ...{ place: 'product', host: '2001:db8::10', port: 1688, isAddress: true },
    });
  });

  it('is known before CIM answers if the registry has no product-specific settings', async () => {
    const registry = { [SPP_KEY]: hostIn('service') };
    const facts = factsOf({ registry, placed: false, hangs: true });
    expect(await facts.assignment()).toMatchObject({ host: 'service.contoso.com' });
    expect(await facts.lookupDomain()).toBe('service.test');
    const none = factsOf({ placed: false, hangs: true });
    expect([await none.assignment(), await none.lookupDomain()]).toEqual([null, null]);
  });

  it.each([true, null])(
    'waits for CIM if products may have their own settings: %s',
    async (placed) => {
      const { rows, registry } = EVERYWHERE;
      const host = 'product.contoso.com';
      expect(await factsOf({ rows, registry, placed }).assignment()).toMatchObject({ host });
    },
  );

  it('ignores the settings of another application or product', async () => {
    const other = sppSubkey('windows', OFFICE_ID)!;
    const registry = { [OFFICE_SKU]: hostIn('office'), [other]: hostIn('other') };
    expect(await assigned({ registry })).toBeNull();
  });

  it("falls back to CIM if the registry can't be read", async () => {
    const service = { KeyManagementServiceMachine: 'kms9.contoso.com' };
    expect(await assigned({ registry: null, service })).toBe('service kms9.contoso.com');
    expect(await assigned({ registry: null, service: {} })).toBeNull();
    expect(await assigned({ rows: EVERYWHERE.rows, registry: null, service: null })).toBe(
      'product product.contoso.com',
    );
  });

  it("falls back to the registry if CIM can't be read", async () => {
    const { registry } = EVERYWHERE;
    expect(await assigned({ rows: null, service: null, registry })).toBe(
      'registry-app app.contoso.com',
    );
    expect(await assigned({ rows: null, service: null })).toBeNull();
  });

  it('is unread if neither can be read', async () => {
    expect(await assigned({ rows: null, service: null, registry: null })).toBe('unread');
  });
});

describe('the other KMS settings', () => {
  it('come from the narrowest place, too', async () => {
    const { registry } = EVERYWHERE;
    expect(await factsOf(EVERYWHERE).lookupDomain()).toBe('product.test');
    expect(await factsOf(EVERYWHERE).activationType()).toBe(1);
    expect(await factsOf({ registry }).lookupDomain()).toBe('sku.test');
    expect(await factsOf({ registry }).activationType()).toBe(3);
    expect(await factsOf({}).lookupDomain()).toBeNull();
    expect(await factsOf({}).activationType()).toBeNull();
  });

  it('are unset if every activation type is allowed', async () => {
    const rows = [{ ...client, VLActivationTypeEnabled: 0 }];
    expect(await factsOf({ rows }).activationType()).toBeNull();
    const registry = { [APP]: { VLActivationType: { type: 'REG_DWORD', value: 1 } } } as const;
    expect(await factsOf({ rows, registry }).activationType()).toBe(1);
  });

  it('are listed for every place that has any, including those of Office', async () => {
    const pc = {
      ...EVERYWHERE,
      office: [office],
      registry: { [OFFICE_SKU]: hostIn('office'), [SPP_KEY]: hostIn('service') },
    };
    const places = await factsOf(pc).places();
    expect(
      places.map(({ place, application, productId, assignment, lookupDomain }) =>
        [place, application, productId, assignment?.host, lookupDomain].join(' '),
      ),
    ).toEqual([
      `product windows ${ID} product.contoso.com product.test`,
      `registry-sku office ${OFFICE_ID} office.contoso.com office.test`,
      'service   service.contoso.com service.test',
    ]);
    expect(await factsOf({}).places()).toEqual([]);
  });
});

describe('the KMS client', () => {
  const mak = { ...client, Description: 'Windows(R), VOLUME_MAK channel' };
  const host = { ...client, Description: 'Windows Server, VOLUME_KMS_WS22 channel' };
  const clientOf = async (pc: Pc) => {
    const found = await toResult(factsOf(pc).kmsClient());
    return found.ok ? (found.value?.application ?? null) : 'unread';
  };

  it('is Windows rather than Office, and null on a KMS host', async () => {
    expect(await clientOf({ office: [office] })).toBe('windows');
    expect(await clientOf({ office: null })).toBe('windows');
    expect(await clientOf({ rows: [mak], office: [office] })).toBe('office');
    expect(await clientOf({ rows: [mak] })).toBeNull();
    expect(await clientOf({ rows: [host], office: [office] })).toBeNull();
    expect(await clientOf({ rows: [mak], office: null })).toBe('unread');
  });

  it.each<CimRow>([
    { VLActivationType: 1 },
    { VLActivationType: 3 },
    { VLActivationTypeEnabled: 1 },
  ])('is Office if Windows is activated by %o', async (type) => {
    const rows = [{ ...client, ...type, LicenseStatus: 1 }];
    expect(await clientOf({ rows, office: [office] })).toBe('office');
    expect(await clientOf({ rows })).toBeNull();
    expect(await clientOf({ rows: [{ ...client, ...type }], office: [office] })).toBe('windows');
  });

  it('uses the Office settings if it is Office', async () => {
    const registry = { [OFFICE_SKU]: hostIn('office'), [SKU]: hostIn('sku') };
    expect(await factsOf({ rows: [mak], office: [office], registry }).assignment()).toMatchObject({
      host: 'office.contoso.com',
    });
    expect(await factsOf({ rows: [mak], registry }).assignment()).toMatchObject({
      host: 'sku.contoso.com',
    });
  });

  it('is based on the most relevant of several Windows rows', async () => {
    const retail = {
      ...client,
      Description: 'Windows(R), RETAIL channel',
      PartialProductKey: 'AAAAA',
    };
    const licensed = { ...retail, LicenseStatus: 1, PartialProductKey: 'BBBBB' };
    const counts = async (...rows: readonly CimRow[]) =>
      (await factsOf({ rows }).licence())?.row['PartialProductKey'];
    expect(await counts(retail, client)).toBe('2YT43');
    expect(await counts(client, licensed)).toBe('BBBBB');
    expect(await counts(licensed, { ...host, PartialProductKey: 'CCCCC' })).toBe('CCCCC');
    expect(await counts(retail, { ...retail, PartialProductKey: 'DDDDD' })).toBe('AAAAA');
    expect(await counts({ ...licensed, LicenseIsAddon: true }, retail)).toBe('AAAAA');
  });
});
