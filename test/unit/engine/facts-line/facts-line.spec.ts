/** Facts lines that others may have crafted or damaged. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packFacts, unpackFacts } from '@engine/facts-line';
import { diagnose } from '@engine/run';
import { findFactsLine } from '@shared/facts-line';
import { redact } from '@shared/redaction';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { seeded } from '../../../support/random';

const SCHEMA = 'kms-doctor/scenario@1';
const FULL = process.env['KMS_DOCTOR_FULL'] === '1';

/** Creates a facts line from arbitrary bytes. */
const lineOf = (bytes: Buffer, kind = 'KMSD1'): string =>
  `${kind} ${
    bytes
      .toString('base64url')
      .match(/.{1,20}/g)
      ?.join('.') ?? ''
  }`;

const lineOfJson = (json: unknown, kind?: string): string =>
  lineOf(
    deflateRawSync(typeof json === 'string' ? json : JSON.stringify(json), { level: 9 }),
    kind,
  );

function problemOf(line: string): string {
  const unpacked = unpackFacts(line);
  return unpacked.ok ? 'none' : unpacked.problem.key.replace('facts.problems.', '');
}

const packed = async (): Promise<string> =>
  packFacts(await diagnose(createScenarioComputer({ schema: SCHEMA })).result);

describe('a facts line', () => {
  it("isn't altered by redaction, whatever it contains", { timeout: 600_000 }, () => {
    const random = seeded(13);
    for (let n = 0; n < (FULL ? 100_000 : 3_000); n += 1) {
      const bytes = Buffer.from(
        Array.from({ length: 20 + random.below(1_400) }, () => random.below(256)),
      );
      // Only letters of product keys, which deflated data never consists of.
      const letters = Buffer.from(
        'BCDFGHJKMPQRTVWXY2346789'.repeat(1 + random.below(9)),
        'base64url',
      );
      for (const line of [lineOf(bytes), lineOf(letters)]) expect(redact(line)).toBe(line);
    }
  });

  it('is found in surrounding text', async () => {
    const line = await packed();
    expect(findFactsLine(`> "${line}",\r\nKMSD1 other`)).toBe(line);
    expect(findFactsLine('KMSD1')).toBeNull();
  });

  it("leaves out Office if even the rest doesn't fit", async () => {
    const random = seeded(7);
    const noise = Array.from({ length: 4_000 }, () => random.below(16).toString(16)).join('');
    const office = {
      ApplicationID: '0ff1ce15-a989-479d-af46-f275c6370663',
      PartialProductKey: 'ABCDE',
    };
    const pc = createScenarioComputer({
      schema: SCHEMA,
      computer: { os: noise },
      licensing: { products: [{ PartialProductKey: '2YT43' }, office, office] },
    });
    const unpacked = unpackFacts(packFacts(await diagnose(pc).result));
    const file = unpacked.ok ? unpacked.file : null;
    expect(file?.leftOut).toContain('office');
    expect(file?.licensing).toBeUndefined();
  });

  it('is accepted without a checksum', () => {
    expect(unpackFacts(lineOfJson({ schema: SCHEMA }))).toEqual({
      ok: true,
      file: { schema: SCHEMA },
    });
  });

  it.each([
    ['no content', '', 'notALine'],
    ['a newer version', 'KMSD3 abcd', 'version'],
    ['too many characters', `KMSD1 ${'a'.repeat(2_048)}`, 'tooLong'],
    ['invalid JSON', lineOfJson('{'), 'damaged'],
    ['invalid UTF-8', lineOf(deflateRawSync(Buffer.from([0xff, 0xfe, 0x22]))), 'damaged'],
    ['a decompression bomb', lineOfJson(`"${'a'.repeat(1_000_000)}"`), 'damaged'],
    ['deeply nested arrays', lineOfJson('['.repeat(200_000)), 'damaged'],
    [
      'a deeply nested object',
      lineOfJson('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)),
      'content',
    ],
    [
      'a product key',
      lineOfJson({ schema: SCHEMA, title: 'BCDFG-HJKMP-QRTVW-XY234-6789B' }),
      'productKey',
    ],
    ['an unknown property', lineOfJson({ schema: SCHEMA, later: 1 }), 'content'],
    ['__proto__', lineOfJson('{"schema":"kms-doctor/scenario@1","__proto__":{"a":1}}'), 'content'],
    [
      'a huge number',
      lineOfJson('{"schema":"kms-doctor/scenario@1","computer":{"build":1e999}}'),
      'content',
    ],
  ])('with %s is rejected', (_, line, problem) => {
    expect(problemOf(line)).toBe(problem);
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  it(
    'that was truncated or altered anywhere is rejected unless its content is intact',
    { timeout: 60_000 },
    async () => {
      const line = await packed();
      const whole = unpackFacts(line);
      const random = seeded(5);
      for (let end = 7; end < line.length - 8; end += 1) {
        expect(['cut', 'damaged'], String(end)).toContain(problemOf(line.slice(0, end)));
      }
      for (let n = 0; n < (FULL ? 100_000 : 2_000); n += 1) {
        const place = 6 + random.below(line.length - 6);
        const other = random.pick(Array.from('abcXYZ019-_'));
        if (line[place] === '.' || line[place] === other) continue;
        const begun = performance.now();
        const changed = unpackFacts(line.slice(0, place) + other + line.slice(place + 1));
        // The last bits of deflated data may be insignificant; then the content must be unchanged.
        if (changed.ok) expect(changed).toEqual(whole);
        expect(performance.now() - begun).toBeLessThan(1_000);
      }
    },
  );
});
