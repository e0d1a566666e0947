/** Links and files passed to other programs, which would inherit the rights of this process. */
import { beforeEach, expect, it, vi } from 'vitest';
import { translator } from '@shared/i18n';
import { LINKS } from '../../../electron/app/links-table';

const { handedOut, shown } = vi.hoisted(() => ({
  handedOut: [] as unknown[],
  shown: [] as { readonly detail: string }[],
}));
vi.mock('electron', () => ({
  clipboard: { writeText: async (text: string) => handedOut.push({ to: 'clipboard', text }) },
  dialog: {
    showMessageBox: async (box: { readonly detail: string }) => {
      shown.push(box);
      return { response: 0 };
    },
  },
  shell: {
    openExternal: async (text: string) => handedOut.push({ to: 'browser', text }),
    showItemInFolder: (text: string) => void handedOut.push({ to: 'folder', text }),
    openPath: async (text: string) => {
      handedOut.push({ to: 'shell', text });
      return '';
    },
  },
}));

const t = translator('en');
const SAVED = 'C:\\Users\\ann\\Documents\\kms-doctor-PC-042.json';
const LOG = 'C:\\Users\\ann\\AppData\\Roaming\\KMS Doctor\\logs\\main.log';

beforeEach(() => {
  handedOut.length = 0;
  shown.length = 0;
});

it('opens links, the log and a folder with standard user rights', async () => {
  const { openLink, openLogFile, showFile } = await import('../../../electron/app/links');
  await openLink('error-codes', false, t);
  expect(await openLogFile(LOG, false, t)).toBe('');
  await showFile(SAVED, false, t);
  expect(handedOut).toEqual([
    { to: 'browser', text: LINKS['error-codes'] },
    { to: 'shell', text: LOG },
    { to: 'folder', text: SAVED },
  ]);
  expect(shown).toEqual([]);
});

it("doesn't start programs with administrator rights, and shows and copies the location instead", async () => {
  const { openLink, openLogFile, showFile } = await import('../../../electron/app/links');
  await openLink('error-codes', true, t);
  expect(await openLogFile(LOG, true, t)).toBe('');
  await showFile(SAVED, true, t);
  expect(handedOut).toEqual([
    { to: 'clipboard', text: LINKS['error-codes'] },
    { to: 'clipboard', text: LOG },
    { to: 'clipboard', text: SAVED },
  ]);
  expect(shown.map(({ detail }) => detail.split('\n')[0])).toEqual([
    LINKS['error-codes'],
    LOG,
    SAVED,
  ]);
});
