import { describe, expect, it } from 'vitest';
import {
  CLIENT_SETUP_KEYS,
  clientSetupKeyEndingIn,
  clientSetupKeyFor,
  type NoClientSetupKey,
} from '@shared/client-setup-keys';
import { editionName } from '@shared/edition-names';
import { translateMessage, translator } from '@shared/i18n';
import en from '@shared/locales/en.json';
import zhTW from '@shared/locales/zh-TW.json';
import { maskProductKey, parseProductKey } from '@shared/product-key';
import { redact } from '@shared/redaction';

/** A product name and a build of each release. */
const samples: Readonly<Record<(typeof CLIENT_SETUP_KEYS)[number]['release'], [string, number]>> = {
  'server-2025': ['Windows Server 2025 Standard', 26100],
  'server-2022': ['Windows Server 2022 Standard', 20348],
  'server-2019': ['Windows Server 2019 Standard', 17763],
  'server-2016': ['Windows Server 2016 Standard', 14393],
  'server-sac': ['Windows Server, version 1909', 18363],
  'server-1803': ['Windows Server, version 1803', 17134],
  'server-1709': ['Windows Server, version 1709', 16299],
  'server-2012-r2': ['Windows Server 2012 R2 Standard', 9600],
  'server-2012': ['Windows Server 2012 Standard', 9200],
  'server-2008-r2': ['Windows Server 2008 R2 Standard', 7601],
  'server-2008': ['Windows Server® 2008 Standard', 6002],
  'windows-10': ['Windows 10 Enterprise', 19045],
  ltsc: ['Windows 10 Enterprise LTSC', 19044],
  'iot-ltsc': ['Windows 11 IoT Enterprise LTSC', 26100],
  'ltsb-2016': ['Windows 10 Enterprise 2016 LTSB', 14393],
  'ltsb-2015': ['Windows 10 Enterprise 2015 LTSB', 10240],
  'windows-8.1': ['Windows 8.1 Enterprise', 9600],
  'windows-8': ['Windows 8 Enterprise', 9200],
  'windows-7': ['Windows 7 Enterprise', 7601],
  'windows-vista': ['Windows Vista Enterprise', 6002],
};

/** Windows' IDs for the editions of each release, in the order of Microsoft's page. */
const EDITION_IDS = {
  'server-2025': 'ServerStandard ServerDatacenter ServerTurbine',
  'server-2022': 'ServerStandard ServerDatacenter ServerTurbine',
  'server-2019': 'ServerStandard ServerDatacenter ServerSolution',
  'server-2016': 'ServerStandard ServerDatacenter ServerSolution',
  'server-sac': 'ServerStandardACor/ServerStandard ServerDatacenterACor/ServerDatacenter',
  'windows-10': `Professional ProfessionalN ProfessionalWorkstation ProfessionalWorkstationN ProfessionalEducation
    ProfessionalEducationN Education EducationN Enterprise EnterpriseN EnterpriseG EnterpriseGN`,
  ltsc: 'EnterpriseS EnterpriseSN',
  'iot-ltsc': 'IoTEnterpriseS',
  'ltsb-2016': 'EnterpriseS EnterpriseSN',
  'ltsb-2015': 'EnterpriseS EnterpriseSN',
  'server-1803': 'ServerStandardACor/ServerStandard ServerDatacenterACor/ServerDatacenter',
  'server-1709': 'ServerStandardACor/ServerStandard ServerDatacenterACor/ServerDatacenter',
  'server-2012-r2': 'ServerStandard ServerDatacenter ServerSolution',
  'server-2012':
    'ServerStandard ServerMultiPointStandard ServerMultiPointPremium ServerDatacenter ServerSolution',
  'server-2008-r2':
    'ServerWeb ServerHPC ServerStandard ServerEnterprise ServerDatacenter ServerEnterpriseIA64',
  'server-2008': `ServerWeb ServerStandard ServerStandardV ServerEnterprise ServerEnterpriseV
    ServerHPC/ServerComputeCluster ServerDatacenter ServerDatacenterV ServerEnterpriseIA64`,
  'windows-8.1': 'Professional ProfessionalN Enterprise EnterpriseN',
  'windows-8': 'Professional ProfessionalN Enterprise EnterpriseN',
  'windows-7': 'Professional ProfessionalN ProfessionalE Enterprise EnterpriseN EnterpriseE',
  'windows-vista': 'Business BusinessN Enterprise EnterpriseN',
} satisfies Record<keyof typeof samples, string>;

const pc = (
  licenseFamily: string | null,
  os: string,
  build: number | null,
  editionId?: string,
) => ({
  licenseFamily,
  editionId: editionId ?? null,
  os,
  build,
  server: /Server/.test(os),
});

const found = (...about: Parameters<typeof pc>) => {
  const answer = clientSetupKeyFor(pc(...about));
  return answer.ok ? `${answer.row.release} ${answer.row.edition}` : answer.reason;
};

describe('CLIENT_SETUP_KEYS', () => {
  it('contains the 78 keys of Microsoft’s page, well-formed and unique', () => {
    expect(CLIENT_SETUP_KEYS).toHaveLength(78);
    expect(new Set(CLIENT_SETUP_KEYS.map(({ key }) => key)).size).toBe(78);
    for (const { key, release } of CLIENT_SETUP_KEYS) {
      expect(key).toMatch(/^(?:[BCDFGHJKMNPQRTVWXY2346789]{5}-){4}[BCDFGHJKMNPQRTVWXY2346789]{5}$/);
      // Keys of Windows 7 and earlier have a different format, without an N.
      const old = ['windows-7', 'windows-vista', 'server-2008', 'server-2008-r2'].includes(release);
      expect(parseProductKey(key).ok).toBe(!old);
    }
  });

  it.each(Object.entries(EDITION_IDS))('has the editions of %s by their IDs', (release, ids) => {
    const rows = CLIENT_SETUP_KEYS.filter((row) => row.release === release);
    expect(rows.map(({ editionIds }) => editionIds.join('/'))).toEqual(ids.split(/\s+/));
  });

  it('contains keys that are public but still redacted', () => {
    for (const { key } of CLIENT_SETUP_KEYS) {
      expect(redact(`Installed ${key}.`)).toBe(`Installed ${maskProductKey(key)}.`);
    }
  });

  it.each(
    CLIENT_SETUP_KEYS.flatMap((row) => row.editionIds.map((id) => [row.family, id, row] as const)),
  )('has a row that is found by edition and release: %s, %s', (_family, id, row) => {
    const [os, build] = samples[row.release];
    expect(clientSetupKeyFor(pc(id, os, build))).toEqual({ ok: true, row });
    expect(clientSetupKeyFor(pc(null, os, build, id.toLowerCase()))).toEqual({ ok: true, row });
  });

  it.each(CLIENT_SETUP_KEYS.filter(({ release }) => !/sac|1803|1709/.test(release)))(
    'has a row that is found by product name alone: $family, $edition',
    (row) => {
      const [, build] = samples[row.release];
      const os = row.edition.startsWith('Windows') ? row.edition : `Windows 10 ${row.edition}`;
      expect(clientSetupKeyFor(pc(null, os.replace(/LTSC 2024.*/, 'LTSC'), build))).toEqual({
        ok: true,
        row,
      });
    },
  );
});

describe('clientSetupKeyFor', () => {
  it.each([
    ['EnterpriseS', 'Windows 10 Enterprise 2015 LTSB', 10240, 'ltsb-2015 Enterprise LTSB 2015'],
    ['EnterpriseS', 'Windows 10 Enterprise', 10240, 'ltsb-2015 Enterprise LTSB 2015'],
    ['EnterpriseS', 'Windows 10 Enterprise', 14393, 'ltsb-2016 Enterprise LTSB 2016'],
    ['EnterpriseS', 'Windows 10 Enterprise LTSC', 17763, 'ltsc Enterprise LTSC 2024 / 2021 / 2019'],
    ['EnterpriseS', 'Windows 11 Enterprise LTSC', 26100, 'ltsc Enterprise LTSC 2024 / 2021 / 2019'],
    [
      'EnterpriseS',
      'Windows 10 Enterprise LTSC 2019',
      26100,
      'ltsc Enterprise LTSC 2024 / 2021 / 2019',
    ],
    ['ServerStandardACor', 'Windows Server Standard', 17763, 'server-sac Windows Server Standard'],
    [
      'ServerStandard',
      'Windows Server Standard',
      17763,
      'server-2019 Windows Server 2019 Standard',
    ],
    [
      'ServerStandardCor',
      'Windows Server 2022 Standard',
      20348,
      'server-2022 Windows Server 2022 Standard',
    ],
    [
      'ServerDatacenterCore',
      'Windows Server 2008 R2 Datacenter',
      7601,
      'server-2008-r2 Windows Server 2008 R2 Datacenter',
    ],
    [
      'ServerTurbineCor',
      'Windows Server 2025 Datacenter: Azure Edition',
      26100,
      'server-2025 Windows Server 2025 Datacenter: Azure Edition',
    ],
    [
      'ServerDatacenterACor',
      'Windows Server, version 1709',
      16299,
      'server-1709 Windows Server Datacenter',
    ],
    ['Enterprise', 'Windows 11 Enterprise', null, 'windows-10 Enterprise'],
    ['Professional', 'Windows 11 專業版', 26200, 'windows-10 Pro'],
  ])('returns for %s on %s (%s) the key of %s', (family, os, build, row) => {
    expect(found(family, os, build)).toBe(row);
  });

  it('prefers the year in the product name over the build', () => {
    expect(found('ServerStandard', 'Windows Server 2022 Standard', 26100)).toBe(
      'server-2022 Windows Server 2022 Standard',
    );
  });

  it('prefers the license family over the registry and the product name', () => {
    expect(found('Professional', 'Windows 11 Enterprise', 26100, 'Enterprise')).toBe(
      'windows-10 Pro',
    );
    expect(found(null, 'Windows 11 Enterprise', 26100, 'Education')).toBe('windows-10 Education');
    expect(found('  ', 'Windows 11 Enterprise', 26100)).toBe('windows-10 Enterprise');
  });

  it('ignores a client edition on a server', () => {
    expect(found('Enterprise', 'Windows Server 2022 Standard', 20348)).toBe(
      'server-2022 Windows Server 2022 Standard',
    );
    expect(found('Enterprise', 'Windows Server 2022', 20348, 'ServerDatacenter')).toBe(
      'server-2022 Windows Server 2022 Datacenter',
    );
  });

  it.each<[string | null, string, number | null, NoClientSetupKey, string | null]>([
    ['Core', 'Windows 11 Home', 26100, 'home-edition', 'Pro'],
    ['Core', 'Windows 11 Enterprise', 26100, 'home-edition', 'Pro'],
    ['CoreN', 'Windows 10 Home N', 19045, 'home-edition', 'Pro N'],
    ['CoreSingleLanguage', 'Windows 11 Home Single Language', 26100, 'home-edition', 'Pro'],
    [null, 'Windows 11 Home', 26100, 'home-edition', 'Pro'],
    ['Core', 'Windows 8.1', 9600, 'home-edition', 'Windows 8.1 Pro'],
    ['EnterpriseEval', 'Windows 11 Enterprise Evaluation', 26100, 'evaluation', 'Enterprise'],
    [null, 'Windows 11 Enterprise Evaluation', 26100, 'evaluation', 'Enterprise'],
    [
      'EnterpriseSEval',
      'Windows 10 Enterprise LTSC',
      19044,
      'evaluation',
      'Enterprise LTSC 2024 / 2021 / 2019',
    ],
    [
      'ServerStandardEval',
      'Windows Server 2022 Standard Evaluation',
      20348,
      'evaluation',
      'Windows Server 2022 Standard',
    ],
    [
      'ServerDatacenterEvalCor',
      'Windows Server 2019',
      17763,
      'evaluation',
      'Windows Server 2019 Datacenter',
    ],
    [
      'ServerRdsh',
      'Windows 11 Enterprise multi-session',
      26100,
      'edition-not-listed',
      'Enterprise',
    ],
    ['IoTEnterprise', 'Windows 11 IoT Enterprise', 26100, 'edition-not-listed', 'Enterprise'],
    [
      'IoTEnterpriseS',
      'Windows 10 IoT Enterprise LTSC',
      17763,
      'edition-not-listed',
      'IoT Enterprise LTSC 2024 / 2021',
    ],
    ['ProfessionalSingleLanguage', 'Windows 11 Pro', 26100, 'edition-not-listed', 'Pro'],
    [
      'ServerAzureCor',
      'Windows Server 2022',
      20348,
      'edition-not-listed',
      'Windows Server 2022 Datacenter: Azure Edition',
    ],
    [
      'ServerTurbine',
      'Windows Server 2019',
      17763,
      'edition-not-listed',
      'Windows Server 2025 Datacenter: Azure Edition',
    ],
    [
      'ServerSolution',
      'Windows Server 2022 Essentials',
      20348,
      'edition-not-listed',
      'Windows Server 2019 Essentials',
    ],
    [
      'ServerDatacenter',
      'Windows Server Datacenter',
      25398,
      'release-not-listed',
      'Windows Server 2025 Datacenter',
    ],
    [
      'ServerDatacenter',
      'Windows Server Datacenter',
      29651,
      'release-not-listed',
      'Windows Server 2025 Datacenter',
    ],
    ['CloudEdition', 'Windows 11 SE', 22631, 'not-by-volume', 'Education'],
    ['Ultimate', 'Windows 7 Ultimate', 7601, 'not-by-volume', 'Windows 7 Enterprise'],
    [
      'ServerFoundation',
      'Windows Server 2012 Foundation',
      9200,
      'not-by-volume',
      'Windows Server 2012 Standard',
    ],
    ['Starter', 'Windows 7 Starter', 7601, 'home-edition', 'Windows 7 Professional'],
    ['Frobnicated', 'Windows 11 Enterprise', 26100, 'edition-not-listed', 'Pro'],
    [
      'ServerFrobnicated',
      'Windows Server 2022',
      20348,
      'edition-not-listed',
      'Windows Server 2022 Standard',
    ],
    [null, 'Windows', null, 'edition-unknown', null],
  ])('returns no key for %s on %s (%s): %s, nearest %s', (family, os, build, reason, nearest) => {
    const answer = clientSetupKeyFor(pc(family, os, build));
    expect(answer).toMatchObject({ ok: false, reason });
    expect(!answer.ok && (answer.nearest?.edition ?? null)).toBe(nearest);
  });
});

describe('clientSetupKeyEndingIn', () => {
  it('finds a public key by its last five characters', () => {
    expect(clientSetupKeyEndingIn('2yt43').map(({ edition }) => edition)).toEqual(['Enterprise']);
    for (const { key } of CLIENT_SETUP_KEYS) {
      expect(clientSetupKeyEndingIn(key.slice(-5)).map((row) => row.key)).toContain(key);
    }
  });

  it('finds nothing for unknown, empty, or shorter endings', () => {
    expect(clientSetupKeyEndingIn('N6789')).toEqual([]);
    expect(clientSetupKeyEndingIn('')).toEqual([]);
    expect(clientSetupKeyEndingIn('43')).toEqual([]);
  });
});

describe('texts for keys and editions', () => {
  const reasons: NoClientSetupKey[] = [
    'home-edition',
    'not-by-volume',
    'evaluation',
    'edition-not-listed',
    'release-not-listed',
    'edition-unknown',
  ];

  it.each(reasons)('explain in both languages why there is no key: %s', (reason) => {
    expect(en.keys.unavailable[reason]).not.toBe('');
    expect(zhTW.keys.unavailable[reason]).not.toBe('');
  });

  it('name every edition in the table', () => {
    for (const id of CLIENT_SETUP_KEYS.flatMap(({ editionIds }) => editionIds)) {
      for (const words of [en, zhTW]) expect(Object.keys(words.editions)).toContain(id);
    }
    expect(editionName('enterprise', translator('zh-TW'))).toBe('企業版');
    expect(editionName('Frobnicated', translator('en'))).toBe('Frobnicated');
    const params = { key: '9HPKT', edition: 'ServerStandard' };
    expect(
      translateMessage(translator('en'), { key: 'checks.product-key-installed.ok', params }),
    ).toContain('(Standard)');
  });
});
