/** The directory for temporary files that child processes get. */
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../electron/computer/windows/temporary-folder';

const WINDOWS = 'C:\\Windows\\Temp';
const OWN = 'C:\\Users\\anna\\AppData\\Local\\Temp';

const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

const folder = (TEMP: string | undefined, list: (folder: string) => void) =>
  temporaryFolder('C:\\Windows', TEMP === undefined ? {} : { TEMP }, list);

describe('temporaryFolder without permission to list the Windows Temp folder', () => {
  it.each([
    OWN,
    'D:\\Temp',
    'C:\\Users\\ANNA~1\\AppData\\Local\\Temp',
    'C:\\Users\\\u738b\u5c0f\u660e\\Temp',
  ])("returns the user's own folder: %s", (own) => {
    expect(folder(own, failing('EPERM'))).toBe(own);
  });

  it.each([
    ['a share', '\\\\server\\share\\temp'],
    ['a device path', '\\\\?\\C:\\temp'],
    ['a drive root', 'C:\\'],
    ['a relative path', 'Temp'],
    ['a path with a parent reference', 'C:\\Users\\..\\Temp'],
    ['a path with a variable', 'C:\\%USERNAME%\\Temp'],
    ['a list of paths', 'C:\\Temp;C:\\evil'],
    ['a path with a quotation mark', 'C:\\Te"mp'],
    ['a path with a line break', 'C:\\Temp\n'],
    ['a path that is too long', `C:\\${'x'.repeat(250)}`],
    ['an unset variable', undefined],
  ])('returns the Windows Temp folder instead of %s', (_, own) => {
    expect(folder(own, failing('EPERM'))).toBe(WINDOWS);
  });
});

describe('temporaryFolder without a permission error', () => {
  it('returns the Windows Temp folder if it can be listed', () => {
    const asked: string[] = [];
    expect(folder(OWN, (one) => asked.push(one))).toBe(WINDOWS);
    expect(asked).toEqual([WINDOWS]);
  });

  it.each(['ENOENT', 'EMFILE', 'EBUSY', 'UNKNOWN'])(
    'returns the Windows Temp folder after %s',
    (code) => {
      expect(folder(OWN, failing(code))).toBe(WINDOWS);
    },
  );
});
