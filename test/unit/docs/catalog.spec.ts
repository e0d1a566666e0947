/** Tables in the documents match the code: nothing is missing, and nothing is extra. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ConnectAnswer, DnsAnswer, RpcAnswer } from '@engine/computer';
import { VERDICT_RULES } from '@engine/verdict/verdict';
import { CHECKS, FIX_IDS, VERDICT_CODES, type VerdictCode } from '@shared/catalog';
import { ERROR_CODES } from '@shared/error-codes';
import { DECODED_EVENTS } from '@shared/events';
import { CHANGE_KINDS } from '@engine/changes';
import { fixOf } from '@engine/fixes';
import { fieldsOf } from '@engine/fixes/parameters';
import { reportSchema, type Report } from '@shared/report';
import { DEFAULT_SCENARIO, scenarioSchema } from '@shared/scenario';
import { ASSUMPTIONS } from '@shared/change-schemas';
import { EXIT, FIX_EXIT } from '../../../electron/cli/exit-codes';
import { COMMANDS, readCommandLine, UsageError } from '../../../electron/cli/options';
import { runCli } from '../cli/run-cli';
import { caseFile, EXPECTED } from '../../scenarios/cases';
import { results } from './documents';
import { codeSpansIn, codeSpansInColumn, readDocument, ROOT, tableUnder } from './markdown';

/** Possible outcomes of a network query, by the kind of its evidence. */
const OUTCOMES = {
  dns: { answered: true, silent: true, closed: true, garbled: true, unreachable: true },
  tcp: { open: true, refused: true, filtered: true, 'no-route': true },
  rpc: { kms: true, 'other-rpc': true, 'not-rpc': true, silent: true, cut: true },
} as const satisfies {
  dns: Record<DnsAnswer['outcome'], true>;
  tcp: Record<ConnectAnswer['outcome'], true>;
  rpc: Record<RpcAnswer['outcome'], true>;
};

const report = readDocument('docs/report.md');
const cli = readDocument('docs/cli.md');
const file = readDocument('docs/scenario-file.md');

const sorted = (words: Iterable<string>): string[] => [...new Set(words)].sort();

/** One case for each verdict. */
const cases = new Map<VerdictCode, string>(
  Object.entries(EXPECTED).map(([name, { code }]) => [code, name]),
);
const diagnosed = async (name: string): Promise<{ code: number; report: Report }> => {
  const { code, stdout } = await runCli('diagnose', '--json', '--scenario', caseFile(name));
  return { code, report: reportSchema.parse(JSON.parse(stdout)) };
};

describe('docs/report.md', () => {
  it('lists every verdict in order, with its procedure and fixes', () => {
    const { rows } = tableUnder(report, 'verdicts');
    const written = rows.map(([code, , procedure, fixes]) => ({
      code: codeSpansIn(code)[0],
      procedure: codeSpansIn(procedure)[0] ?? null,
      fixes: codeSpansIn(fixes),
    }));
    expect(written).toEqual(
      VERDICT_CODES.map((code) => {
        const { procedure, fixes } = VERDICT_RULES[code];
        return { code, procedure, fixes: [...fixes] };
      }),
    );
  });

  it('lists every check with its procedure', () => {
    const { rows } = tableUnder(report, 'checks');
    const written = rows.map(([id, procedure]) => [...codeSpansIn(id), ...codeSpansIn(procedure)]);
    expect(written).toEqual(CHECKS.map(({ id, procedure }) => [id, procedure]));
  });

  it('lists the properties of the report', () => {
    const { shape } = reportSchema;
    expect(codeSpansInColumn(tableUnder(report, 'the-report'), 0)).toEqual(Object.keys(shape));
    expect(codeSpansInColumn(tableUnder(report, 'activation'), 0)).toEqual(
      Object.keys(shape.activation.shape),
    );
    const { status } = shape.procedures.element.shape;
    expect(codeSpansInColumn(tableUnder(report, 'statuses'), 0)).toEqual(status.options);
  });

  it('lists every reason', () => {
    const texts = JSON.parse(readFileSync(path.join(ROOT, 'shared/locales/en.json'), 'utf8')) as {
      reasons: object;
    };
    expect(sorted(codeSpansInColumn(tableUnder(report, 'reasons'), 0))).toEqual(
      sorted(Object.keys(texts.reasons)),
    );
  });

  it('lists every result and state', () => {
    expect(sorted(codeSpansInColumn(tableUnder(report, 'outcomes-and-the-journal'), 0))).toEqual(
      sorted([...results, 'open', 'undone']),
    );
  });

  it(
    'lists the evidence that occurs in the cases, with every field',
    { timeout: 60_000 },
    async () => {
      const fields = new Map(
        tableUnder(report, 'evidence').rows.flatMap(([kinds, names]) =>
          codeSpansIn(kinds).map((kind) => [kind, codeSpansIn(names)]),
        ),
      );
      const kinds = new Set<string>();
      for (const name of cases.values()) {
        const { procedures } = (await diagnosed(name)).report;
        for (const { status, reason, evidence } of procedures.flatMap(({ checks }) => checks)) {
          expect(reason !== null, `${name}: ${reason}`).toBe(status === 'unknown');
          for (const { kind, data } of evidence) {
            kinds.add(kind);
            if (kind !== 'licensing')
              expect(fields.get(kind)).toEqual(expect.arrayContaining(Object.keys(data)));
          }
        }
      }
      expect(sorted(kinds)).toEqual(sorted(fields.keys()));
    },
  );

  it('lists every outcome of a network query', () => {
    const { rows } = tableUnder(report, 'evidence', 1);
    const written = rows.map(([kind, outcome]) => [...codeSpansIn(kind), ...codeSpansIn(outcome)]);
    expect(written).toEqual(
      Object.entries(OUTCOMES).flatMap(([kind, outcomes]) =>
        Object.keys(outcomes).map((outcome) => [kind, outcome]),
      ),
    );
  });
});

describe('docs/cli.md', () => {
  it('lists every command', () => {
    expect(sorted(codeSpansInColumn(tableUnder(cli, 'commands'), 0))).toEqual(sorted(COMMANDS));
  });

  const TAKING_OPTIONS = [...COMMANDS, 'fleet report', 'fleet script'].filter(
    (command) => command !== 'fleet',
  );
  it.each(TAKING_OPTIONS)('lists every option of %s', (command) => {
    const { rows } = tableUnder(cli, 'options');
    const written = rows.flatMap(([option, commands = '']) =>
      commands.startsWith('every command') !== codeSpansIn(commands).includes(command)
        ? codeSpansIn(option)
        : [],
    );
    expect(sorted(written)).toEqual(sorted(optionsOf(command)));
  });

  it('lists every exit code', async () => {
    const { header, rows } = tableUnder(cli, 'exit-codes');
    const written = (command: string): number[] => {
      const at = header.indexOf(`\`${command}\``);
      return rows.flatMap((row) => (row[at] === '' ? [] : codeSpansIn(row[0]).map(Number)));
    };
    const anyhow = Object.values(EXIT);
    const fix = [...new Set([...Object.values(FIX_EXIT), ...anyhow])];
    expect(written('fix')).toEqual(fix.sort((one, other) => one - other));
    expect(written('repair')).toEqual(written('fix'));
    const ends = async (...lines: string[][]): Promise<number[]> => [
      ...(await Promise.all(lines.map(async (line) => (await runCli(...line)).code))),
      ...anyhow,
    ];
    const scenario = (code: VerdictCode): string[] => [
      ...['diagnose', '--scenario', caseFile(cases.get(code) ?? '')],
    ];
    expect(sorted(written('diagnose').map(String))).toEqual(
      sorted(
        (
          await ends(
            scenario('healthy'),
            scenario('srv-record-missing'),
            scenario('cannot-diagnose'),
            ['diagnose', '--nonsense'],
          )
        ).map(String),
      ),
    );
    const fleet = (...words: string[]): string[] => ['fleet', 'report', ...words];
    const found = await ends(
      fleet(caseFile(cases.get('healthy') ?? '')),
      fleet(caseFile(cases.get('srv-record-missing') ?? '')),
      fleet('none.json'),
      fleet(),
    );
    expect(sorted(written('fleet').map(String))).toEqual(sorted(found.map(String)));
    expect(sorted(written('explain').map(String))).toEqual(
      sorted(
        (await ends(['explain', '0xC004F074'], ['explain', '0xC004F175'], ['explain', 'x'])).map(
          String,
        ),
      ),
    );
  });

  it('lists every fix with its parameters', () => {
    const { rows } = tableUnder(cli, 'fixes-and-their-parameters');
    const written = rows.map(([fix, parameters = '']) => [
      ...codeSpansIn(fix),
      ...(parameters.match(/\(?`\w+`\)?/g) ?? []),
    ]);
    const expected = FIX_IDS.map((fix) => [
      fix,
      ...[...fieldsOf(fixOf(fix).parameters)]
        .sort((one, other) => Number(other.required) - Number(one.required))
        .map(({ name, required }) => (required ? `\`${name}\`` : `(\`${name}\`)`)),
    ]);
    expect(written).toEqual(expected);
    const names = FIX_IDS.flatMap((fix) => fieldsOf(fixOf(fix).parameters).map(({ name }) => name));
    expect(
      sorted(
        tableUnder(cli, 'fixes-and-their-parameters', 1).rows.flatMap(([name]) =>
          codeSpansIn(name),
        ),
      ),
    ).toEqual(sorted(names));
  });

  it('lists everything that a rehearsal can rest on', () => {
    expect(codeSpansInColumn(tableUnder(cli, 'treatment1', 1), 0)).toEqual([...ASSUMPTIONS]);
  });

  it('lists every kind of change', () => {
    expect(sorted(codeSpansInColumn(tableUnder(cli, 'plan1', 1), 0))).toEqual(sorted(CHANGE_KINDS));
  });
});

describe('docs/scenario-file.md', () => {
  it('shows the default scenario', () => {
    const block = file.blocks.find(({ language }) => language === 'json');
    expect(JSON.parse(block?.text ?? '')).toEqual(DEFAULT_SCENARIO);
  });

  it('lists every key', () => {
    const written = file.tables.flatMap(({ under, header, rows }) =>
      header[0] === 'key'
        ? rows.flatMap(([key]) => codeSpansIn(key).map((one) => `${under} ${one}`))
        : [],
    );
    expect(sorted(written)).toEqual(
      sorted(keysOf(z.toJSONSchema(scenarioSchema, { io: 'input' }), 'the-file')),
    );
  });
});

describe('docs/windows-facts.md', () => {
  const facts = readDocument('docs/windows-facts.md');

  it('lists every decoded event', () => {
    const written = tableUnder(facts, 'events').rows.map(([id]) => Number(id));
    expect(written).toEqual(DECODED_EVENTS);
  });

  it('lists every error code that determines a verdict by itself, and no unknown ones', () => {
    const written = tableUnder(facts, 'error-codes').rows.flatMap(([codes = '']) =>
      codes.split(', '),
    );
    const deciding = ERROR_CODES.filter(({ verdict }) => verdict !== null);
    expect(written).toEqual(expect.arrayContaining(deciding.map(({ hex }) => hex)));
    const known = new Set<string>(ERROR_CODES.map(({ hex }) => hex));
    expect(written.filter((code) => !known.has(code))).toEqual([]);
  });
});

it('docs/windows-lab.md lists every job of the Windows workflow', () => {
  const workflow = readFileSync(path.join(ROOT, '.github/workflows/windows.yml'), 'utf8');
  const jobs = [...workflow.slice(workflow.indexOf('\njobs:')).matchAll(/^ {2}([\w-]+):$/gm)];
  const written = codeSpansInColumn(
    tableUnder(readDocument('docs/windows-lab.md'), 'by-the-workflow'),
    0,
  );
  expect(written).toEqual(jobs.map(([, job]) => job));
});

/** Returns the options of a command, as listed in its error for an unknown one. */
function optionsOf(command: string): string[] {
  try {
    readCommandLine([...command.split(' '), '--nonsense']);
  } catch (error) {
    if (error instanceof UsageError) return String(error.reason.params?.['allowed']).split(', ');
  }
  return [];
}

/** Returns the keys of a schema, each prefixed with the heading that describes the object it belongs to. */
function keysOf(schema: z.core.JSONSchema._JSONSchema | undefined, under: string): string[] {
  if (typeof schema !== 'object') return [];
  const { properties = {}, items, additionalProperties, anyOf = [], oneOf = [] } = schema;
  const inside = [items, additionalProperties, ...anyOf, ...oneOf].flatMap((one) =>
    Array.isArray(one) ? [] : keysOf(one, under),
  );
  return [
    ...inside,
    ...Object.entries(properties).flatMap(([key, value]) => [
      `${under} ${key}`,
      // Its records have the same keys as those of the servers.
      ...keysOf(
        key === 'resolverCache' ? undefined : value,
        under === 'the-file' ? key.toLowerCase() : `${under}${key.toLowerCase()}`,
      ),
    ]),
  ];
}
