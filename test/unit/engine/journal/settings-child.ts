/**
 * Repeatedly changes a setting and writes a case to a file until it is killed. Several instances run concurrently.
 * Arguments: data directory, `theme` or `language`.
 */
import path from 'node:path';
import { replaceFile } from '@engine/files';
import { openSettings } from '../../../../electron/app/settings';

const [directory = '', mine = ''] = process.argv.slice(2);
const settings = openSettings(path.join(directory, 'profile', 'settings.json'));
const VALUES = { theme: ['dark', 'light'], language: ['en', 'zh-TW'] } as const;

for (let turn = 0; ; turn += 1) {
  const value = VALUES[mine === 'theme' ? 'theme' : 'language'][turn % 2];
  await settings.change({ [mine]: value });
  const title = mine[0]?.repeat(4_000);
  const text = JSON.stringify({ schema: 'kms-doctor/scenario@1', title });
  await replaceFile(path.join(directory, 'case.json'), text, 0o600);
  process.stdout.write('.');
}
