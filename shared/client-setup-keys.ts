/**
 * Microsoft's published KMS client setup keys (GVLK). This is the only place in the project that may contain whole
 * product keys: these are public, and make a PC a KMS client without licensing anything.
 *
 * Source: https://learn.microsoft.com/windows-server/get-started/kms-client-activation-keys, version of 2024-10-01 (78
 * keys).
 */
import type { DeepReadonly } from './deep-readonly';
import type { ProductKey } from './product-key';
import { type Release, editionFromName, releasesOf } from './windows-release';
import type en from './locales/en.json';
import { lookUp } from './look-up';

/** Microsoft's page listing these keys. */
export const CLIENT_SETUP_KEYS_PAGE =
  'https://learn.microsoft.com/windows-server/get-started/kms-client-activation-keys';

/** A row of Microsoft's table. */
export type ClientSetupKey = DeepReadonly<ReturnType<typeof release>[number]>;

/**
 * @param family heading on Microsoft's page
 * @param rows editions as on that page, with Windows' IDs for the edition (`EditionID`, `LicenseFamily`), without the
 *   Server Core suffix, unless its name alone tells the ID
 */
function release(
  id: Release,
  family: string,
  rows: readonly (readonly [edition: string, key: string, ...editionIds: string[]])[],
) {
  return rows.map(([edition, key, ...given]) => {
    const derived = editionFromName(edition, id.startsWith('server'));
    const editionIds = given.length === 0 && derived !== null ? [derived] : given;
    return { release: id, family, edition, key: key as ProductKey, editionIds };
  });
}

/** The releases with Server Core only, in two editions whose names don't contain the release. */
function semiAnnual(id: Release, family: string, standard: string, datacenter: string) {
  return release(id, family, [
    ['Windows Server Standard', standard, 'ServerStandardACor', 'ServerStandard'],
    ['Windows Server Datacenter', datacenter, 'ServerDatacenterACor', 'ServerDatacenter'],
  ]);
}

/** Every client setup key, newest release first as on Microsoft's page. */
export const CLIENT_SETUP_KEYS: readonly ClientSetupKey[] = [
  ...release('server-2025', 'Windows Server 2025', [
    ['Windows Server 2025 Standard', 'TVRH6-WHNXV-R9WG3-9XRFY-MY832'],
    ['Windows Server 2025 Datacenter', 'D764K-2NDRG-47T6Q-P8T8W-YP6DF'],
    ['Windows Server 2025 Datacenter: Azure Edition', 'XGN3F-F394H-FD2MY-PP6FD-8MCRC'],
  ]),
  ...release('server-2022', 'Windows Server 2022', [
    ['Windows Server 2022 Standard', 'VDYBN-27WPP-V4HQT-9VMD4-VMK7H'],
    ['Windows Server 2022 Datacenter', 'WX4NM-KYWYW-QJJR4-XV3QB-6VM33'],
    ['Windows Server 2022 Datacenter: Azure Edition', 'NTBV8-9K7Q8-V27C6-M2BTV-KHMXV'],
  ]),
  ...release('server-2019', 'Windows Server 2019', [
    ['Windows Server 2019 Standard', 'N69G4-B89J2-4G8F4-WWYCC-J464C'],
    ['Windows Server 2019 Datacenter', 'WMDGN-G9PQG-XVVXX-R3X43-63DFG'],
    ['Windows Server 2019 Essentials', 'WVDHN-86M7X-466P6-VHXV7-YY726'],
  ]),
  ...release('server-2016', 'Windows Server 2016', [
    ['Windows Server 2016 Standard', 'WC2BQ-8NRM3-FDDYY-2BFGV-KHKQY'],
    ['Windows Server 2016 Datacenter', 'CB7KF-BWN84-R7R2Y-793K2-8XDDG'],
    ['Windows Server 2016 Essentials', 'JCKRF-N37P4-C2D82-9YXRT-4M63B'],
  ]),
  ...semiAnnual(
    'server-sac',
    'Windows Server SAC (20H2, 2004, 1909, 1903, 1809)',
    'N2KJX-J94YW-TQVFB-DG9YT-724CC',
    '6NMRW-2C8FM-D24W7-TQWMY-CWH2D',
  ),
  ...release('windows-10', 'Windows 11 / Windows 10', [
    ['Pro', 'W269N-WFGWX-YVC9B-4J6C9-T83GX'],
    ['Pro N', 'MH37W-N47XK-V7XM9-C7227-GCQG9'],
    ['Pro for Workstations', 'NRG8B-VKK3Q-CXVCJ-9G2XF-6Q84J'],
    ['Pro for Workstations N', '9FNHH-K3HBT-3W4TD-6383H-6XYWF'],
    ['Pro Education', '6TP4R-GNPTD-KYYHQ-7B7DP-J447Y'],
    ['Pro Education N', 'YVWGF-BXNMC-HTQYQ-CPQ99-66QFC'],
    ['Education', 'NW6C2-QMPVW-D7KKK-3GKT6-VCFB2'],
    ['Education N', '2WH4N-8QGBV-H22JP-CT43Q-MDWWJ'],
    ['Enterprise', 'NPPR9-FWDCX-D2C8J-H872K-2YT43'],
    ['Enterprise N', 'DPH2V-TTNVB-4X9Q3-TJR4H-KHJW4'],
    ['Enterprise G', 'YYVX9-NTFWV-6MDM3-9PT4T-4M68B'],
    ['Enterprise G N', '44RPN-FTY23-9VTTB-MP9BX-T84FV'],
  ]),
  ...release('ltsc', 'Windows LTSC (11 2024; 10 2021; 10 2019)', [
    ['Enterprise LTSC 2024 / 2021 / 2019', 'M7XTQ-FN8P6-TTKYV-9D4CC-J462D'],
    ['Enterprise N LTSC 2024 / 2021 / 2019', '92NFX-8DJQP-P6BBQ-THF9C-7CG2H'],
  ]),
  ...release('iot-ltsc', 'Windows IoT LTSC (2024; 2021)', [
    ['IoT Enterprise LTSC 2024 / 2021', 'KBN8V-HFGQ4-MGXVD-347P6-PDQGT'],
  ]),
  ...release('ltsb-2016', 'Windows 10 LTSB 2016', [
    ['Enterprise LTSB 2016', 'DCPHK-NFMTC-H88MJ-PFHPY-QJ4BJ'],
    ['Enterprise N LTSB 2016', 'QFFDN-GRT3P-VKWWX-X7T3R-8B639'],
  ]),
  ...release('ltsb-2015', 'Windows 10 LTSB 2015', [
    ['Enterprise LTSB 2015', 'WNMTR-4C88C-JK8YV-HQ7T2-76DF9'],
    ['Enterprise N LTSB 2015', '2F77B-TNFGY-69QQF-B8YKP-D69TJ'],
  ]),
  ...semiAnnual(
    'server-1803',
    'Windows Server, version 1803',
    'PTXN8-JFHJM-4WC78-MPCBR-9W4KR',
    '2HXDN-KRXHB-GPYC7-YCKFJ-7FVDG',
  ),
  ...semiAnnual(
    'server-1709',
    'Windows Server, version 1709',
    'DPCNP-XQFKJ-BJF7R-FRC8D-GF6G4',
    '6Y6KB-N82V8-D8CQV-23MJW-BWTG6',
  ),
  ...release('server-2012-r2', 'Windows Server 2012 R2', [
    ['Windows Server 2012 R2 Standard', 'D2N9P-3P6X9-2R39C-7RTCD-MDVJX'],
    ['Windows Server 2012 R2 Datacenter', 'W3GGN-FT8W3-Y4M27-J84CP-Q3VJ9'],
    ['Windows Server 2012 R2 Essentials', 'KNC87-3J2TX-XB4WP-VCPJV-M4FWM'],
  ]),
  ...release('server-2012', 'Windows Server 2012', [
    ['Windows Server 2012 Standard', 'XC9B7-NBPP2-83J2H-RHMBY-92BT4'],
    ['Windows Server 2012 MultiPoint Standard', 'HM7DN-YVMH3-46JC3-XYTG7-CYQJJ'],
    ['Windows Server 2012 MultiPoint Premium', 'XNH6W-2V9GX-RGJ4K-Y8X6F-QGJ2G'],
    ['Windows Server 2012 Datacenter', '48HP8-DN98B-MYWDG-T2DCC-8W83P'],
    ['Windows Server 2012 Essentials', 'HTDQM-NBMMG-KGYDT-2DTKT-J2MPV'],
  ]),
  ...release('server-2008-r2', 'Windows Server 2008 R2', [
    ['Windows Server 2008 R2 Web', '6TPJF-RBVHG-WBW2R-86QPH-6RTM4'],
    ['Windows Server 2008 R2 HPC edition', 'TT8MH-CG224-D3D7Q-498W2-9QCTX'],
    ['Windows Server 2008 R2 Standard', 'YC6KT-GKW9T-YTKYR-T4X34-R7VHC'],
    ['Windows Server 2008 R2 Enterprise', '489J6-VHDMP-X63PK-3K798-CPX3Y'],
    ['Windows Server 2008 R2 Datacenter', '74YFP-3QFB3-KQT8W-PMXWJ-7M648'],
    ['Windows Server 2008 R2 for Itanium-based Systems', 'GT63C-RJFQ3-4GMB6-BRFB9-CB83V'],
  ]),
  ...release('server-2008', 'Windows Server 2008', [
    ['Windows Web Server 2008', 'WYR28-R7TFJ-3X2YQ-YCY4H-M249D'],
    ['Windows Server 2008 Standard', 'TM24T-X9RMF-VWXK6-X8JC9-BFGM2'],
    ['Windows Server 2008 Standard without Hyper-V', 'W7VD6-7JFBR-RX26B-YKQ3Y-6FFFJ'],
    ['Windows Server 2008 Enterprise', 'YQGMW-MPWTJ-34KDK-48M3W-X4Q6V'],
    ['Windows Server 2008 Enterprise without Hyper-V', '39BXF-X8Q23-P2WWT-38T2F-G3FPG'],
    [
      'Windows Server 2008 HPC',
      'RCTX3-KWVHP-BR6TB-RB6DM-6X7HP',
      'ServerHPC',
      'ServerComputeCluster',
    ],
    ['Windows Server 2008 Datacenter', '7M67G-PC374-GR742-YH8V4-TCBY3'],
    ['Windows Server 2008 Datacenter without Hyper-V', '22XQ2-VRXRG-P8D42-K34TD-G3QQC'],
    ['Windows Server 2008 for Itanium-Based Systems', '4DWFP-JF3DJ-B7DTH-78FJB-PDRHK'],
  ]),
  ...release('windows-8.1', 'Windows 8.1', [
    ['Windows 8.1 Pro', 'GCRJD-8NW9H-F2CDX-CCM8D-9D6T9'],
    ['Windows 8.1 Pro N', 'HMCNV-VVBFX-7HMBH-CTY9B-B4FXY'],
    ['Windows 8.1 Enterprise', 'MHF9N-XY6XB-WVXMC-BTDCT-MKKG7'],
    ['Windows 8.1 Enterprise N', 'TT4HM-HN7YT-62K67-RGRQJ-JFFXW'],
  ]),
  ...release('windows-8', 'Windows 8', [
    ['Windows 8 Pro', 'NG4HW-VH26C-733KW-K6F98-J8CK4'],
    ['Windows 8 Pro N', 'XCVCF-2NXM9-723PB-MHCB7-2RYQQ'],
    ['Windows 8 Enterprise', '32JNW-9KQ84-P47T8-D8GGY-CWCK7'],
    ['Windows 8 Enterprise N', 'JMNMF-RHW7P-DMY6X-RF3DR-X2BQT'],
  ]),
  ...release('windows-7', 'Windows 7', [
    ['Windows 7 Professional', 'FJ82H-XT6CR-J8D7P-XQJJ2-GPDD4'],
    ['Windows 7 Professional N', 'MRPKT-YTG23-K7D7T-X2JMM-QY7MG'],
    ['Windows 7 Professional E', 'W82YF-2Q76Y-63HXB-FGJG9-GF7QX'],
    ['Windows 7 Enterprise', '33PXH-7Y6KF-2VJC9-XBBR8-HVTHH'],
    ['Windows 7 Enterprise N', 'YDRBP-3D83W-TY26F-D46B2-XCKRJ'],
    ['Windows 7 Enterprise E', 'C29WB-22CC8-VJ326-GHFJW-H9DH4'],
  ]),
  ...release('windows-vista', 'Windows Vista', [
    ['Windows Vista Business', 'YFKBB-PQJJV-G996G-VWGXY-2V3X8'],
    ['Windows Vista Business N', 'HMBQG-8H2RH-C77VX-27R82-VMQBT'],
    ['Windows Vista Enterprise', 'VKK3X-68KWM-X2YGT-QR4M6-4BWMV'],
    ['Windows Vista Enterprise N', 'VTC42-BM838-43QHV-84HX6-XJXKV'],
  ]),
];

/** What is known about a PC's Windows. */
export interface WindowsEdition {
  /** `LicenseFamily` of Windows' licensing row, such as "Enterprise" or "ServerStandard". */
  readonly licenseFamily: string | null;
  /** `EditionID` from the registry. */
  readonly editionId?: string | null;
  /** Product name, such as "Windows Server 2022 Standard". */
  readonly os: string;
  readonly build: number | null;
  readonly server: boolean;
}

/** Why there is no client setup key; texts are under `keys.unavailable.<reason>`. */
export type NoClientSetupKey = keyof (typeof en)['keys']['unavailable'];

/** The client setup key of a PC, or the reason there is none and the nearest row. */
export type ClientSetupKeyAnswer =
  | { readonly ok: true; readonly row: ClientSetupKey }
  | {
      readonly ok: false;
      readonly reason: NoClientSetupKey;
      /** Windows' ID for the edition, or the product name if the edition is unknown. */
      readonly edition: string;
      readonly nearest: ClientSetupKey | null;
    };

/** The listed edition from which an unlisted one derives, if its ID doesn't start with the listed one's. */
const relatives: Readonly<Record<string, string>> = {
  core: 'Professional',
  coren: 'ProfessionalN',
  coresinglelanguage: 'Professional',
  corecountryspecific: 'Professional',
  cloud: 'Professional',
  cloudn: 'ProfessionalN',
  cloudedition: 'Education',
  cloudeditionn: 'EducationN',
  ppipro: 'Professional',
  iotenterprise: 'Enterprise',
  serverrdsh: 'Enterprise',
  ultimate: 'Enterprise',
  serverazure: 'ServerTurbine',
  serverazurestackhci: 'ServerDatacenter',
  serverstoragestandard: 'ServerStandard',
  serverstorageworkgroup: 'ServerStandard',
};

/**
 * Returns the client setup key for a PC's edition and release. Windows would reject another edition's key (0xC004F069)
 * or, worse, start an upgrade, so there is no key without a matching row.
 */
export function clientSetupKeyFor(pc: WindowsEdition): ClientSetupKeyAnswer {
  const edition = editionOf(pc);
  if (edition === null) {
    return { ok: false, reason: 'edition-unknown', edition: pc.os, nearest: null };
  }
  const releases = releasesOf(pc.os, pc.build, isServerEdition(edition));
  const rows = releases.flatMap((id) => CLIENT_SETUP_KEYS.filter((row) => row.release === id));
  const full = edition.replace(/Eval/i, '');
  const base = withoutCore(full);
  const row = rows.find((candidate) => hasEdition(candidate, base));
  if (row !== undefined && full === edition) return { ok: true, row };
  return {
    ok: false,
    reason: reasonFor(edition, rows),
    edition,
    nearest: row ?? nearestRow(base, rows),
  };
}

/** Returns the rows whose key ends in these five characters. A previous key that is public can be reinstalled. */
export function clientSetupKeyEndingIn(lastFive: string): readonly ClientSetupKey[] {
  const end = lastFive.trim().toUpperCase();
  return end.length === 5 ? CLIENT_SETUP_KEYS.filter((row) => row.key.endsWith(end)) : [];
}

/** Returns the row of a key written in groups; undefined for a key that Microsoft doesn't publish. */
export const clientSetupKeyOf = (key: string): ClientSetupKey | undefined =>
  CLIENT_SETUP_KEYS.find((row) => row.key === key);

/** Returns a unique name for the product that a row's key is for. */
export const nameOfClientSetupKey = ({ edition, family }: ClientSetupKey): string =>
  edition.startsWith('Windows') ? edition : `${edition} (${family})`;

/**
 * Returns the edition that counts. The licensing service takes precedence, since the key must match it. A client
 * edition on a server can only come from another product's row, so in that case the registry and the product name are
 * used.
 */
function editionOf(pc: WindowsEdition): string | null {
  const told = [pc.licenseFamily, pc.editionId].flatMap((text) => text?.trim() || []);
  const fitting = told.find((id) => !pc.server || isServerEdition(id));
  return fitting ?? editionFromName(pc.os, pc.server) ?? told[0] ?? null;
}

/** ServerRdsh, despite its name, is Windows Enterprise multi-session. */
function isServerEdition(id: string): boolean {
  return /^Server(?!Rdsh)/i.test(id);
}

/** Server Core uses its edition's key and has `Core` or `Cor` after its ID; `ACor` is a separate edition. */
function withoutCore(id: string): string {
  return /^Server/i.test(id)
    ? id.replace(/(A?)Core?$/i, (_, a: string) => (a === '' ? '' : 'ACor'))
    : id;
}

function hasEdition(row: ClientSetupKey, id: string): boolean {
  return row.editionIds.some((own) => own.toLowerCase() === id.toLowerCase());
}

/**
 * Editions that are preinstalled, sold to consumers, or activated in Azure, and not part of any volume license: Windows
 * 7 Ultimate, 10 S, 11 SE and Team, Foundation, Storage Server, Hyper-V Server, and Azure Local
 * (docs/windows-facts.md#product-keys).
 */
const NOT_BY_VOLUME =
  /^(?:Ultimate|Cloud|PPIPro|ServerFoundation|ServerStorage|ServerHyperCore|ServerAzureStackHCI)/i;

function reasonFor(edition: string, rows: readonly ClientSetupKey[]): NoClientSetupKey {
  if (/Eval/i.test(edition)) return 'evaluation';
  if (/^(?:Core|Home|Starter)/i.test(edition)) return 'home-edition';
  if (NOT_BY_VOLUME.test(edition)) return 'not-by-volume';
  return rows.length === 0 ? 'release-not-listed' : 'edition-not-listed';
}

/** Falls back to the usual edition of that Windows if the name resembles none in the table. */
function nearestRow(edition: string, rows: readonly ClientSetupKey[]): ClientSetupKey | null {
  const relative = lookUp(relatives, edition.toLowerCase()) ?? edition;
  const server = isServerEdition(relative);
  const sameKind = CLIENT_SETUP_KEYS.filter(
    (row) => row.editionIds.some(isServerEdition) === server,
  );
  const usual = server ? 'ServerStandard' : 'Professional';
  return (
    closest(relative, rows) ??
    closest(relative, sameKind) ??
    closest(usual, rows) ??
    closest(usual, sameKind)
  );
}

/** The row whose edition ID is the longest prefix of the given one. */
function closest(edition: string, rows: readonly ClientSetupKey[]): ClientSetupKey | null {
  const begins = (id: string): boolean => edition.toLowerCase().startsWith(id.toLowerCase());
  const [best] = rows
    .flatMap((row) => row.editionIds.filter(begins).map((id) => ({ row, length: id.length })))
    .sort((one, other) => other.length - one.length);
  return best?.row ?? null;
}
