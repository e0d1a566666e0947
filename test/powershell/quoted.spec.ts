/**
 * Untrusted strings in commands that an admin pastes: PowerShell must take each as a single
 * argument.
 */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { quoted } from '@engine/changes/commands';
import { engine } from './support/engine';

const TEXTS = [
  'Ethernet 2',
  "Bob's LAN",
  'Carte d\u2019entreprise',
  'LAN\u2019; Write-Output injected #',
  '\u2018a\u201ab\u201bc\u2019',
  "'; Write-Output injected; '",
  '$(Write-Output injected)',
  '$env:PATH `n "quoted" \u201cquoted\u201d',
];

it('quoted strings reach PowerShell unchanged', () => {
  const { file, before = [] } = engine().program;
  const commands = TEXTS.map((text) => `Write-Output ${quoted(text)}`).join('\n');
  const encoded = Buffer.from(
    `[Console]::OutputEncoding = [Text.Encoding]::UTF8\n${commands}`,
    'utf16le',
  ).toString('base64');
  const { stdout } = spawnSync(
    file,
    [...before, '-NoLogo', '-NoProfile', '-NonInteractive', '-EncodedCommand', encoded],
    { encoding: 'utf8' },
  );
  expect(stdout.split(/\r?\n/).filter(Boolean)).toEqual(TEXTS);
});
