/** Reports: saved in every format, opened again, or rejected with a reason. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportSchema } from '@shared/report';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask, diagnosed } from './bridge';
import type { Launched } from '../../build/electron-stand-in/launch';
import { example, windows } from './journeys/user';

const open = windows();

let program: Launched;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kms-doctor-'));
  ({ program } = await open(example('kms-port-filtered')));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('a diagnosis can be saved in every format and opened again', async () => {
  const { page, dialogs } = program;
  expect(await diagnosed(page)).toBe('kms-port-filtered');
  const text = await ask(page, 'report:ticket', {});
  expect(text.split('\n').length).toBeGreaterThan(5);
  expect(text).toContain('PC-133');

  const saved = async (format: 'html' | 'pdf' | 'json' | 'text' | 'case' | 'case-anonymous') => {
    const path = join(folder, format);
    await dialogs.choose(path);
    expect(await ask(page, 'report:save', { format })).toEqual({ outcome: 'done', name: format });
    return readFileSync(path);
  };
  expect((await saved('html')).toString()).toMatch(/^<!doctype html>[^]*PC-133[^]*<\/html>\s*$/);
  expect((await saved('text')).toString()).toContain('PC-133');
  const report = reportSchema.parse(JSON.parse((await saved('json')).toString()));
  expect(report.verdict.code).toBe('kms-port-filtered');
  expect((await saved('case-anonymous')).toString()).not.toContain('contoso');
  const pdf = await saved('pdf');
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.length).toBeGreaterThan(10_000);
  // Both are printed in the same session, one after the other.
  const both = await Promise.all([saved('pdf'), saved('pdf')]);
  expect(both.map(({ length }) => length)).toEqual([pdf.length, pdf.length]);
  // The suggested name contains the PC and the date, but no folder.
  const suggestions = (await dialogs.shown()).flatMap((dialog) =>
    dialog.kind === 'save' ? [dialog.suggested] : [],
  );
  expect(suggestions[0]).toMatch(/^kms-doctor-PC-133-\d{4}-\d\d-\d\d\.html$/);

  await saved('case');
  const names = (await dialogs.shown()).flatMap((dialog) =>
    dialog.kind === 'save' && dialog.suggested.endsWith('.case.json') ? [dialog.suggested] : [],
  );
  // A case with the network's names must not be mistaken for an anonymized one.
  expect(names.map((name) => name.replace(/\d{4}-\d\d-\d\d/, 'DAY'))).toEqual([
    'kms-doctor-anonymized-DAY.case.json',
    'kms-doctor-PC-133-DAY.case.json',
  ]);
  await dialogs.choose(join(folder, 'case'));
  expect(await ask(page, 'file:open', {})).toMatchObject({
    outcome: 'opened',
    info: { source: { kind: 'scenario' } },
  });
  expect(await diagnosed(page)).toBe('kms-port-filtered');

  await dialogs.choose(join(folder, 'json'));
  const opened = await ask(page, 'file:open', {});
  expect(opened).toMatchObject({
    outcome: 'opened',
    info: { source: { kind: 'report', computer: 'PC-133', report } },
  });
  expect(await ask(page, 'run:start', {})).toEqual({ started: false });
  expect(await ask(page, 'fix:form', { fix: 'test-routing' })).toMatchObject({
    problem: 'not-here',
  });
  expect((await ask(page, 'journal:list', {})).entries).toEqual([]);
  expect(await ask(page, 'report:save', { format: 'html' })).toMatchObject({ outcome: 'failed' });
  expect(JSON.parse((await saved('json')).toString())).toEqual(report);
  expect(program.app.escapes()).toEqual([]);
});

it("a bad file is rejected with a reason, and the window doesn't change", async () => {
  const { page, dialogs } = program;
  const before = await ask(page, 'app:info', {});
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, '{"schema":"kms-doctor/report@1"}');
  await dialogs.choose(wrong);
  expect(await ask(page, 'file:open', {})).toEqual({
    outcome: 'failed',
    message:
      'wrong.json is a damaged report: product is missing or wrong. Save it again on the other PC.',
  });
  await dialogs.choose(join(folder, 'none.json'));
  expect(await ask(page, 'file:open', {})).toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(/^none\.json can't be read \(ENOENT\)/) as string,
  });
  await dialogs.choose(null);
  expect(await ask(page, 'file:open', {})).toEqual({ outcome: 'cancelled' });
  expect(await ask(page, 'file:dropped', { name: 'a.txt', text: 'hello' })).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining("a.txt isn't a JSON file") as string,
  });
  expect(await ask(page, 'app:info', {})).toEqual(before);
  // Dropped files have the same size limit as opened ones.
  const large = JSON.stringify({ schema: 'kms-doctor/report@2', padding: 'x'.repeat(10_000_000) });
  expect(await ask(page, 'file:dropped', { name: 'large.json', text: large })).toEqual({
    outcome: 'failed',
    message: expect.stringMatching(/^large\.json was saved by a newer version/) as string,
  });

  await diagnosed(page);
  await dialogs.choose(join(folder, 'no', 'such', 'folder.html'));
  expect(await ask(page, 'report:save', { format: 'html' })).toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(/^folder\.html can't be written \(ENOENT\)/) as string,
  });
});
