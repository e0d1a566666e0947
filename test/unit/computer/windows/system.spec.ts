import { expect, it } from 'vitest';
import { Unreadable } from '@engine/computer';
import { createWindowsComputer, type WindowsHost } from '../../../../electron/computer/windows';

it('waits only a few seconds for PowerShell to determine the rights', async () => {
  const guid = '    MachineGuid    REG_SZ    6f0d0e5c-1d0c-4c3e-9a55-0c4f7f3a9b11\r\n';
  const windowsHost: WindowsHost = {
    run: (_, args) =>
      args.includes('machineguid')
        ? Promise.resolve({ exitCode: 0, stdout: `HKEY_LOCAL_MACHINE\\X\r\n${guid}`, stderr: '' })
        : Promise.reject(new Unreadable('tool-failed', 'reg.exe')),
    query: (_question, _parameters, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      }),
    time: () => Promise.reject(new Unreadable('no-answer')),
    has: () => Promise.resolve(false),
    host: () => ({
      name: 'PC-042',
      product: 'Windows 10 Pro',
      release: '10.0.26100',
      interfaces: [],
      dnsServers: [],
      locale: 'en-US',
    }),
  };
  const { signal } = new AbortController();
  const system = await createWindowsComputer({ windowsHost }).system(signal);
  expect(system).toMatchObject({ os: 'Windows 11 Pro', elevated: null });
}, 8_000);
