/** docs/schemas/ is generated from the schemas in the code (updated by `npm test -- --tier unit -u test/unit/docs`). */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../cli/run-cli';
import { caseFile, EXPECTED } from '../../scenarios/cases';
import { publishedSchemas } from './documents';
import { ROOT } from './markdown';

type Name = keyof typeof publishedSchemas;

const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-schemas-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const fileOf = (name: Name): string => path.join(ROOT, 'docs/schemas', `${name}.json`);
type JsonSchema = z.core.JSONSchema.JSONSchema;
const validators = new Map<Name, z.ZodType>();
/** Returns a cached validator: creating one takes longer than parsing with it. */
function validator(name: Name): z.ZodType {
  const schema = (): JsonSchema => JSON.parse(readFileSync(fileOf(name), 'utf8')) as JsonSchema;
  const made = validators.get(name) ?? z.fromJSONSchema(schema());
  validators.set(name, made);
  return made;
}

describe('JSON Schema files', () => {
  it.each(Object.keys(publishedSchemas) as Name[])(
    '%s matches the schema in the code',
    async (name) => {
      const schema = {
        title: `kms-doctor/${name}@1`,
        ...z.toJSONSchema(publishedSchemas[name], { io: 'input' }),
      };
      await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(fileOf(name));
    },
  );
});

describe('JSON Schema validation', () => {
  // One case for each verdict, and every stage of one fix.
  const cases = [
    ...new Map(Object.keys(EXPECTED).map((name) => [name.split('/')[0], name])).values(),
  ];

  it.each(cases)('accepts the output of diagnose for %s', async (name) => {
    const [report, scenario] = [validator('report'), validator('scenario')];
    const saved = path.join(folder, 'saved.json');
    const { stdout } = await runCli(
      ...['diagnose', '--json', '--scenario', caseFile(name), '--save', saved],
    );
    report.parse(JSON.parse(stdout));
    scenario.parse(JSON.parse(readFileSync(saved, 'utf8')));
    scenario.parse(JSON.parse(readFileSync(caseFile(name), 'utf8')));
  });

  it('accepts the output of fix and journal', async () => {
    const target = ['--scenario', caseFile('srv-record-missing/record-missing')];
    const fix = async (...words: string[]): Promise<unknown> => {
      const data = ['--data-dir', path.join(folder, 'data')];
      return JSON.parse((await runCli('fix', ...words, '--json', ...target, ...data)).stdout);
    };
    const record = ['--param', 'domain=contoso.com', '--param', 'host=kms1.contoso.com'];
    const create = ['create-srv-record', ...record, '--param'];
    validator('plan').parse(await fix(...create, 'method=text', '--dry-run'));
    validator('plan').parse(await fix(...create, 'method=dynamic-update', '--dry-run'));
    validator('outcome').parse(await fix(...create, 'method=dynamic-update', '--yes'));
    const { stdout } = await runCli('journal', '--json', '--data-dir', path.join(folder, 'data'));
    validator('journal').parse(JSON.parse(stdout));
  });

  const repaired: string[] = [];
  it.each(cases)('accepts the output of repair for %s', async (name) => {
    const data = ['--data-dir', path.join(folder, `repair-${name.split('/')[0]}`)];
    const words = ['repair', '--json', '--scenario', caseFile(name), ...data];
    const dry = await runCli(...words, '--dry-run');
    validator('treatment').parse(JSON.parse(dry.stdout));
    const done = await runCli(...words, '--yes');
    if (done.code === 3) return;
    validator('treatment-outcome').parse(JSON.parse(done.stdout));
    repaired.push(name);
  });

  it('covers at least one repair that was made', () => {
    expect(repaired).not.toEqual([]);
  });

  it('rejects other documents and unknown properties', () => {
    expect(validator('plan').safeParse({ schema: 'kms-doctor/outcome@1' }).success).toBe(false);
    expect(validator('scenario').safeParse({ schema: 'kms-doctor/scenario@1', x: 1 }).success).toBe(
      false,
    );
  });
});
