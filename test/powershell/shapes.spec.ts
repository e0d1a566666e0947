/**
 * Passes every row, event and error record that was recorded on Windows, in any language, through
 * the scripts and the code that reads their answers. Each must give the result defined here; an
 * entry without one fails.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangeRefused, Unreadable, type CimRow } from '../../electron/engine/computer';
import { never, startPc, type DoubledPc } from './support/engine';

/** Fields that the files in test/data/recorded/ share. */
interface Recorded {
  readonly what: string;
  readonly windows: string;
  readonly language?: string;
  readonly row?: unknown;
  readonly text?: string;
  readonly xml?: string;
  readonly properties?: readonly string[] | readonly (readonly string[])[];
}

const recorded = (name: string): Recorded[] =>
  JSON.parse(
    readFileSync(fileURLToPath(new URL(`../data/recorded/${name}`, import.meta.url)), 'utf8'),
  ) as Recorded[];

const WINDOWS = '55c92734-d682-4d71-983e-d6ec3f16059f';
const OFFICE = '0ff1ce15-a989-479d-af46-f275c6370663';

let pc: DoubledPc;
beforeAll(() => {
  pc = startPc();
});
afterAll(() => {
  pc.end();
});

/**
 * Returns a value as a PowerShell expression in pure ASCII, because typographic quotation marks end
 * a string there.
 */
function literal(value: unknown): string {
  const json = JSON.stringify(value)
    .replace(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll("'", "''");
  return `(ConvertFrom-Json -InputObject '${json}')`;
}

/** Pairs each entry with its test title. */
const named = (entries: readonly Recorded[]) =>
  entries.map(
    (entry, index) =>
      [`${index}: ${entry.what.slice(0, 60)} (${entry.language ?? entry.windows})`, entry] as const,
  );

/** Returns the first rule that matches an entry. */
function ruleOf<T>(rules: readonly (readonly [begins: RegExp, rule: T])[], entry: Recorded): T {
  const found = rules.find(([begins]) => begins.test(entry.what));
  if (found === undefined) throw new Error(`Nothing is said here of: ${entry.what}`);
  return found[1];
}

/** Returns the value of a line `Name: value`. */
const lineOf = ({ text = '' }: Recorded, name: string): string =>
  new RegExp(`^${name}: *(.+)$`, 'm').exec(text)?.[1] ?? '';

async function products(...rows: object[]): Promise<readonly CimRow[]> {
  pc.scene(`function Licensing-Products { ${rows.map(literal).join('; ')} }`);
  return pc.computer.licensingProducts(never);
}

/** Verifies that the columns that were read match the row. */
function expectSame(found: CimRow | undefined, row: unknown): void {
  const wanted = Object.entries(row as CimRow).filter(([name]) => name in (found ?? {}));
  expect(wanted.length).toBeGreaterThan(0);
  expect(found).toMatchObject(Object.fromEntries(wanted));
}

describe('a recorded row', () => {
  const service = async ({ row }: Recorded): Promise<void> => {
    pc.scene(`function Licensing-Service { ${literal(row)} }`);
    expectSame(await pc.computer.licensingService(never), row);
  };
  const product = async ({ row }: Recorded): Promise<void> => {
    const found = await products(row as object);
    expect(found).toHaveLength(1);
    expectSame(found[0], row);
  };
  const columns = async ({ what, row }: Recorded): Promise<void> => {
    const name = /^class (\w+)/.exec(what)?.[1] ?? '';
    const text = readFileSync(
      fileURLToPath(new URL('../data/cim-classes.json', import.meta.url)),
      'utf8',
    );
    const { windows } = JSON.parse(text) as {
      windows: Record<string, Record<string, Record<string, { properties: unknown }>>>;
    };
    expect(windows['server2019']?.['root/cimv2']?.[name]?.properties).toEqual(row);
    const asked =
      name === 'SoftwareLicensingService'
        ? await pc.computer.licensingService(never)
        : (await products({}))[0];
    for (const column of Object.keys(asked ?? {})) expect(row).toHaveProperty(column);
  };

  it.each(named(recorded('cim-rows.json')))('is read correctly: %s', async (_name, entry) => {
    pc.scene();
    await ruleOf<(entry: Recorded) => Promise<void>>(
      [
        [/^class SoftwareLicensing/, columns],
        [/^SoftwareLicensingService, |^RECONSTRUCTED KMS host service row/, service],
        [
          /^Windows and Office side by side/,
          async ({ row }) => {
            const [windows, office] = row as { Name: string }[];
            const found = await products(
              { ...windows, ApplicationID: WINDOWS },
              { ...office, ApplicationID: OFFICE },
            );
            expect(found.map(({ Name }) => Name)).toEqual([windows?.Name]);
          },
        ],
        [
          /^Office 16 KMS client, licensed/,
          async (office) => {
            const reason = Number(/0x[0-9A-F]{8}/.exec(lineOf(office, 'ERROR CODE'))?.[0]);
            expect(reason).toBe(0x4004f040);
            const own = { LicenseStatusReason: reason, ID: lineOf(office, 'SKU ID') };
            expect(await products({ ...own, ApplicationID: OFFICE })).toEqual([]);
          },
        ],
        [
          /^ESU add-on/,
          async (esu) => {
            const row = { Name: lineOf(esu, 'Name'), ApplicationID: lineOf(esu, 'Application ID') };
            expect(row.ApplicationID).toBe(WINDOWS);
            expect(await products({ ...row, LicenseIsAddon: true }, { Name: 'Windows' })).toEqual([
              expect.objectContaining({ Name: 'Windows' }),
            ]);
          },
        ],
        [
          /^LicenseStatusReason values/,
          async ({ row }) => {
            for (const [hex, value] of Object.entries(row as Record<string, number>)) {
              expect(Number(hex)).toBe(value);
              const [found] = await products({ LicenseStatusReason: value });
              expect(found).toMatchObject({ LicenseStatusReason: value });
            }
          },
        ],
        [
          /^Provider that does not answer/,
          async ({ row }) => {
            const { hresult } = row as { hresult: string };
            pc.scene(failing('Get-CimInstance', `HRESULT ${hresult}`, 'planted'));
            const failed = await pc.computer
              .licensingService(never)
              .catch((error: unknown) => error);
            // Reporting "access denied" would make the user restart the app as administrator, with
            // the same result.
            expect(failed).toMatchObject({ reason: 'tool-failed' });
            expect((failed as Unreadable).said).toContain('0xC0000022');
          },
        ],
        [/./, product],
      ],
      entry,
    )(entry);
  });
});

describe('a recorded event', () => {
  interface Written {
    readonly id: number;
    readonly data: readonly string[];
  }
  /** Returns the events that an entry describes, with the ID and strings of each. */
  const eventsOf = ({ what, properties, row }: Recorded): Written[] => {
    if (Array.isArray(row)) return row as Written[];
    const ids = /^[\d/]+/.exec(what)?.[0].split('/').map(Number) ?? [];
    const lists = typeof properties?.[0] === 'string' ? [properties] : (properties ?? []);
    return ids.map((id, index) => ({ id, data: lists[index] ?? lists[0] ?? [] }) as Written);
  };
  const fieldsOf = ({ data: [list = ''] }: Written) => list.split(',').map((field) => field.trim());

  type Expected = (written: Written) => readonly string[] | null;
  const asWritten: Expected = ({ data }) => data;
  const split =
    (count: number): Expected =>
    (written) => {
      const fields = fieldsOf(written);
      expect(fields).toHaveLength(count);
      return fields;
    };
  /** Uses the same field names as event 8198. */
  const named8233: Expected = ({ data: [reason, app, sku, trigger] }) => [
    reason ?? '',
    `AppId=${app}`,
    `SkuId=${sku}`,
    `Trigger=${trigger}`,
  ];
  /** Not queried. */
  const left: Expected = () => null;
  const rules: readonly (readonly [RegExp, Readonly<Record<number, Expected>>])[] = [
    [/^8198/, { 8198: asWritten }],
    [/^8233/, { 8233: named8233 }],
    [/^12288:/, { 12288: split(10) }],
    [/^12290/, { 12290: split(9) }],
    // The reply has eight fields. Windows doesn't use the fourth.
    [/^12288\/12289 of one successful/, { 12288: split(10), 12289: split(8) }],
    [/^12293\/12294/, { 12293: asWritten, 12294: asWritten }],
    [/^1003/, { 1003: left }],
    [/^16384/, { 16384: left, 900: left, 902: left, 903: left, 1066: left }],
    // Not events: frequencies, the meaning of flags, and the command that writes one.
    [/^Frequencies|^12288\/12289 flag bits|^command line that writes/, {}],
  ];

  it.each(named(recorded('events.json')))('is read correctly: %s', async (_name, entry) => {
    const rule = ruleOf(rules, entry);
    const written = Object.keys(rule).length === 0 ? [] : eventsOf(entry);
    expect([...new Set(written.map(({ id }) => String(id)))].sort()).toEqual(
      Object.keys(rule).sort(),
    );
    const scene = written.map(
      ({ id, data }, index) => `@{
        Log = '${id === 12290 ? 'Key Management Service' : 'Application'}'
        Provider = 'Microsoft-Windows-Security-SPP'; Id = ${id}; RecordId = ${index}
        Time = [datetime]::new(2026, 11, 22, 9, 0, 0, [System.DateTimeKind]::Utc)
        Data = @(${data.map(literal).join(', ')})
      }`,
    );
    pc.scene(`function Log-Events { ${scene.join('\n')} }`);
    const expected = written.flatMap((one) => {
      const data = rule[one.id]?.(one);
      return data ? [{ id: one.id, data }] : [];
    });
    const found = await pc.computer.events(never);
    expect(found.map(({ id, data }) => ({ id, data }))).toEqual(expected);
  });
});

/** Returns a cmdlet that fails like a record. */
function failing(cmdlet: string, errorId: string, message: string): string {
  return `function ${cmdlet} {
    [CmdletBinding()] param([Parameter(ValueFromRemainingArguments = $true)] $Rest)
    $PSCmdlet.WriteError((New-Failure ${literal(errorId)} ${literal(message)}))
  }`;
}

describe('a recorded error', () => {
  /**
   * Expected reason of a fact and refusal of a change; `resolver` for a resolver's answer; null for
   * errors that no query returns.
   */
  type Outcome = readonly [reason: Unreadable['reason'], refusal: ChangeRefused['refusal']];
  const rules: readonly (readonly [RegExp, Outcome | 'resolver' | null])[] = [
    [/WBEM_E_INVALID_QUERY/, ['unsupported-query', 'tool-failed']],
    [/access denied(?!: words)/, ['access-denied', 'access-denied']],
    [/generic failure of WMI|Win32 not found as HRESULT/, ['tool-failed', 'tool-failed']],
    [/^Get-NetFirewallRule -Name of a missing rule/, ['tool-failed', 'tool-failed']],
    [/^Constrained Language Mode: method call/, ['tool-failed', 'tool-failed']],
    [/^Resolve-DnsName/, 'resolver'],
    // Standard error of a process that never reached a query.
    [/^execution policy/, null],
    // Not an error, or an error message without its ID.
    [/^Get-NetFirewallRule|^Get-DnsClient|^Constrained Language|^Get-ExecutionPolicy/, null],
    [/words only/, null],
  ];
  const idOf = ({ row, text = '' }: Recorded): string =>
    (row as { errorId?: string } | undefined)?.errorId ??
    /FullyQualifiedErrorId : (\S+)/.exec(text)?.[1] ??
    '';
  const messageOf = ({ row, text = '' }: Recorded): string =>
    (row as { message?: string } | undefined)?.message ?? (text.split('\n')[0] || 'planted');

  const entries = recorded('error-records.json');
  it.each(named(entries.filter((entry) => ruleOf(rules, entry) !== null)))(
    'is reported correctly: %s',
    async (_name, entry) => {
      const rule = ruleOf(rules, entry);
      const id = idOf(entry);
      expect(id).not.toBe('');
      if (rule === 'resolver') {
        pc.scene(failing('Resolve-DnsName', id, messageOf(entry)));
        expect(await pc.computer.resolve('kms9.contoso.com', 'A', never)).toMatchObject({
          records: [],
          error: id.split(',')[0],
        });
        return;
      }
      const [reason, refusal] = rule ?? [];
      const code = Number(/0x[0-9a-f]{8}/i.exec(id)?.[0] ?? Number.NaN);
      pc.scene(failing('Get-CimInstance', id, messageOf(entry)));
      const failed = await pc.computer.licensingService(never).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(Unreadable);
      expect(failed).toMatchObject({ reason });
      pc.scene(failing('Invoke-CimMethod', id, messageOf(entry)));
      const refused = await pc.computer.activate('windows', never).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(ChangeRefused);
      expect(refused).toMatchObject({ refusal, code: Number.isNaN(code) ? null : code });
    },
  );

  it('is ignored only without an ID or as an execution policy error', () => {
    const others = entries.filter((entry) => ruleOf(rules, entry) === null);
    const ids = new Set(others.map(idOf));
    expect([...ids].sort()).toEqual(['', 'UnauthorizedAccess']);
  });
});
