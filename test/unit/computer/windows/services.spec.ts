/** What can be told of services without any. How they are is proven with real ones: test/wine/. */
import { expect, it } from 'vitest';
import type { ServiceName } from '@engine/computer';
import type { WindowsHost } from '../../../../electron/computer/windows/windows-host';
import type { RegistryReader } from '../../../../electron/computer/windows/registry-reader';
import { restartService, setServiceStart } from '../../../../electron/computer/windows/services';

const never = new AbortController().signal;

/** Nobody may be asked for anything. */
const untouched = <T>(): T =>
  new Proxy({}, { get: (_, name) => expect.unreachable(`asked for ${String(name)}`) }) as T;

it.each(['WinDefend', 'sppsvc\\..\\WinDefend', '__proto__', ''])(
  'not the service %j',
  async (name) => {
    const machine = untouched<WindowsHost>();
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

/** A service that runs in one process whatever is done, by a machine that says that all went well. */
function stubborn(asked: string[]): WindowsHost {
  const stdout = [
    '        TYPE               : 10  WIN32_OWN_PROCESS',
    '        STATE              : 4  RUNNING',
    '        WAIT_HINT          : 0x0',
    '        PID                : 4711',
    '        FLAGS              : ',
  ].join('\r\n');
  return {
    ...untouched<WindowsHost>(),
    run: (_, [what = '']) => {
      asked.push(what);
      return Promise.resolve({ exitCode: 0, stdout, stderr: '' });
    },
  };
}

it('a service that runs on in its process has not been restarted', async () => {
  const asked: string[] = [];
  let waits = 0;
  const wait = async () => {
    waits += 1;
    if (waits === 3) throw new Error('waited long enough');
  };
  await expect(restartService(stubborn(asked), 'sppsvc', wait, never)).rejects.toThrow(
    'waited long enough',
  );
  expect(asked).toEqual(['queryex', 'stop', 'queryex', 'queryex', 'queryex']);
});
