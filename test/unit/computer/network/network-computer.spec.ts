import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type Computer } from '../../../../electron/engine/computer';
import { SPP_KEY } from '../../../../electron/engine/registry-keys';
import { createNetworkComputer } from '../../../../electron/computer/network';

const ENDLESS = new AbortController().signal;
const computer = createNetworkComputer();

describe('network computer', () => {
  it('identifies itself', async () => {
    expect(await computer.system(ENDLESS)).toMatchObject({
      name: hostname(),
      build: null,
      elevated: false,
      id: `network:${hostname()}`,
    });
    expect(computer).toMatchObject({ target: 'network', diagnosedAs: 'network' });
  });

  const windowsOnly: [string, (on: Computer) => Promise<unknown>][] = [
    ['licensing', (on) => on.licensingProducts(ENDLESS)],
    ['events', (on) => on.events(ENDLESS)],
    ['registry', (on) => on.registryValue({ key: SPP_KEY, name: 'DisableDnsPublishing' }, ENDLESS)],
    ['services', (on) => on.service('sppsvc', ENDLESS)],
    ['firewall', (on) => on.outboundBlocked(1688, ENDLESS)],
  ];
  it.each(windowsOnly)("can't read %s without Windows", async (_, ask) => {
    await expect(ask(computer)).rejects.toMatchObject({ reason: 'needs-windows', tool: null });
  });

  it('refuses to activate Windows or add an SRV record', async () => {
    await expect(computer.activate('windows', ENDLESS)).rejects.toMatchObject({
      refusal: 'not-supported-here',
    });
    const record = {
      ...{ zone: 'a.test', name: '_vlmcs._tcp.a.test', target: 'kms.a.test' },
      ...{ port: 1688, priority: 0, weight: 0, ttl: 60 },
    };
    const how = { method: 'windows-dns', server: null } as const;
    await expect(computer.addSrvRecord(record, how, ENDLESS)).rejects.toMatchObject({
      refusal: 'not-supported-here',
    });
  });

  it('resolves names in the hosts file through the system resolver', async () => {
    expect(await computer.resolve('localhost', 'A', ENDLESS)).toMatchObject({
      records: [{ type: 'A', name: 'localhost', address: '127.0.0.1', ttl: null }],
      error: null,
    });
  });

  it('waits for the given time or until aborted', async () => {
    const start = performance.now();
    await computer.wait(50, ENDLESS);
    expect(performance.now() - start).toBeGreaterThanOrEqual(48);
    const controller = new AbortController();
    const waiting = computer.wait(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
