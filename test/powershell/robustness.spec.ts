import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Unreadable } from '../../electron/engine/computer';
import { never, startPc, type DoubledPc } from './support/engine';

let pc: DoubledPc;
beforeAll(() => {
  pc = startPc();
});
beforeEach(() => {
  pc.scene();
});
afterAll(() => {
  pc.end();
});

async function unreadable(fact: Promise<unknown>): Promise<Unreadable> {
  const error = await fact.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Unreadable);
  return error as Unreadable;
}

/** The providers that one process queries in a diagnosis, and the cmdlet that each uses. */
const providers: Record<
  string,
  readonly [cmdlet: string, ask: (pc: DoubledPc) => Promise<unknown>]
> = {
  'the licensing service': ['Get-CimInstance', ({ computer }) => computer.licensingService(never)],
  events: ['Get-WinEvent', ({ computer }) => computer.events(never)],
  'the resolver': ['Resolve-DnsName', ({ computer }) => computer.resolve('a.b', 'SRV', never)],
};

describe('a failing provider', () => {
  const kinds: Record<string, string> = {
    throws: "throw 'planted'",
    'writes a non-terminating error': "$PSCmdlet.WriteError((New-Failure 'Planted' 'planted'))",
    hangs: 'Log @{ hangs = $true }; [System.Threading.Thread]::Sleep(600000)',
  };

  it.each(
    Object.keys(providers).flatMap((name) =>
      Object.keys(kinds).map((kind) => [name, kind] as const),
    ),
  )("doesn't affect the others: %s %s", async (name, kind) => {
    const [cmdlet, ask] = providers[name]!;
    pc.scene(
      `function ${cmdlet} { [CmdletBinding()] param([Parameter(ValueFromRemainingArguments = $true)] $Rest) ${kinds[kind] ?? ''} }`,
    );
    const failed = ask(pc);
    failed.catch(() => undefined);
    if (kind === 'hangs') await vi.waitUntil(() => pc.log().length > 0, { timeout: 30_000 });
    const others = Object.entries(providers).filter(([, [other]]) => other !== cmdlet);
    const answers = await Promise.all(others.map(([, [, askOther]]) => askOther(pc)));
    expect(answers).toHaveLength(2);
    if (kind === 'hangs') {
      const state = await Promise.race([failed, Promise.resolve('still waiting')]);
      expect(state).toBe('still waiting');
    } else {
      expect((await unreadable(failed)).reason).toBe('tool-failed');
    }
  });
});

describe('queries', () => {
  it("that hang don't delay the others, even if they outnumber the runspaces", async () => {
    pc.scene(
      `function Resolve-DnsName { Log @{ hangs = $true }; [System.Threading.Thread]::Sleep(600000) }`,
    );
    const callsOff = Array.from({ length: 12 }, () => new AbortController());
    const hanging = callsOff.map(({ signal }, index) =>
      pc.computer.resolve(`host-${index}.contoso.com`, 'A', signal),
    );
    const settled = Promise.allSettled(hanging);
    const soon = { signal: never, limitMs: 20_000 };
    expect(await pc.machine.query('network-category', {}, soon)).toEqual([{ category: 2 }]);
    // Queries without a free runspace get one too.
    await vi.waitUntil(
      () => pc.log().filter(({ hangs }) => hangs === true).length === hanging.length,
      { timeout: 30_000 },
    );
    for (const off of callsOff) off.abort(new Error('called off'));
    await settled;
  });
});

describe('text', () => {
  it.each([
    ['an apostrophe', "a'; Get-Date; '"],
    ['a quotation mark', 'a"; Get-Date; "'],
    ['a subexpression', '$(throw "planted")'],
    ['a variable', '$env:Path'],
    ['a semicolon', 'a; exit 7'],
    ['a newline', 'a\nexit 7'],
    ['a backtick', 'a`nb'],
    ['non-Latin characters', '\u540d\u7a31.\u53f0\u7063'],
    ['a character outside the BMP', '\u{1f600}'],
    ['the end of a here-string', "\n'@\n"],
    ['JSON', '","ask":"computer'],
  ])('is passed literally if a name contains %s', async (_what, name) => {
    await pc.computer.resolve(name, 'A', never).catch(() => undefined);
    expect(pc.log()).toEqual([{ cmdlet: 'Resolve-DnsName', name, type: 'A' }]);
  });

  it('is returned unchanged', async () => {
    const text = '\u91d1\u9470 <b>&amp;</b> \'"\\ \u00e9 \u{1f600}';
    pc.scene(
      `function Licensing-Service { [pscustomobject] @{ Version = '${text.replaceAll("'", "''")}' } }`,
    );
    expect(await pc.computer.licensingService(never)).toMatchObject({ Version: text });
  });

  it("is rejected if it isn't a known query", async () => {
    const asked = pc.machine.query('../../evil' as never, {}, { signal: never, limitMs: 20_000 });
    await expect(asked).rejects.toMatchObject({ script: { message: 'unknown question' } });
  });

  it("is rejected if it isn't a known record type or service", async () => {
    await unreadable(pc.computer.resolve('a.b', 'TXT' as never, never));
    await unreadable(pc.computer.service("x' OR '1'='1" as never, never));
    expect(pc.log()).toEqual([]);
  });
});

describe('failures of Windows', () => {
  const failing = (id: string) =>
    `function Get-CimInstance { [CmdletBinding()] param($Namespace, $Query, $ClassName, $Filter, $OperationTimeoutSec)
      $PSCmdlet.WriteError((New-Failure '${id}' 'W\u00f6rter'))
    }`;

  it.each([
    ['HRESULT 0x80041010,Microsoft.Management', 'unsupported-query', '0x80041010'],
    ['HRESULT 0x8004100e,Microsoft.Management', 'unsupported-query', '0x8004100E'],
    ['HRESULT 0x80041003,Microsoft.Management', 'access-denied', '0x80041003'],
    ['HRESULT 0x80070005,Microsoft.Management', 'access-denied', '0x80070005'],
    ['HRESULT 0x80070422,Microsoft.Management', 'service-disabled', '0x80070422'],
    ['HRESULT 0x80041069,Microsoft.Management', 'timed-out', '0x80041069'],
  ])('report %s as %s', async (id, reason, code) => {
    pc.scene(failing(id));
    const failed = await unreadable(pc.computer.licensingService(never));
    expect(failed).toMatchObject({ reason, tool: 'powershell.exe' });
    expect(failed.said).toContain(code);
    expect(failed.said).toContain('W\u00f6rter');
  });

  it('report a missing cmdlet as a missing tool, with its name', async () => {
    pc.scene('function Get-WinEvent { Get-Planted }');
    expect(await unreadable(pc.computer.events(never))).toMatchObject({
      reason: 'tool-missing',
      said: 'Get-Planted',
    });
  });

  it.each([
    ['DNS_ERROR_RCODE_NAME_ERROR', 'DNS_ERROR_RCODE_NAME_ERROR'],
    ['ERROR_TIMEOUT', 'ERROR_TIMEOUT'],
  ])("treat the resolver's %s as an answer", async (id, error) => {
    pc.scene(`function Resolve-DnsName { [CmdletBinding()] param($Name, $Type)
      $PSCmdlet.WriteError((New-Failure '${id},Microsoft.DnsClient.Commands.ResolveDnsName' 'no'))
    }`);
    expect(await pc.computer.resolve('a.b', 'SRV', never)).toMatchObject({ records: [], error });
  });

  it('mask a product key in the message', async () => {
    pc.scene(failing('Planted').replace('W\u00f6rter', 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG'));
    const failed = await unreadable(pc.computer.licensingService(never));
    expect(failed.said).toContain('XXXXX-XXXXX-XXXXX-XXXXX-NGGGG');
    expect(failed.said).not.toContain('BBBBB');
  });
});
