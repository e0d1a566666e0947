/**
 * Identifies Windows as far as Microsoft publishes client setup keys for it: the release from the name and build
 * number, and the edition from the name if the licensing service and the registry don't have it.
 */

/** Releases that product names contain, with spaces instead of hyphens: `Server 2012 R2`. The longer name is first. */
const NAMED = [
  'server-2025',
  'server-2022',
  'server-2019',
  'server-2016',
  'server-2012-r2',
  'server-2012',
  'server-2008-r2',
  'server-2008',
  'windows-8.1',
  'windows-8',
  'windows-7',
  'windows-vista',
] as const;

/** Releases that are recognized by their build or by a part of the name. */
type Unnamed =
  | 'server-sac'
  | 'server-1803'
  | 'server-1709'
  | 'windows-10'
  | 'ltsc'
  | 'iot-ltsc'
  | 'ltsb-2016'
  | 'ltsb-2015';

/** Releases with separate client setup keys, as grouped on Microsoft's page. */
export type Release = (typeof NAMED)[number] | Unnamed;

type ByBuild = readonly (readonly [firstBuild: number, releases: readonly Release[]])[];

/**
 * Build numbers: https://learn.microsoft.com/windows/release-health/windows-server-release-info . Version 23H2 (25398)
 * and the previews after 2025 have no key on Microsoft's page.
 */
const serverByBuild: ByBuild = [
  [6001, ['server-2008']],
  [7600, ['server-2008-r2']],
  [9200, ['server-2012']],
  [9600, ['server-2012-r2']],
  [14393, ['server-2016']],
  [16299, ['server-1709']],
  [17134, ['server-1803']],
  [17763, ['server-2019', 'server-sac']],
  [18362, ['server-sac']],
  [20348, ['server-2022']],
  [25398, []],
  [26040, ['server-2025']],
  [27000, []],
];

const longTermByName: readonly (readonly [RegExp, readonly Release[]])[] = [
  [/\b2015 LTSB|LTSB 2015/i, ['ltsb-2015']],
  [/\b2016 LTSB|LTSB 2016/i, ['ltsb-2016']],
  [/LTSC (?:2019|2021|2024)/i, ['ltsc', 'iot-ltsc']],
];

/**
 * Build numbers: https://learn.microsoft.com/windows/release-health/release-information . Used only for names with
 * "Windows 10" or "11"; 0 means a build that couldn't be read.
 */
const clientByBuild: ByBuild = [
  [0, ['windows-10']],
  [1, []],
  [6000, ['windows-vista']],
  [7600, ['windows-7']],
  [9200, ['windows-8']],
  [9600, ['windows-8.1']],
  [10240, ['windows-10', 'ltsb-2015']],
  [14393, ['windows-10', 'ltsb-2016']],
  [17763, ['windows-10', 'ltsc']],
  [19044, ['windows-10', 'ltsc', 'iot-ltsc']],
];

/** First build of Windows 11. Windows itself still reports some of its editions as Windows 10. */
const FIRST_BUILD_OF_11 = 22_000;

/** Returns the product name of a Windows, e.g. `Windows 11 Pro`, from the name that it reports. */
export function productNameOf(reported: string, build: number | null): string {
  const name = reported.replace(/^Microsoft /, '').trim();
  return build !== null && build >= FIRST_BUILD_OF_11
    ? name.replace(/^Windows 10\b/, 'Windows 11')
    : name;
}

/**
 * Returns the possible releases of a Windows, most likely first; empty if Microsoft publishes no keys for it. A name
 * that contains a year or version takes precedence over the build, as on servers. Windows 10 and 11 share their keys
 * and often their name, so the build decides.
 *
 * @param os product name, such as "Windows Server 2022 Standard"
 * @param build build number, such as 20348; null or 0 if unknown
 */
export function releasesOf(os: string, build: number | null, server: boolean): readonly Release[] {
  const longTerm = server ? undefined : longTermByName.find(([pattern]) => pattern.test(os));
  if (longTerm !== undefined) return longTerm[1];
  const named = NAMED.find(
    (id) =>
      id.startsWith('server') === server && os.toLowerCase().includes(id.replaceAll('-', ' ')),
  );
  if (named !== undefined) return [named];
  const table = server ? serverByBuild : clientByBuild;
  const built = table.findLast(([firstBuild]) => firstBuild <= (build ?? 0));
  return built?.[1] ?? [];
}

/** Words in a product name that identify a server edition, most specific first. */
const serverEditions: readonly (readonly [RegExp, string])[] = [
  [/Azure Edition/i, 'ServerTurbine'],
  [/MultiPoint.*Premium/i, 'ServerMultiPointPremium'],
  [/MultiPoint.*Standard/i, 'ServerMultiPointStandard'],
  [/Itanium/i, 'ServerEnterpriseIA64'],
  [/Datacenter without Hyper-V/i, 'ServerDatacenterV'],
  [/Enterprise without Hyper-V/i, 'ServerEnterpriseV'],
  [/Standard without Hyper-V/i, 'ServerStandardV'],
  [/Datacenter/i, 'ServerDatacenter'],
  [/Enterprise/i, 'ServerEnterprise'],
  [/Essentials/i, 'ServerSolution'],
  [/\bHPC\b/i, 'ServerHPC'],
  [/\bWeb\b/i, 'ServerWeb'],
  [/Standard/i, 'ServerStandard'],
];

const clientEditions: readonly (readonly [RegExp, string])[] = [
  [/Home Single Language/i, 'CoreSingleLanguage'],
  [/\bHome\b/i, 'Core'],
  [/IoT Enterprise.*LTSC/i, 'IoTEnterpriseS'],
  [/IoT Enterprise/i, 'IoTEnterprise'],
  [/Enterprise.*multi-session/i, 'ServerRdsh'],
  [/Enterprise.*LTS[BC]/i, 'EnterpriseS'],
  [/Enterprise G\b/i, 'EnterpriseG'],
  [/Enterprise E\b/i, 'EnterpriseE'],
  [/Enterprise/i, 'Enterprise'],
  [/\bPro(?:fessional)?\b.*Workstation/i, 'ProfessionalWorkstation'],
  [/\bPro(?:fessional)? Education/i, 'ProfessionalEducation'],
  [/\bProfessional E\b/i, 'ProfessionalE'],
  [/\bPro(?:fessional)?\b/i, 'Professional'],
  [/Education/i, 'Education'],
  [/\bBusiness\b/i, 'Business'],
];

/**
 * Returns the ID of the edition in a product's English name, in the style of the registry's `EditionID`; null if the
 * name contains none.
 */
export function editionFromName(os: string, server: boolean): string | null {
  const found = (server ? serverEditions : clientEditions).find(([pattern]) => pattern.test(os));
  if (found === undefined) return null;
  const n = !server && /\bN\b/.test(os) ? 'N' : '';
  return `${found[1]}${n}${/\bEvaluation\b/i.test(os) ? 'Eval' : ''}`;
}
