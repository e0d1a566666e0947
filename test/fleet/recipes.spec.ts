/** Runs scripts from docs/fleet.md unchanged in a real PowerShell. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { engine } from '../powershell/support/engine';
import { readDocument } from '../unit/docs/markdown';

it('the metrics recipe writes metrics for windows_exporter and replaces old ones', () => {
  const { blocks } = readDocument('docs/fleet.md');
  const recipe = blocks.find(({ text }) => text.includes('textfile_inputs'))?.text;
  if (recipe === undefined) throw new Error('no recipe');
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-recipes-'));
  try {
    const inputs = path.join(folder, 'windows_exporter/textfile_inputs');
    mkdirSync(inputs, { recursive: true });
    mkdirSync(path.join(folder, 'KMS Doctor'));
    const metrics = ['# TYPE kms_doctor_healthy gauge', 'kms_doctor_healthy 1', ''].join('\n');
    writeFileSync(
      path.join(folder, 'KMS Doctor/kms-doctor.exe'),
      `#!/bin/sh\ncat <<'END'\n${metrics}END\n`,
      { mode: 0o755 },
    );
    const script = path.join(folder, 'kms-metrics.ps1');
    writeFileSync(script, recipe);
    const { file, before = [] } = engine().program;
    for (let times = 0; times < 2; times += 1) {
      const { status, stderr } = spawnSync(
        file,
        [...before, '-NoProfile', '-NonInteractive', '-File', script],
        {
          encoding: 'utf8',
          env: { ...process.env, ProgramFiles: folder, POWERSHELL_TELEMETRY_OPTOUT: '1' },
        },
      );
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(readdirSync(inputs)).toEqual(['kms-doctor.prom']);
      expect(readFileSync(path.join(inputs, 'kms-doctor.prom'), 'utf8')).toBe(metrics);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
