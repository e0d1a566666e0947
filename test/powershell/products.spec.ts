/**
 * Changes to a single product, and activation of Office alone, through CIM: only the row with the
 * given ID may be used.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATION_IDS } from '@shared/kms';
import { ChangeRefused } from '../../electron/engine/computer';
import { never, startPc, type DoubledPc } from './support/engine';

const WINDOWS = '73111121-5638-40f6-bc11-f1d7b0d64300';
const OFFICE = '85dd8b5f-eaa4-4af3-a628-cce9e77c9a03';
const SERVICE = '10.0.26100.1';

/** Rows of both products, and an Office add-on. */
const ROWS = `function Licensing-Products {
  @{ ID = '${WINDOWS}'; ApplicationID = '${APPLICATION_IDS.windows}'; VLActivationTypeEnabled = 0 }
  @{ ID = '${OFFICE}'; ApplicationID = '${APPLICATION_IDS.office}'; LicenseIsAddon = $false }
  @{ ID = '00000000-0000-4000-8000-000000000001'; ApplicationID = '${APPLICATION_IDS.office}'; LicenseIsAddon = $true }
}`;

let pc: DoubledPc;
beforeAll(() => {
  pc = startPc();
});
afterAll(() => {
  pc.end();
});

/** Returns the methods called since the scene was set, each with the key of its row. */
const calls = () =>
  pc
    .log()
    .filter(({ cmdlet }) => cmdlet === 'Invoke-CimMethod')
    .map(({ key, method, arguments: given }) => [key, method, ...(given === null ? [] : [given])]);

describe('changing one product', () => {
  it('clears its KMS host, lookup domain and activation type', async () => {
    pc.scene(ROWS);
    await pc.computer.setKmsHost(null, null, never, OFFICE);
    await pc.computer.setLookupDomain(null, never, OFFICE);
    expect(await pc.computer.setActivationType(WINDOWS, 0, never)).toEqual({ way: 'cim' });
    expect(calls()).toEqual([
      [OFFICE, 'ClearKeyManagementServiceMachine'],
      [OFFICE, 'ClearKeyManagementServicePort'],
      [OFFICE, 'ClearKeyManagementServiceLookupDomain'],
      [WINDOWS, 'ClearVLActivationTypeEnabled'],
    ]);
  });

  it('restores them when undone', async () => {
    pc.scene(ROWS.replace('VLActivationTypeEnabled = 0', 'VLActivationTypeEnabled = 1'));
    await pc.computer.setKmsHost('kms9.contoso.com', 1690, never, OFFICE);
    await pc.computer.setLookupDomain('contoso.com', never, OFFICE);
    await pc.computer.setActivationType(WINDOWS, 1, never);
    expect(calls()).toEqual([
      [OFFICE, 'SetKeyManagementServiceMachine', { MachineName: 'kms9.contoso.com' }],
      [OFFICE, 'SetKeyManagementServicePort', { PortNumber: 1690 }],
      [OFFICE, 'SetKeyManagementServiceLookupDomain', { LookupDomain: 'contoso.com' }],
      [WINDOWS, 'SetVLActivationTypeEnabled', { ActivationType: 1 }],
    ]);
  });

  it("fails if the row doesn't show the new activation type", async () => {
    pc.scene(ROWS.replace('VLActivationTypeEnabled = 0', 'VLActivationTypeEnabled = 1'));
    const refused = pc.computer.setActivationType(WINDOWS, 0, never);
    await expect(refused).rejects.toMatchObject({ refusal: 'not-done' });
  });

  it('does nothing if no row has the ID', async () => {
    pc.scene();
    const refused = pc.computer.setKmsHost(null, null, never, OFFICE);
    await expect(refused).rejects.toThrow(ChangeRefused);
    expect(calls()).toEqual([]);
  });
});

describe('activating Office', () => {
  it('uses its own rows, without add-ons', async () => {
    pc.scene(ROWS);
    expect(await pc.computer.activate('office', never)).toEqual({ way: 'cim' });
    expect(calls()).toEqual([
      [OFFICE, 'Activate'],
      [SERVICE, 'RefreshLicenseStatus'],
    ]);
  });

  it("doesn't activate Windows instead if Office has no key", async () => {
    pc.scene(`function Licensing-Products { @{ ID = '${WINDOWS}' } }`);
    await expect(pc.computer.activate('office', never)).rejects.toMatchObject({
      refusal: 'tool-failed',
    });
    expect(calls()).toEqual([]);
  });
});
