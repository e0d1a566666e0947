/** Product names of Office as sold by Microsoft. Windows lists each product only by its license's ID. */

/** Year in the product name, by version number as listed by Windows. */
const YEARS = new Map([
  ['14', '2010'],
  ['15', '2013'],
  ['16', '2016'],
  ['19', '2019'],
  ['21', '2021'],
  ['24', '2024'],
]);

const KMS_HOST = 'KMSHost';

/** Programs whose license IDs have their whole name. */
const APPS = ['Access', 'Excel', 'OneNote', 'Outlook', 'PowerPoint', 'Publisher', 'Word'] as const;

/** Family and edition, by product name in the license ID. */
const PRODUCTS = new Map<string, readonly [family: string, edition?: string]>([
  ['ProPlus', ['Office', 'Professional Plus']],
  ['Standard', ['Office', 'Standard']],
  ['Professional', ['Office', 'Professional']],
  ['HomeBusiness', ['Office', 'Home & Business']],
  ['HomeStudent', ['Office', 'Home & Student']],
  ['Home', ['Office', 'Home']],
  [KMS_HOST, ['Office']],
  ['ProjectPro', ['Project', 'Professional']],
  ['ProjectStd', ['Project', 'Standard']],
  ['VisioPro', ['Visio', 'Professional']],
  ['VisioStd', ['Visio', 'Standard']],
  ['SkypeforBusiness', ['Skype for Business']],
  ...APPS.map((app) => [app, [app]] as const),
]);

/** Subscriptions, whose names have no year. */
const SUBSCRIPTIONS = new Map([
  ['O365ProPlus', 'Microsoft 365 Apps for enterprise'],
  ['O365Business', 'Microsoft 365 Apps for business'],
]);

/**
 * E.g. "Office 24, Office24ProPlus2024VL_KMS_Client_AE edition"; for Office 2010 "Office 14, OfficeProPlus-MAK
 * edition".
 */
const LISTED =
  /^Office (\d\d), Office(?:\d\d)?_?([A-Za-z0-9]+?)(20\d\d)?(?:XC2R|Pipc)?(VL|[A-Z]*R)?[_-]\w+ edition$/;

/** Returns the retail name of an Office product; the name that Windows lists if it has unknown parts. */
export function officeName(listed: string): string {
  const [, version = '', product = '', inId, kind] = LISTED.exec(listed) ?? [];
  const subscription = SUBSCRIPTIONS.get(product);
  if (subscription !== undefined) return subscription;
  const year = YEARS.get(version);
  const named = PRODUCTS.get(product);
  if (named === undefined || year === undefined || (inId ?? year) !== year) return listed;
  const [family, edition] = named;
  // Volume licenses since 2021 are Long-Term Servicing Channel licenses, except for Project.
  const isLtsc = kind === 'VL' && Number(year) >= 2021 && family !== 'Project';
  return [family, isLtsc && 'LTSC', edition, year, product === KMS_HOST && 'KMS host']
    .filter(Boolean)
    .join(' ');
}
