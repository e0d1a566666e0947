/**
 * The test doubles reject what Windows rejects. Each kind of mistake is planted into all scripts
 * that use CIM, and every affected query must fail with Windows' error.
 */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Question } from '../../electron/computer/windows/answers';
import { ScriptFailed } from '../../electron/computer/windows/script-error';
import { never, SCRIPTS, startPc, type DoubledPc } from './support/engine';

type Asked = readonly [question: Question, parameters: Readonly<Record<string, unknown>>];

const KEY = 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG';
const ID = { installationId: '1', confirmationId: '2' };

/** Every code path of every script that uses CIM. */
const QUESTIONS: readonly Asked[] = [
  ['computer', {}],
  ['install-product-key', { productKey: KEY }],
  ['installation-id', {}],
  ['licensing-call', { operation: 'activate' }],
  ['licensing-call', { operation: 'deposit-confirmation-id', ...ID }],
  ['licensing-call', { operation: 'set-kms-host', host: 'kms1.contoso.com', port: 1688 }],
  ['licensing-call', { operation: 'set-kms-host', host: 'kms1.contoso.com', port: null }],
  ['licensing-call', { operation: 'clear-kms-host' }],
  ['licensing-call', { operation: 'set-lookup-domain', domain: 'contoso.com' }],
  ['licensing-call', { operation: 'clear-lookup-domain' }],
  ['licensing-call', { operation: 'set-dns-publishing', enabled: true }],
  ['licensing-products', {}],
  ['network-category', {}],
  ['licensing-service', {}],
  ['network-settings', {}],
  ['service', { name: 'sppsvc' }],
];

const asksCim = readdirSync(SCRIPTS).filter((name) =>
  /\b(?:Get-CimInstance|Invoke-CimMethod)\b/.test(readFileSync(join(SCRIPTS, name), 'utf8')),
);

const QUERY = 'Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand';
const METHOD = 'Microsoft.Management.Infrastructure.CimCmdlets.InvokeCimMethodCommand';

interface Plant {
  readonly what: string;
  readonly into: (script: string) => string;
  /** Start of the error's ID. */
  readonly errorId: string;
  /** Whether a query is affected. All are by default. */
  readonly asked?: (asked: Asked) => boolean;
}

const calls = ([question]: Asked): boolean =>
  question === 'licensing-call' || question === 'install-product-key';
const operation = ([question, { operation: own = question }]: Asked): string => String(own);
const conditions: readonly Question[] = [
  'installation-id',
  'licensing-products',
  'network-settings',
  'service',
];

const PLANTS: readonly Plant[] = [
  {
    what: 'an unknown column',
    into: (script) =>
      script
        .replace(/SELECT (?!\{)/g, 'SELECT Planted, ')
        .replace(/(Get-CimInstance\b[^|\n]*-Property )/g, '$1Planted, ')
        .replace(/\$asked = @\(/g, "$asked = @('Planted', "),
    errorId: `HRESULT 0x80041017,${QUERY}`,
  },
  {
    what: 'an unknown column in a condition',
    into: (script) =>
      script
        .replace(/WHERE /g, 'WHERE Planted = 1 AND ')
        .replace(/"Name = '/g, `"Planted = 1 AND Name = '`)
        .replace(/-Filter '/g, "-Filter 'Planted = 1 AND "),
    errorId: `HRESULT 0x80041017,${QUERY}`,
    asked: ([question]) => conditions.includes(question),
  },
  {
    what: 'a condition that compares a column with a value of the wrong type',
    into: (script) =>
      script
        .replace(/ApplicationID = '[^']+'/g, 'ApplicationID = 55')
        .replace(/"Name = '\w+'"/g, '"Name = 1"')
        .replace(/IPEnabled = TRUE/g, 'IPEnabled = 1'),
    errorId: `HRESULT 0x80041017,${QUERY}`,
    asked: ([question]) => conditions.includes(question),
  },
  {
    what: 'an unknown class',
    into: (script) =>
      script
        .replace(/FROM (?!\{)\w+/g, 'FROM Planted')
        .replace(/-ClassName [A-Z]\w+/g, '-ClassName Planted')
        .replace(/\$class = '\w+'/g, "$class = 'Planted'"),
    errorId: `HRESULT 0x80041010,${QUERY}`,
  },
  {
    what: 'an unknown namespace',
    into: (script) =>
      script
        .replace(/-Namespace root\/\w+/g, '-Namespace root/planted')
        .replace(/\$namespace = '[^']+'/g, "$namespace = 'root/planted'"),
    errorId: `HRESULT 0x8004100e,${QUERY}`,
  },
  {
    what: 'an unknown cmdlet parameter',
    into: (script) => script.replace(/Get-CimInstance /g, 'Get-CimInstance -Planted 1 '),
    errorId: 'NamedParameterNotFound,Get-CimInstance',
  },
  {
    what: 'a parameter value of the wrong type',
    into: (script) => script.replace(/-OperationTimeoutSec \d+/g, "-OperationTimeoutSec 'soon'"),
    errorId: 'ParameterArgumentTransformationError,Get-CimInstance',
    asked: (asked) => !calls(asked),
  },
  {
    what: 'an unknown method',
    into: (script) =>
      script
        .replace(/(& \$(?:call|invoke \$row)) '\w+'/g, "$1 'Planted'")
        .replace(/-MethodName [A-Z]\w+/g, '-MethodName Planted'),
    errorId: `HRESULT 0x8004102e,${METHOD}`,
    asked: calls,
  },
  {
    what: 'an unknown argument',
    into: (script) =>
      script.replace(
        /\b(MachineName|PortNumber|LookupDomain|DisablePublishing|ConfirmationId|ProductKey) =/g,
        'Planted =',
      ),
    errorId: `System.ArgumentException,${METHOD}`,
    asked: (asked) => calls(asked) && !/activate|clear/.test(operation(asked)),
  },
  {
    what: 'an argument of the wrong type',
    into: (script) =>
      script
        .replace(/\[uint32\] (?=\$With\.port)/g, '[int] ')
        .replace(/= \[string\] \$(With|Secret)\.\w+/g, '= 7')
        .replace(/-not \[bool\] \$With\.enabled/g, "'True'"),
    errorId: `HRESULT 0x80041005,${METHOD}`,
    asked: (asked) => calls(asked) && !/activate|clear/.test(operation(asked)),
  },
  {
    what: 'a missing argument',
    into: (script) =>
      script
        .replace(
          /'SetKeyManagementServiceMachine' @\{[^}]*\}/g,
          "'SetKeyManagementServiceMachine' @{}",
        )
        .replace(/-Arguments @\{[^}]*\}/g, ''),
    errorId: `HRESULT 0x8004102f,${METHOD}`,
    asked: (asked) => asked[0] === 'install-product-key' || operation(asked) === 'set-kms-host',
  },
  {
    what: 'a row without its key',
    into: (script) => script.replace(/SELECT ID, /g, 'SELECT '),
    errorId: `HRESULT 0x8004103a,${METHOD}`,
    asked: (asked) => /activate|deposit/.test(operation(asked)),
  },
];

/**
 * A copy of the app's scripts, modified for each plant. PowerShell reads them again for every
 * query.
 */
const altered = mkdtempSync(join(tmpdir(), 'kms-doctor-planted-'));
const plant = (into: (script: string) => string): void => {
  for (const name of asksCim) {
    writeFileSync(join(altered, name), into(readFileSync(join(SCRIPTS, name), 'utf8')));
  }
};

const patience = { signal: never, limitMs: 50_000 };

let pc: DoubledPc;
beforeAll(() => {
  cpSync(SCRIPTS, altered, { recursive: true });
  pc = startPc({ scripts: altered });
});
afterAll(() => {
  pc.end();
  rmSync(altered, { recursive: true });
});

describe.each(PLANTS)('$what', ({ into, errorId, asked }) => {
  beforeAll(() => {
    plant(into);
  });

  it.each(QUESTIONS.filter((one) => asked?.(one) ?? true))(
    'is rejected in %s %j',
    async (question, parameters) => {
      const answer = await pc.machine.query(question, parameters, patience).then(
        (value) => JSON.stringify(value),
        (error: unknown) => error,
      );
      expect(answer).toBeInstanceOf(ScriptFailed);
      expect((answer as ScriptFailed).script.errorId.slice(0, errorId.length)).toBe(errorId);
    },
  );
});

describe('a column that only newer versions of Windows have', () => {
  beforeAll(() => {
    plant((script) => script);
  });

  it.each([
    ['server2019', false],
    ['server23h2', true],
  ])('is returned with the classes of %s: %s', async (windows, comes) => {
    pc.scene(`$Windows = '${windows}'`);
    const [row] = await pc.machine.query('licensing-service', {}, patience);
    expect(row).toHaveProperty('KeyManagementServiceTotalRequests');
    expect(Object.keys(row as object).includes('SubscriptionStatus')).toBe(comes);
  });
});

describe('the queries in this file', () => {
  it('cover every script that uses CIM', () => {
    expect(asksCim).toEqual([...new Set(QUESTIONS.map(([question]) => `${question}.ps1`))].sort());
  });
});

describe.each(['server2019', 'server23h2'])('with the Windows classes of %s', (windows) => {
  beforeAll(() => {
    plant((script) => script);
    pc.scene(`$Windows = '${windows}'`);
  });

  it.each(QUESTIONS)('the query %s %j succeeds', async (question, parameters) => {
    await expect(pc.machine.query(question, parameters, patience)).resolves.toBeInstanceOf(Array);
  });
});
