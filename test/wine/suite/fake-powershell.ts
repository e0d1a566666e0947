/**
 * Fake powershell.exe: speaks the protocol of serve.ps1 and can be slow, silent, broken or absent.
 * It records how it was started and what it was asked.
 *
 * argv: mode, record file, and the arguments of powershell.exe.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , mode = '', record = '', ...argv] = process.argv;
appendFileSync(record, `${JSON.stringify({ argv })}\n`);

/** Longer than a complete route may take. */
const SLOW_MS = 15_000;

/** Product ID of its row, in uppercase like CIM. */
const PRODUCT_ID = '73111121-5638-40F6-BC11-F1D7B0D64300';

const product = (licensed: boolean) => ({
  ...{ ID: PRODUCT_ID, Name: 'Windows(R), Enterprise edition', LicenseFamily: 'Enterprise' },
  Description: `Windows(R) Operating System, VOLUME_KMS${mode === 'kms-host' ? '_W10' : 'CLIENT'} channel`,
  ApplicationID: '55c92734-d682-4d71-983e-d6ec3f16059f',
  ...{ LicenseStatus: licensed ? 1 : 5, LicenseStatusReason: licensed ? 0 : 0xc004f074 },
  ...{ GracePeriodRemaining: licensed ? 259_200 : 0, PartialProductKey: '2YT43' },
  LicenseIsAddon: false,
});

const ANSWERS: Record<string, (given: Record<string, unknown>) => unknown[] | undefined> = {
  'licensing-service': () => [
    {
      ...{ Version: '10.0', KeyManagementServiceMachine: '', KeyManagementServicePort: 0 },
      ...{ KeyManagementServiceLookupDomain: '', KeyManagementServiceDnsPublishing: true },
    },
  ],
  'licensing-products': () => [product(mode === 'licensed' || mode === 'kms-host')],
  'installation-id': () => [{ OfflineInstallationId: '123', LicenseIsAddon: false }],
  events: () => [
    {
      ...{ id: 12288, time: '2026-11-22T09:00:00.0000000Z' },
      data: ['0xC004F074, 0x00000000, kms1.contoso.test:1688'],
    },
  ],
  service: ({ name }) =>
    name === 'Planted' ? undefined : [{ State: 'Stopped', StartMode: 'Manual' }],
  'network-category': () => [{ category: mode === 'public' ? 0 : 2 }],
  'set-firewall-rule': ({ on, off }) => {
    // Reports success without doing anything.
    if (mode === 'licensed') return [];
    for (const name of on as string[]) switchRule(name, 'TRUE');
    for (const name of off as string[]) switchRule(name, 'FALSE');
    return [];
  },
  resolve: () => [{ error: 'DNS_ERROR_RCODE_NAME_ERROR', records: [] }],
  'flush-dns-cache': () => [{ left: [] }],
  'install-product-key': () => [{ partialKeys: [secret?.slice(-5)] }],
  'licensing-call': () => [],
  'set-suffix-search-list': ({ suffixes }) => [{ suffixes }],
};

/** Changes a rule in the registry, where the firewall keeps its rules. */
function switchRule(name: string, active: string): void {
  const key =
    'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules';
  const reg = (...args: string[]) =>
    execFileSync('C:\\windows\\system32\\reg.exe', args, { encoding: 'latin1' });
  const [, rule = ''] = /REG_SZ {4}(v.*)/.exec(reg('query', key, '/v', name)) ?? [];
  const switched = rule.trim().replace(/Active=\w+/, `Active=${active}`);
  reg('add', key, '/v', name, '/t', 'REG_SZ', '/d', switched, '/f');
}

function answer(line: string): string {
  const {
    id,
    ask,
    with: given,
  } = JSON.parse(line) as {
    id: number;
    ask: string;
    with: Record<string, unknown>;
  };
  const value = ANSWERS[ask]?.(given);
  return value === undefined
    ? JSON.stringify({
        id,
        error: { types: [], errorId: 'Planted', codes: [], target: '', message: ask },
      })
    : JSON.stringify({ id, value });
}

function respond(line: string): void {
  switch (mode) {
    case 'hanging':
      return;
    case 'slow':
      setTimeout(() => process.stdout.write(`${answer(line)}\n`), SLOW_MS);
      return;
    case 'half':
      process.stdout.write(answer(line).slice(0, 20), () => process.exit(0));
      return;
    case 'garbage':
      process.stdout.write('Die Ausf\u00fchrung von Skripts ist deaktiviert.\r\n', () =>
        process.exit(1),
      );
      return;
    case 'ending':
      process.exit(5);
      return;
    case 'megabyte':
      process.stdout.write('x'.repeat(2_000_000));
      return;
    default:
      process.stdout.write(`${answer(line)}\r\n`);
  }
}

if (mode === 'constrained') process.exit(3);
process.stdout.write('{"ready": true}\r\n');
let secret: string | undefined;
createInterface({ input: process.stdin })
  .on('line', (line) => {
    appendFileSync(record, `${JSON.stringify({ asked: line })}\n`);
    if (line.startsWith('{')) respond(line);
    else secret = line;
  })
  .on('close', () => {
    // A hanging process ignores the end of its input. The end of the tests ends it.
    if (mode !== 'hanging') process.exit(0);
  });
if (mode === 'hanging') setInterval(() => undefined, 60_000);
