import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFleet } from '../../../electron/fleet/fleet';
import { ANSWERS } from '../../support/script-answers';
import { fleetOf, lineOf, lineWith, namesIn, pc, reportOf } from './files';

let [one, other] = ['', ''];
let report = '';
beforeAll(async () => {
  one = await lineOf(pc('PC-1'));
  other = await lineOf(pc('PC-2'));
  report = await reportOf(pc('PC-3'));
});

describe('readFleet reads', () => {
  it.each<[string, string, () => string | Buffer]>([
    ['a report', 'a.json', () => report.replace('PC-3', 'PC-1')],
    [
      'a report in the encoding of PowerShell',
      'a.json',
      () => Buffer.from(`\ufeff${report.replace('PC-3', 'PC-1')}`, 'utf16le'),
    ],
    ['a case', 'a.json', () => JSON.stringify(pc('PC-1'), null, 2)],
    ['a facts line', 'a.txt', () => one],
    [
      'a facts line with text around it',
      'a.log',
      () => `2026-11-22 PC-1: [${one}] done, 0 errors\nnext`,
    ],
    ['JSONL of facts lines', 'a.jsonl', () => `{"x":"${one}"}\n`],
    ['JSONL of cases', 'a.jsonl', () => `${JSON.stringify(pc('PC-1'))}\n\n`],
    [
      'JSONL of reports',
      'a.jsonl',
      () => `${JSON.stringify(JSON.parse(report.replace('PC-3', 'PC-1')))}\n`,
    ],
    ['a JSON list', 'a.json', () => JSON.stringify([{ DeviceName: 'PC-1', Output: one }], null, 1)],
    [
      'Ansible results in JSON',
      'a.json',
      () =>
        JSON.stringify({
          plays: [{ tasks: [{ hosts: { 'PC-1': { stdout: one, stdout_lines: [one] } } }] }],
        }),
    ],
    [
      'Ansible output',
      'a.txt',
      () =>
        `PC-1 | CHANGED => {\n    "stdout": "${one}",\n    "stdout_lines": [\n        "${one}"\n    ]\n}\n`,
    ],
    ['a table', 'a.csv', () => `DeviceName,Output\nPC-1,${one}\n`],
    ['a table with semicolons', 'a.csv', () => `\ufeffsep=;\r\nGerät;Ausgabe\r\nPC-1;${one}\r\n`],
    [
      'a table with tabs in UTF-16',
      'a.csv',
      () => Buffer.from(`\ufeffName\tOutput\r\nPC-1\t${one}\r\n`, 'utf16le'),
    ],
    ['a table without a header', 'a.csv', () => `PC-1,${one}\n`],
    ["a table whose first column isn't a name", 'a.csv', () => `Status,Out\nFailed,${one}\n`],
    [
      'a table written by Export-Csv',
      'a.csv',
      () => `#TYPE System.Object\n"Kind","DeviceName","Out"\n"x","PC-1","${one}"\n`,
    ],
    [
      'a device name next to program output',
      'a.json',
      () => JSON.stringify({ device: { name: 'A-1' }, result: { stdout: one } }),
    ],
    [
      'Ansible output on one line',
      'a.txt',
      () => `changed: [PC-1] => {"stdout": "${one}", "stdout_lines": ["${one}"]}\n`,
    ],
    [
      'a table with a report in a cell',
      'a.csv',
      () => `Device name,Out\nPC-1,"${JSON.stringify(JSON.parse(report)).replaceAll('"', '""')}"\n`,
    ],
    [
      'a table cell with several lines',
      'a.csv',
      () => `Id,裝置名稱,Output\n7,PC-1,"He said ""no"",\r\nthen\r\n${one}"\n`,
    ],
  ])('%s', async (_, name, content) => {
    const fleet = await fleetOf({ [name]: content() });
    expect(fleet.report.unreadable).toEqual([]);
    expect(namesIn(fleet)).toEqual(['PC-1']);
    expect(fleet.report).toMatchObject({ computers: 1, healthy: 1, duplicates: 0 });
  });

  it('a log whose lines start like JSON documents', async () => {
    const fleet = await fleetOf({ 'a.log': `[09:00:02] ${one}\n{"a":1}\n[09:00:03] ${other}\n` });
    expect(namesIn(fleet)).toEqual(['PC-1', 'PC-2']);
  });

  it('a list whose first line is malformed', async () => {
    const { report: read } = await fleetOf({ 'a.json': `{"x\n{"x":"${one}"}\n{"x":"${other}"}\n` });
    expect(read).toMatchObject({ computers: 2, unreadable: [{ file: 'a.json', line: 1 }] });
  });

  it('the last facts line in a cell with several', async () => {
    const fleet = await fleetOf({ 'a.csv': `Name,Before,After\nPC-9,"${other}\n${one}",\n` });
    expect(namesIn(fleet)).toEqual(['PC-9']);
    expect(fleet.healthy[0]?.line).toBe(one);
  });

  it('standard input', async () => {
    const stdin = Readable.from([
      Buffer.from(one.slice(0, 3)),
      Buffer.from(`${one.slice(3)}\n${other}`),
    ]);
    expect(namesIn(await readFleet(['-'], { language: 'en', stdin }))).toEqual(['PC-1', 'PC-2']);
  });

  it('the reports of version 1.0.0', async () => {
    const folder = path.join(import.meta.dirname, '../../golden/1.0.0');
    const reports = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => {
      return (
        file.endsWith('.json') &&
        readFileSync(path.join(folder, file), 'utf8').includes('kms-doctor/report@1')
      );
    });
    expect(reports.length).toBeGreaterThan(0);
    const fleet = await readFleet(
      reports.map((file) => path.join(folder, file)),
      { language: 'en' },
    );
    expect(fleet.report.unreadable).toEqual([]);
  });
});

describe('a report', () => {
  // The maximum length of a name; each character is three bytes in UTF-8.
  const chinese = '電'.repeat(250);
  const domain = `${'網'.repeat(240)}.test`;
  const named = (name: string): string => {
    const json = JSON.parse(report.replace('PC-3', name)) as { verdict: { about: object } };
    json.verdict.about = { ...json.verdict.about, domain };
    return JSON.stringify(json, null, 2);
  };

  it.each<[string, () => string | Buffer, string]>([
    ['in any script', () => named(chinese), chinese],
    ['with a byte order mark', () => `\ufeff${named(chinese)}`, chinese],
    ['in UTF-16', () => Buffer.from(`\ufeff${named(chinese)}`, 'utf16le'), chinese],
    ['in escapes', () => named('\\u96fb\\u8166'), '電腦'],
    [
      'in a case that starts like a report',
      () => JSON.stringify(pc('電腦')).replace('{', '{"schema":"kms-doctor/report@1",'),
      '電腦',
    ],
    ['in a list', () => `[${named(chinese)}]`, chinese],
    ['in invalid UTF-8', () => Buffer.from(named('PC\u00a7'), 'latin1'), 'PC\ufffd'],
  ])('keeps its names: %s', async (_where, content, name) => {
    const fleet = await fleetOf({ 'a.json': content() });
    expect(fleet.report.unreadable).toEqual([]);
    expect(namesIn(fleet)).toEqual([name]);
  });
});

describe('malformed input', () => {
  it('is reported item by item without affecting the rest', async () => {
    const csv = [
      'DeviceName,Output',
      `PC-1,${one}`,
      'PC-2,"never ends',
      `PC-3,${other}`,
      'PC-4,',
      `PC-5,${one.slice(0, 60)}`,
      `PC-6,"a "b" c"`,
      `PC-7,${other}`,
    ];
    const fleet = await fleetOf({
      'a.csv': csv.join('\n'),
      'b.json': '{"schema":"kms-doctor/report@1"}',
    });
    expect(namesIn(fleet)).toEqual(['PC-1', 'PC-3', 'PC-7']);
    expect(fleet.report.unreadable.map(({ file, line }) => [file, line])).toEqual([
      ['a.csv', 3],
      ['a.csv', 5],
      ['a.csv', 6],
      ['a.csv', 7],
      ['b.json', null],
    ]);
  });

  it.each([
    ['{}', /contain a report/],
    ['', /contain a report/],
    ['{"schema": "kms-doctor/report@1"}', /product/],
    ['{"schema": "kms-doctor/scenario@1", "of": "mars"}', /of/],
    ['{"schema": "kms-doctor/plan@1"}', /kms-doctor\/plan@1/],
    ['{"schema": "kms-doctor/report@1\u001b[2J"}', /^[ -~]+$/],
    ['nothing here', /contain a report/],
    ['KMSD1', /KMSD1|KMSD2/],
    [`[${'['.repeat(20_000)}`, /JSON/],
  ])('is reported with its problem: $0', async (content, problem) => {
    const { report: read } = await fleetOf({ 'a.json': content });
    expect(read).toMatchObject({ computers: 0, groups: [], unreadable: [{ file: 'a.json' }] });
    expect(read.unreadable[0]?.problem).toMatch(problem);
  });

  it('includes a line without a PC name, unless a name is next to it', async () => {
    const { n: _, ...nameless } = ANSWERS;
    const line = lineWith('KMSD2', nameless);
    const { report: read } = await fleetOf({
      'a.txt': line,
      'b.jsonl': `{"result":{"stdout":"${line}"}}\n`,
      'c.csv': `Device name,Out\nPC-7,${line}\n`,
      'd.json': JSON.stringify({ 'PC-8': { stdout: line } }),
    });
    expect(read.computers).toBe(2);
    expect(read.unreadable.map(({ file }) => file)).toEqual(['a.txt', 'b.jsonl']);
    expect(read.unreadable[0]?.problem).toContain('no computer name');
  });

  it('is only counted after 10,000 entries of a list', async () => {
    const foreign = Array.from({ length: 10_000 }, () => ({}));
    const { report: read } = await fleetOf({
      'a.json': JSON.stringify([...foreign, { Output: one }, ...foreign]),
      'b.jsonl': '{"x":1}\n'.repeat(20_000),
    });
    expect(read.computers).toBe(1);
    expect(read.unreadable).toHaveLength(10_002);
    const said = read.unreadable.map(({ file, problem }) => `${file}: ${problem}`);
    expect(said.filter((text) => /^a\.json: It doesn/.test(text))).toHaveLength(10_000);
    expect(said.filter((text) => /^a\.json: 10000 more/.test(text))).toHaveLength(1);
    expect(said.filter((text) => /^b\.jsonl: It doesn/.test(text))).toHaveLength(1);
  });

  it('is reported once for a file without facts, whatever its lines look like', async () => {
    const { report: read } = await fleetOf({
      'a.jsonl': '{"schema":"kms-doctor/journal@1"}\n{"x":1}\n[1,\n2]\n',
      'a.py': 'import os, sys\nfrom re import match, sub\nx = f(1, 2)\nprint("a, b)\n',
      'b.csv': 'DeviceName,Output\nPC-1,\nPC-2,\n"PC-3,\n',
      'c.csv': `DeviceName,Output\nPC-1,\n"PC-2,\nPC-3,${one}\nPC-4,\n`,
    });
    expect(read.unreadable.map(({ file, line }) => [file, line])).toEqual([
      ['a.jsonl', null],
      ['a.py', null],
      ['b.csv', null],
      ['c.csv', 2],
      ['c.csv', 3],
      ['c.csv', 5],
    ]);
  });

  it('is not read beyond the maximum size of a report', async () => {
    const { report: read } = await fleetOf({
      'a.json': `{"x":"${'x'.repeat(17 * 1024 * 1024)}"}`,
      'b.txt': one,
    });
    expect(read).toMatchObject({ computers: 1, unreadable: [{ file: 'a.json', line: null }] });
  });
});

describe.skipIf(process.platform === 'win32')('folders', () => {
  it('are traversed regardless of file names, without following circular links or reading devices', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-fleet-'));
    try {
      const names = ['CON.json', 'AUX', '..hidden', '電腦-042.json', `${'x'.repeat(250)}.json`];
      mkdirSync(path.join(folder, 'below/deeper'), { recursive: true });
      for (const [index, name] of names.entries()) {
        writeFileSync(
          path.join(folder, 'below/deeper', name),
          JSON.stringify(pc(`PC-${String(index)}`)),
        );
      }
      symlinkSync('..', path.join(folder, 'below/loop'));
      symlinkSync('nowhere', path.join(folder, 'dangling'));
      symlinkSync('/dev/zero', path.join(folder, 'device'));
      execFileSync('mkfifo', [path.join(folder, 'pipe')]);
      const { report: read } = await readFleet([folder], { language: 'en' });
      expect(read.computers).toBe(names.length);
      expect(read.unreadable.map(({ file }) => path.relative(folder, file))).toEqual([
        'below/loop',
        'dangling',
        'device',
        'pipe',
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a fleet', () => {
  it('is the same for any order of its files', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-fleet-'));
    try {
      const files = [`${one}\n`, `${other}\n${one}`, report, '{', JSON.stringify(pc('PC-2'))].map(
        (text, index) => {
          const file = path.join(folder, `${String(index)}.txt`);
          writeFileSync(file, text);
          return file;
        },
      );
      const read = async (paths: readonly string[]) =>
        (await readFleet(paths, { language: 'en' })).report;
      const first = await read(files);
      expect(first).toMatchObject({ computers: 3, duplicates: 2 });
      expect(await read([...files].reverse())).toEqual(first);
      expect(await read([...files.slice(2), ...files.slice(0, 2)])).toEqual(first);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('stops being read when canceled', async () => {
    const stop = new AbortController();
    const stdin = new Readable({ read: () => undefined });
    const reading = readFleet(['-'], { language: 'en', stdin, signal: stop.signal });
    stdin.push(`${one}\n`);
    // The reader now waits for the next line.
    await setImmediate();
    stop.abort(new Error('stopped'));
    await expect(reading).rejects.toThrow('stopped');
  });
});
