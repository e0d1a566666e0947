/** Whose folder for temporary files the programs get that are run. */
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../electron/computer/windows/temporary-folder';

const WINDOWS = 'C:\\Windows\\Temp';
const OWN = 'C:\\Users\\anna\\AppData\\Local\\Temp';

const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

const folder = (TEMP: string | undefined, list: (folder: string) => void) =>
  temporaryFolder('C:\\Windows', TEMP === undefined ? {} : { TEMP }, list);

describe('a process that may not list the folder of Windows', () => {
  it.each([
    OWN,
    'D:\\Temp',
    'C:\\Users\\ANNA~1\\AppData\\Local\\Temp',
    'C:\\Users\\\u738b\u5c0f\u660e\\Temp',
  ])("has its user's own: %s", (own) => {
    expect(folder(own, failing('EPERM'))).toBe(own);
  });

  it.each([
    ['that is a share', '\\\\server\\share\\temp'],
    ['that is a device', '\\\\?\\C:\\temp'],
    ['that is no folder', 'C:\\'],
    ['relative to something', 'Temp'],
    ['that leads elsewhere', 'C:\\Users\\..\\Temp'],
    ['with a variable', 'C:\\%USERNAME%\\Temp'],
    ['with a list', 'C:\\Temp;C:\\evil'],
    ['with a quotation mark', 'C:\\Te"mp'],
    ['with a line break', 'C:\\Temp\n'],
    ['without an end', `C:\\${'x'.repeat(250)}`],
    ['of nobody', undefined],
  ])('has that of Windows in the place of one %s', (_, own) => {
    expect(folder(own, failing('EPERM'))).toBe(WINDOWS);
  });
});

describe('a process that may, or that cannot tell', () => {
  it('has that of Windows, which nobody without rights can read', () => {
    const asked: string[] = [];
    expect(folder(OWN, (one) => asked.push(one))).toBe(WINDOWS);
    expect(asked).toEqual([WINDOWS]);
  });

  it.each(['ENOENT', 'EMFILE', 'EBUSY', 'UNKNOWN'])('has that of Windows after %s', (code) => {
    expect(folder(OWN, failing(code))).toBe(WINDOWS);
  });
});
