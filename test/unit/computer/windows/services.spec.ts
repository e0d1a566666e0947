/** Controlling services, as far as it can be tested without any. Tests with real services: test/wine/. */
import { expect, it } from 'vitest';
import type { ServiceName } from '@engine/computer';
import type { WindowsHost } from '../../../../electron/computer/windows/windows-host';
import type { Context } from '../../../../electron/computer/windows/context';
import { restartService, setServiceStart } from '../../../../electron/computer/windows/services';

const never = new AbortController().signal;

/** Creates an object that fails the test on any property access. */
const untouched = <T>(): T =>
  new Proxy({}, { get: (_, name) => expect.unreachable(`asked for ${String(name)}`) }) as T;

it.each(['WinDefend', 'sppsvc\\..\\WinDefend', '__proto__', ''])(
  'refuses to configure or restart the service %j',
  async (name) => {
    const refusal = { refusal: 'not-supported-here', said: 'not-on-the-list' };
    const service = name as ServiceName;
    const context = { ...untouched<Context>(), windowsHost: untouched<WindowsHost>() };
    await expect(setServiceStart(context)(service, 'disabled', never)).rejects.toMatchObject(
      refusal,
    );
    await expect(restartService(context)(service, never)).rejects.toMatchObject(refusal);
  },
);

/** Creates a host that reports success for everything, though the service keeps running in the same process. */
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

it('restartService keeps waiting while the service runs in the same process', async () => {
  const asked: string[] = [];
  let waits = 0;
  const wait = async () => {
    waits += 1;
    if (waits === 3) throw new Error('waited long enough');
  };
  const context = { ...untouched<Context>(), windowsHost: stubborn(asked), wait };
  await expect(restartService(context)('sppsvc', never)).rejects.toThrow('waited long enough');
  expect(asked).toEqual(['queryex', 'stop', 'queryex', 'queryex', 'queryex']);
});
