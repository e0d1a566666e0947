/**
 * Values from a PC, its network or a file, injected in every place of a sick PC of each verdict. No command in a
 * message, in a fix or in our recommendations may include them, in any notation.
 */
import { expect, it } from 'vitest';
import { FIX_IDS, VERDICT_CODES } from '@shared/catalog';
import { translator } from '@shared/i18n';
import type { ScenarioFile } from '@shared/scenario';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { viewPlan } from '@engine/fixes/views';
import { diagnose } from '@engine/run';
import { commandsFor, quoteArgument } from '../../../electron/cli/recommend';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { EXPECTED, readCase } from '../../scenarios/cases';
import { placesIn, put, valueAt, type Json } from '../../support/mutations';
import { seeded } from '../../support/random';

const isFull = process.env['KMS_DOCTOR_FULL'] === '1';

/** Word that identifies injected values. */
const MARK = 'calc';

const PAYLOADS: readonly string[] = [
  `kms1\r\n    ${MARK}.exe`,
  `kms1\n${MARK}`,
  `kms1" & ${MARK} & "`,
  `kms1'; ${MARK}; '`,
  `kms1\u2019; ${MARK}; \u2018`,
  `kms1\u201D; ${MARK}; \u201C`,
  `$(${MARK})`,
  `kms1\`${MARK}\``,
  `kms1 | ${MARK}`,
  `kms1 && ${MARK}`,
  `%COMSPEC% /c ${MARK}`,
  `%${MARK}%`,
  `-${MARK}`,
  `/${MARK}`,
  `@${MARK}`,
  `kms1^${MARK}`,
  `!${MARK}!`,
  `kms1 > ${MARK}`,
  `<${MARK}>`,
  `kms1\u202E${MARK}`,
  `kms1\u001B[2J${MARK}`,
  `${MARK}\u0000`,
  `kms1.contoso.com:1688;${MARK}`,
  `[::1]${MARK} `,
];

/** Properties whose values are defined by the format. */
const WORDS = /^(?:schema|type|of|rcode|state|start|dynamicUpdates|dnsServersFrom|time|now|why)$/;

/** A PC of each verdict, or three in a full run. */
const PCS = VERDICT_CODES.flatMap((code) =>
  Object.keys(EXPECTED)
    .filter((name) => EXPECTED[name]?.code === code)
    .slice(0, isFull ? 3 : 1),
);

/** Number of strings per PC that are each replaced with a payload. */
const PLACES_A_PC = isFull ? 500 : 5;

const t = translator('en');

/** Returns every command that users are given for a PC. */
async function commandsOf(file: ScenarioFile): Promise<{ fixes: number; commands: string[] }> {
  const result = await diagnose(createScenarioComputer(file), { atOnce: true }).result;
  const { diagnosis, snapshot, expectedHosts } = result;
  const { message } = diagnosis.verdict;
  const where = { target: null, scenario: 'pc.json', facts: null, dataDir: null, expectedHosts };
  const ours = commandsFor(snapshot, 'scenario', { ...where, dnsOverrides: {} });
  const commands = [
    ...(message?.lines ?? []).filter((line) => typeof line === 'string'),
    ours.repair ?? '',
    ...diagnosis.verdict.fixes.map(ours.fix),
  ];
  const facts = new Facts(createScenarioComputer(file), {}, new AbortController().signal);
  let fixes = 0;
  for (const fix of FIX_IDS) {
    const planned = await planFix(fix, {}, snapshot, facts);
    if (!planned.ok) continue;
    fixes += 1;
    const { changes, handover } = viewPlan(planned.plan, t);
    const asked = (handover?.text ?? '').split('\n').filter((line) => line.startsWith('    '));
    commands.push(...changes.map(({ byHand }) => byHand), ...asked);
  }
  return { fixes, commands };
}

it('never includes injected values in commands', { timeout: 3_600_000 }, async () => {
  const found = new Set<string>();
  const count = { pcs: 0, fixes: 0, commands: 0 };
  for (const [turn, name] of PCS.entries()) {
    const random = seeded(turn);
    const places = placesIn(readCase(name) as Json).filter(
      (place) => typeof valueAt(place) === 'string' && !WORDS.test(String(place.name)),
    ).length;
    for (let index = 0; index < Math.min(PLACES_A_PC, places); index += 1) {
      const file = structuredClone(readCase(name));
      const texts = placesIn(file as Json).filter(
        (place) => typeof valueAt(place) === 'string' && !WORDS.test(String(place.name)),
      );
      const place = isFull ? texts[index]! : random.pick(texts);
      const payload = random.pick(PAYLOADS);
      put(place, payload);
      const { fixes, commands } = await commandsOf(file);
      count.pcs += 1;
      count.fixes += fixes;
      count.commands += commands.length;
      for (const command of commands.filter((text) => text.includes(MARK))) {
        found.add(`${name} ${place.name}: ${JSON.stringify(command)}`);
      }
    }
  }
  process.stdout.write(`pasted: ${JSON.stringify({ ...count, found: found.size })}\n`);
  expect([...found]).toEqual([]);
  expect(count.commands).toBeGreaterThan(count.pcs * 5);
});

it.each(PAYLOADS)('quotes %j as a single shell word, or uses a placeholder', (payload) => {
  const posix = quoteArgument(payload, 'linux');
  expect(posix.startsWith("'") || /^[\w.:/\\@=,+[\]-]+$/.test(posix)).toBe(true);
  expect(posix.slice(1, -1).replaceAll("'\\''", '')).not.toContain("'");
  // cmd.exe and PowerShell both expand within double quotes, but expand different things.
  const windows = quoteArgument(payload, 'win32');
  expect(windows.slice(1, -1)).not.toMatch(/["\u201C-\u201E$`%!\p{C}\p{Zl}\p{Zp}]/u);
  expect(quoteArgument('C:\\Program Files\\pc 1.json', 'win32')).toBe(
    '"C:\\Program Files\\pc 1.json"',
  );
});
