/** Detecting administrator rights, with output of reg.exe recorded on real PCs. */
import { describe, expect, it } from 'vitest';
import { isElevated } from '../../../../electron/computer/windows/elevation';
import type {
  ProcessResult,
  WindowsHost,
} from '../../../../electron/computer/windows/windows-host';
import { RegistryReader } from '../../../../electron/computer/windows/registry-reader';
import { PRIORITY } from '../../../../electron/computer/windows/process-queue';
import { recordedRun } from '../../../support/recorded-tools';

const never = new AbortController().signal;

const ended = (exitCode: number, stdout = '', stderr = ''): ProcessResult => ({
  exitCode,
  stdout,
  stderr,
});

/** Creates a host that answers the only two possible queries: reading the key and searching for it. */
function machine(read: ProcessResult, search: ProcessResult, asked: string[] = []): WindowsHost {
  const run: WindowsHost['run'] = (_, args) => {
    asked.push(args.join(' '));
    return Promise.resolve(args.includes('/f') ? search : read);
  };
  return new Proxy({} as WindowsHost, {
    get: (_, name) => (name === 'run' ? run : expect.unreachable(String(name))),
  });
}

const elevated = (pc: WindowsHost) => isElevated(pc, new RegistryReader(pc, PRIORITY.other), never);

const denied = ended(1, '', recordedRun('access denied of reg.exe', 'ja').stderr);
const nothing = ended(1);
const isThere = ended(0, '\r\nHKEY_USERS\\S-1-5-19\r\n\r\n1\r\n');
const isNotThere = ended(1, '\r\nEnd of search: 0 match(es) found.\r\n');

describe('isElevated', () => {
  it('returns true after a single query if the administrators-only key is readable', async () => {
    const asked: string[] = [];
    const whole = ended(0, '\r\nHKEY_USERS\\S-1-5-19\\Environment\r\n');
    expect(await elevated(machine(whole, nothing, asked))).toBe(true);
    expect(asked).toEqual(['query HKU\\S-1-5-19']);
  });

  it('returns false if the key exists and access is denied', async () => {
    expect(await elevated(machine(denied, isThere))).toBe(false);
  });

  it.each([
    ["the key doesn't exist", denied, isNotThere],
    // A policy that disables registry editing keeps reg.exe from doing anything.
    ['reg.exe does nothing', nothing, nothing],
    ["reg.exe doesn't start", ended(0xc0000142), isThere],
  ])('throws Unreadable if %s', async (_, read, search) => {
    await expect(elevated(machine(read, search))).rejects.toMatchObject({ name: 'Unreadable' });
  });
});
