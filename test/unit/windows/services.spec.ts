/** Which services may be changed. How they are is proven with real ones: test/wine/. */
import { expect, it } from 'vitest';
import type { ServiceName } from '@engine/computer';
import type { Machine } from '../../../electron/computer/windows/machine';
import type { RegistryReader } from '../../../electron/computer/windows/registry-reader';
import { restartService, setServiceStart } from '../../../electron/computer/windows/services';

const never = new AbortController().signal;

/** Nobody may be asked for anything. */
const untouched = <T>(): T =>
  new Proxy({}, { get: (_, name) => expect.unreachable(`asked for ${String(name)}`) }) as T;

it.each(['WinDefend', 'sppsvc\\..\\WinDefend', '__proto__', ''])(
  'not the service %j',
  async (name) => {
    const machine = untouched<Machine>();
    const refusal = { refusal: 'not-supported-here', said: 'not-on-the-list' };
    const service = name as ServiceName;
    await expect(
      setServiceStart(machine, untouched<RegistryReader>(), service, 'disabled', never),
    ).rejects.toMatchObject(refusal);
    await expect(
      restartService(machine, service, async () => undefined, never),
    ).rejects.toMatchObject(refusal);
  },
);
