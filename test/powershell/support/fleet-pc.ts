/**
 * PCs that run the fleet script in the real PowerShell with strict test doubles. Each address of a
 * case maps to a local server.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import * as packet from 'dns-packet';
import { fileURLToPath } from 'node:url';
import type { Computer, DnsServer, RecordType } from '@engine/computer';
import { fleetScript, type FleetScriptOptions } from '../../../electron/fleet/script';
import { doublesModule } from '../doubles/module';
import { startAcceptor, type RpcAcceptor } from '../../support/rpc-acceptor';
import { startFullListener } from '../../support/full-listener';
import { freePort } from '../../support/free-port';
import { answerTo, framed } from '../../support/dns-server';
import { engine } from './engine';

const DRIVER = fileURLToPath(new URL('fleet-script-driver.ps1', import.meta.url));

/** Result of a run of the script. */
export interface ScriptRun {
  readonly code: number;
  /** Lines on standard output. */
  readonly printed: readonly string[];
  /** Lines on any other stream. */
  readonly others: readonly string[];
  readonly ms: number;
}

/**
 * Maps each `address port` that the script uses, or `address *` or `*`, to a local `address port`.
 */
export type EndpointMap = Record<string, string>;

/** Environment of a run. */
export interface RunEnvironment {
  /** Functions that override those in doubles/healthy.psm1. */
  readonly scene: string;
  /** `$FleetRegistry`, and the function Get-ItemProperty that reads it. */
  readonly registry: string;
  readonly places: EndpointMap;
  /** Time on the PC's clock. */
  readonly now: string;
  readonly options?: Partial<FleetScriptOptions>;
  /** Timeout of a network exchange in milliseconds. */
  readonly probeMs?: number;
  /** Timeout of a part of Windows in milliseconds. */
  readonly partMs?: number;
  /** Whether the script creates its own runspaces, each of which loads the doubles again. */
  readonly ownPool?: boolean;
  /** Value of `-OutFolder`. */
  readonly folder?: string;
}

/** Reuses the driver's runspaces in every run. */
const sharedPool: readonly [RegExp | string, string][] = [
  ['$pool = New-Pool', '$pool = $global:FleetPool'],
  ['if ($null -ne $pool) { $pool.Dispose() }', ''],
];

/** Returns the script with a fixed clock, short timeouts and redirected network endpoints. */
export function scriptFor({
  places,
  now,
  options,
  probeMs = 700,
  partMs = 24_000,
  ownPool = false,
}: RunEnvironment): string {
  const entries = Object.entries(places).map(([from, to]) => `'${from}' = '${to}'`);
  const endpoint = `function Get-Endpoint([string] $Address, [int] $Port) {
    $places = @{ ${entries.join('; ')} }
    $place = @($places["$Address $Port"], $places["$Address *"], $places['*'], '127.0.0.1 9') | Where-Object -FilterScript { $null -ne $_ }
    $to = @($place)[0] -split ' '
    New-Object -TypeName System.Net.IPEndPoint -ArgumentList ([System.Net.IPAddress]::Parse($to[0])), ([int] $to[1])
}`;
  const changes: readonly [RegExp | string, string][] = [
    [/function Get-Endpoint[\s\S]*?\r\n\}/, endpoint.replaceAll('$', '$$$$')],
    ['$now = [datetime]::UtcNow', `$now = ([datetime] '${now}').ToUniversalTime()`],
    ['$probeMs = 2900', `$probeMs = ${probeMs}`],
    ['$resendMs = 1000', '$resendMs = 300'],
    ['$partMs = 24000', `$partMs = ${partMs} `],
    ...(ownPool ? [] : sharedPool),
  ];
  let script = fleetScript({ engine: 'intune', noName: false, ...options });
  for (const [from, to] of changes) {
    const changed = script.replace(
      from,
      typeof from === 'string' ? to.replaceAll('$', '$$$$') : to,
    );
    if (changed === script) throw new Error(`The script has no ${from}`);
    script = changed;
  }
  return script;
}

/** A PowerShell process that runs the script repeatedly. */
export class FleetPc {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kms-doctor-fleet-'));
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  constructor() {
    mkdirSync(join(this.folder, 'Doubles'));
    const log = join(this.folder, 'log.jsonl');
    const scene = join(this.folder, 'scene.ps1');
    writeFileSync(log, '');
    writeFileSync(join(this.folder, 'Doubles/Doubles.psm1'), doublesModule({ log, scene }));
    this.child = this.start(['-File', DRIVER]);
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    const { stdout } = this.child;
    if (stdout === null) throw new Error('no output');
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  async run(world: RunEnvironment): Promise<ScriptRun> {
    const file = this.prepare(world);
    this.child.stdin?.write(
      `${JSON.stringify({ file, folder: world.folder ?? '', registry: join(this.folder, 'registry.ps1') })}\n`,
    );
    const next = await this.lines.next();
    if (next.done === true) throw new Error(`PowerShell ended: ${this.errors}`);
    const { errors } = this;
    if (errors !== '') throw new Error(`On stderr: ${errors}`);
    return JSON.parse(next.value) as ScriptRun;
  }

  /**
   * Runs the script in a separate process, like a management tool does.
   *
   * @param constrained whether App Control enforces Constrained Language Mode
   */
  async runAlone(
    world: RunEnvironment,
    constrained = false,
  ): Promise<ScriptRun & { readonly errors: string }> {
    const { scene, registry } = world;
    const file = this.prepare({ ...world, scene: `${scene}\n${registry}`, ownPool: true });
    const command = `Import-Module Doubles; $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; & '${file}'; exit $LASTEXITCODE`;
    const began = performance.now();
    const child = this.start(constrained ? ['-Command', command] : ['-File', file]);
    child.stdin?.end();
    let [output, errors] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const code = await new Promise<number>((resolve) => {
      child.once('close', (ended) => {
        resolve(ended ?? -1);
      });
    });
    const printed = output.split(/\r?\n/).filter((line) => line !== '');
    return { code, printed, others: [], errors, ms: performance.now() - began };
  }

  private prepare(world: RunEnvironment): string {
    const file = join(this.folder, 'fleet.ps1');
    writeFileSync(file, scriptFor(world));
    writeFileSync(join(this.folder, 'scene.ps1'), world.scene);
    // In the driver's session, this overrides the module's function, which reads the scene again on
    // each call.
    const registry = world.registry
      .replace('$FleetRegistry = ', '$global:FleetRegistry = ')
      .replace('function Get-ItemProperty', 'function global:Get-ItemProperty');
    writeFileSync(join(this.folder, 'registry.ps1'), registry);
    return file;
  }

  private start(args: readonly string[]): ChildProcess {
    const { program, modules } = engine();
    const all = [...(program.before ?? []), '-NoLogo', '-NoProfile', '-NonInteractive', ...args];
    return spawn(program.file, all, {
      env: {
        ...process.env,
        PSModulePath: [this.folder, modules].join(delimiter),
        DOTNET_NOLOGO: '1',
        POWERSHELL_TELEMETRY_OPTOUT: '1',
        NO_COLOR: '1',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  end(): void {
    this.child.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Local servers that behave like the ports of KMS hosts. */
export class Ports {
  private constructor(
    private readonly acceptors: Readonly<Record<string, RpcAcceptor>>,
    private readonly full: Awaited<ReturnType<typeof startFullListener>>,
    private readonly closed: number,
  ) {}

  static async start(): Promise<Ports> {
    const modes = {
      kms: 'kms',
      silent: 'silent',
      'other-rpc': 'other-rpc',
      'not-rpc': 'not-rpc',
    } as const;
    const acceptors: Record<string, RpcAcceptor> = {};
    for (const [port, mode] of Object.entries(modes)) acceptors[port] = await startAcceptor(mode);
    return new Ports(acceptors, await startFullListener(), await freePort());
  }

  /** Returns the local `address port` for a port of a scenario. */
  place(behaviour: string): string {
    if (behaviour === 'refused') return `127.0.0.1 ${this.closed}`;
    if (behaviour === 'filtered') return `127.0.0.1 ${this.full.port}`;
    // The system itself refuses a connection to the broadcast address: there's no route.
    if (behaviour === 'no-route') return '255.255.255.255 1688';
    const acceptor = this.acceptors[behaviour];
    if (acceptor === undefined) throw new Error(behaviour);
    return `127.0.0.1 ${acceptor.port}`;
  }

  /** Returns the bytes that the KMS service received. */
  received(): Buffer {
    return this.acceptors['kms']?.received() ?? Buffer.alloc(0);
  }

  async stop(): Promise<void> {
    for (const acceptor of Object.values(this.acceptors)) await acceptor.stop();
    await this.full.stop();
  }
}

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

const SOA: packet.Answer = {
  type: 'SOA',
  name: 'contoso.com',
  data: { mname: 'dc1.contoso.com', rname: 'admin.contoso.com' },
};

/** A DNS server that responds over UDP and TCP like a server of a simulated PC. */
export class SimulatedDnsServer {
  private readonly udp: Socket = createSocket('udp4');
  private readonly tcp: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      void this.answer(chunk.subarray(2)).then(
        (said) => said !== null && socket.write(framed(said)),
      );
    });
  });
  port = 0;

  constructor(
    private readonly computer: Computer,
    private readonly server: DnsServer,
  ) {}

  async start(): Promise<this> {
    this.udp.on('message', (query, { port, address }) => {
      void this.answer(query).then((said) => {
        if (said !== null) this.udp.send(said, port, address);
      });
    });
    // TCP ports are scarcer because other programs' connections use them too.
    await new Promise<void>((resolve) => {
      this.tcp.listen(0, '127.0.0.1', resolve);
    });
    this.port = (this.tcp.address() as AddressInfo).port;
    await new Promise<void>((resolve) => {
      this.udp.bind(this.port, '127.0.0.1', resolve);
    });
    return this;
  }

  private async answer(query: Buffer): Promise<Buffer | null> {
    const [question] = packet.decode(query).questions ?? [];
    if (question === undefined) return null;
    const said = await this.computer.dnsQuery(
      this.server,
      question.name,
      question.type as RecordType,
      'udp',
      new AbortController().signal,
    );
    if (said.outcome !== 'answered') return null;
    const answers = said.answers.map((record): packet.Answer => {
      const common = { name: record.name, ttl: 3600, class: 'IN' as const };
      if (record.type === 'SRV') {
        const { priority, weight, port, target } = record;
        return { type: 'SRV', ...common, data: { priority, weight, port, target } };
      }
      if (record.type === 'CNAME') return { type: 'CNAME', ...common, data: record.target };
      return { type: record.type, ...common, data: record.address };
    });
    // A negative response contains the SOA record of the zone (RFC 2308 §3).
    const isDenied = answers.every(({ type }) => type !== question.type);
    const authorities = isDenied ? [SOA] : [];
    return answerTo(query, { answers, authorities, rcode: RCODES.indexOf(said.rcode) });
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.udp.close(resolve);
    });
    await new Promise((resolve) => this.tcp.close(resolve));
  }
}

/**
 * Starts a time server (RFC 4330) according to which the PC's clock is ahead by the given minutes.
 */
export async function startTimeServer(
  minutesAhead: number,
): Promise<{ port: number; stop(): Promise<void> }> {
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => {
    const answer = Buffer.alloc(48);
    answer[0] = 0x24;
    answer[1] = 2;
    question.copy(answer, 24, 40, 48);
    const seconds = Date.now() / 1_000 - minutesAhead * 60 + 2_208_988_800;
    for (const at of [32, 40]) {
      answer.writeUInt32BE(Math.floor(seconds) % 0x1_0000_0000, at);
      answer.writeUInt32BE(Math.floor((seconds % 1) * 0x1_0000_0000), at + 4);
    }
    socket.send(answer, port, address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  return {
    port: socket.address().port,
    stop: () =>
      new Promise<void>((resolve) => {
        socket.close(resolve);
      }),
  };
}
