/** Files written by earlier versions must open in this version (test/golden/README.md). */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Journal } from '@engine/journal/journal';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { createWindowsComputer } from '../../electron/computer/windows';
import { replayed } from '../support/replayed';
import { readDocument } from '../../electron/services/open-file';

const GOLDEN = fileURLToPath(new URL('../golden/', import.meta.url));
const versions = readdirSync(GOLDEN).filter((name) => /^\d/.test(name));
const textOf = (path: string): string => readFileSync(`${GOLDEN}${path}`, 'utf8');

interface WrittenReport {
  readonly verdict: { readonly code: string; readonly summary: string };
  readonly procedures: readonly { readonly checks: readonly { readonly evidence: unknown }[] }[];
}

interface WrittenJournal {
  readonly entries: readonly { readonly entry: string; readonly fix: string; state: string }[];
}

/** Cases that get a better verdict in a later version, with that verdict. */
const KNOWN_BETTER: Readonly<Record<string, string>> = {
  // The installed key is the edition's own, while the error code refers to another key.
  'product-key-rejected.json': 'srv-record-missing',
  // That PC allows activation by Active Directory only.
  'srv-record-missing.json': 'activation-type-excludes-kms',
  // The host's clock is six hours off, which takes precedence.
  'kms-firewall-closed.json': 'clock-skew',
  // Windows has no domain in which to look for a KMS host.
  'cannot-diagnose.json': 'no-dns-suffix',
};

describe.each(versions)('version %s', (version) => {
  const files = (kind: string) => readdirSync(`${GOLDEN}${version}/${kind}`);

  it.each(files('reports'))('wrote the report %s, which opens completely', (name) => {
    const text = textOf(`${version}/reports/${name}`);
    const written = JSON.parse(text) as WrittenReport;
    const opened = readDocument(name, text);
    if (opened.kind !== 'report') throw new Error(JSON.stringify(opened));
    expect(opened.report).toMatchObject(written);
  });

  it.each(files('cases'))('wrote the case %s, which opens and can be diagnosed', async (name) => {
    const opened = readDocument(name, textOf(`${version}/cases/${name}`));
    if (opened.kind !== 'scenario') throw new Error(JSON.stringify(opened));
    const { diagnosis } = await diagnose(createScenarioComputer(opened.scenario)).result;
    const report = JSON.parse(textOf(`${version}/reports/${name}`)) as WrittenReport;
    expect(diagnosis.verdict.code).toBe(KNOWN_BETTER[name] ?? report.verdict.code);
  });

  it('wrote a journal with entries that are read back unchanged', async () => {
    const records = await new Journal(`${GOLDEN}${version}/journals`).entries();
    const read = records.map((record) => {
      const entry = record.details();
      return { entry: record.entry, fix: entry?.fix, state: entry?.state };
    });
    const { entries } = JSON.parse(textOf(`${version}/journals/journal.json`)) as WrittenJournal;
    expect(read).toEqual(entries.map(({ entry, fix, state }) => ({ entry, fix, state })));
  });

  it.each(files('recordings'))('recorded %s, which can be replayed', async (name) => {
    const machine = replayed(`${GOLDEN}${version}/recordings/${name}`);
    const computer = createWindowsComputer({ windowsHost: machine });
    const signal = new AbortController().signal;
    expect(await computer.system(signal)).toMatchObject({ name: 'PC-042', build: 26100 });
    expect(await computer.licensingProducts(signal)).toMatchObject([{ LicenseStatus: 1 }]);
    expect(await computer.events(signal)).toHaveLength(2);
  });
});
