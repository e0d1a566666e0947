/** Fleets to display, built manually so that tests control their content. */
import { createHash } from 'node:crypto';
import type { VerdictCode } from '@shared/catalog';
import type { FleetCure, FleetGroup, FleetReport } from '@shared/fleet';
import { HOSTILE_NAMES as COMPUTER_NAMES, SCRIPT } from './hostile';
import type { EndingComputer, Fleet, FleetComputer } from '../../electron/fleet/fleet';

/** The cause and computers of a group, and how it differs from the default: certain, without a known cure. */
interface PlantedGroup {
  readonly code: VerdictCode;
  readonly names: readonly string[];
  readonly about?: Partial<FleetGroup['about']>;
  readonly certain?: number;
  readonly cure?: FleetCure;
}

/** Names of the computers in a fleet, and overrides of its report. */
export interface PlantedFleet extends Partial<FleetReport>, Partial<Pick<Fleet, 'ending'>> {
  readonly planted?: readonly PlantedGroup[];
  readonly activated?: readonly string[];
}

const NOTHING: FleetGroup['about'] = {
  domain: null,
  server: null,
  host: null,
  port: null,
  code: null,
  product: null,
};

/** Builds a fleet from planted groups, most frequent cause first. */
export function fleetOf({
  planted = [],
  activated = [],
  ending = [],
  ...report
}: PlantedFleet): Fleet {
  const groups = planted.map(groupOf).sort((one, other) => other.count - one.count);
  const members = new Map(
    planted.map((group) => [groupOf(group).id, group.names.map((name) => computer(name, group))]),
  );
  return {
    report: {
      schema: 'kms-doctor/fleet@1',
      computers: groups.reduce((sum, { count }) => sum + count, activated.length),
      healthy: activated.length,
      duplicates: 0,
      groups,
      sameClientId: [],
      expiring: [],
      notReached: [],
      unreadable: [],
      ...report,
    },
    members,
    healthy: activated.map((name) => computer(name, { code: 'healthy' })),
    ending,
  };
}

function groupOf({ code, names, about = {}, certain, cure }: PlantedGroup): FleetGroup {
  const whole = { ...NOTHING, ...about };
  return {
    id: createHash('sha256')
      .update(JSON.stringify([code, whole]))
      .digest('hex')
      .slice(0, 12),
    code,
    about: whole,
    count: names.length,
    certain: certain ?? names.length,
    computers: names.slice(0, 1_000),
    cure: cure ?? null,
  };
}

function computer(name: string, { code }: Pick<PlantedGroup, 'code'>): FleetComputer {
  return {
    name,
    at: '2026-11-22T09:00:00.000Z',
    code,
    certainty: 'certain',
    source: { file: `${name}.json`, line: null },
    line: null,
  };
}

/** Returns `PC-00001` and so on. */
export const namesFrom = (first: number, count: number, prefix = 'PC-'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(first + index).padStart(5, '0')}`);

const cureOf = (
  fix: FleetCure['fix'],
  on: FleetCure['on'],
  heals: number,
  mayHeal: number,
  parameters: FleetCure['parameters'] = {},
): FleetCure => ({ fix, parameters, on, heals, mayHeal, rehearsed: true });

/** Returns the fleet of a company: 82% of its PCs have one cause, others a few more, and some input is unreadable. */
export function companyFleet(computers: number): Fleet {
  const part = (share: number): number => Math.max(1, Math.round(computers * share));
  const missing = part(0.824);
  const [filtered, skewed, unknown, office, mak] = [0.06, 0.024, 0.012, 0.008, 0.002].map(part) as [
    number,
    number,
    number,
    number,
    number,
  ];
  let next = 1;
  const take = (count: number): string[] => {
    const names = namesFrom(next, count);
    next += count;
    return names;
  };
  const soon: readonly EndingComputer[] = [
    ...[2, 3].map((day) => endingIn(day, 7)),
    ...[9, 10, 11, 12].map((day) => endingIn(day, 14)),
    ...[16, 17, 18, 19, 20, 21, 22, 23, 24].map((day) => endingIn(day, 30)),
  ];
  return fleetOf({
    planted: [
      {
        code: 'srv-record-missing',
        about: { domain: 'branch.contoso.com' },
        names: take(missing),
        certain: missing - part(0.03),
        cure: cureOf('create-srv-record', 'dns-server', part(0.176), missing - part(0.176), {
          domain: 'branch.contoso.com',
          host: 'kms1.contoso.com',
        }),
      },
      {
        code: 'kms-port-filtered',
        about: { host: 'kms1.contoso.com', port: 1688 },
        names: take(filtered),
        cure: cureOf('open-kms-firewall', 'network', 0, filtered),
      },
      {
        code: 'clock-skew',
        names: take(skewed),
        certain: 0,
        cure: cureOf('sync-clock', 'this-pc', skewed, 0),
      },
      { code: 'cannot-diagnose', names: take(unknown), certain: 0 },
      {
        code: 'office-not-activated',
        about: { product: 'Office LTSC Professional Plus 2024', code: '0xC004F074' },
        names: take(office),
      },
      { code: 'product-key-rejected', about: { code: '0xC004C003' }, names: take(mak) },
    ],
    activated: take(Math.max(0, computers - next + 1)),
    duplicates: part(0.1),
    sameClientId: [
      {
        clientMachineId: '7b1c6f1e-5a0e-4f0b-9d6b-3a1c0f6f2b11',
        count: 3,
        computers: namesFrom(7, 3),
      },
    ],
    expiring: [
      { days: 7, count: 2 },
      { days: 14, count: 4 },
      { days: 30, count: 9 },
    ],
    ending: soon,
    notReached: [{ outcome: 'silent', count: 2, computers: ['LAB-01', 'LAB-02'] }],
    unreadable: [
      { file: 'intune-export.csv', line: 1204, problem: 'The facts line is cut off.' },
      { file: 'reports/PC-00077.json', line: null, problem: 'This is not a report of KMS Doctor.' },
    ],
  });
}

/** Returns the PC of `companyFleet(500)` whose activation ends this many days after its diagnosis. */
function endingIn(day: number, days: EndingComputer['days']): EndingComputer {
  const [name = ''] = namesFrom(488 + day, 1);
  const endsAt = new Date(Date.UTC(2026, 10, 22 + day, 9)).toISOString();
  return { ...computer(name, { code: 'healthy' }), days, endsAt };
}

/** Names crafted to be treated as more than names. */
export const HOSTILE_NAMES: readonly string[] = [
  '<img src="http://127.0.0.1:9/x" onerror="globalThis.hit=1">',
  '--><!--<script>',
  'a\u2028b\u2029c',
  'PC-\u202e\u2066txt.exe',
  '會計部-筆電-07',
  '電腦'.repeat(127),
  'A'.repeat(255),
  'שלום-PC',
  '💻-LAB',
  '\u001b[2J\r\n{number}',
  '',
  ...COMPUTER_NAMES,
];

/** Returns a fleet in which every text is malicious. */
export function hostileFleet(): Fleet {
  const [image = ''] = HOSTILE_NAMES;
  const markup = SCRIPT;
  return fleetOf({
    planted: [
      {
        code: 'srv-record-missing',
        about: { domain: `${markup}.contoso.com` },
        names: [...HOSTILE_NAMES, ...namesFrom(1, 1_100, '</script>'), ...HOSTILE_NAMES],
        cure: cureOf('create-srv-record', 'dns-server', 1, 1, { host: `${image}; rm -rf /` }),
      },
      { code: 'office-not-activated', about: { product: image }, names: [...HOSTILE_NAMES] },
    ],
    activated: HOSTILE_NAMES,
    sameClientId: [{ clientMachineId: markup, count: 1_400, computers: [...HOSTILE_NAMES] }],
    notReached: [{ outcome: image, count: 3, computers: [...HOSTILE_NAMES] }],
    unreadable: HOSTILE_NAMES.map((file, index) => ({
      file,
      line: index === 0 ? null : index,
      problem: markup,
    })),
  });
}
