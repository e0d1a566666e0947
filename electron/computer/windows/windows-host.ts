/**
 * The raw side of a Windows PC: programs, questions to Windows PowerShell, and what Node itself knows. Everything
 * that this folder finds out passes here, so that it can be recorded and played back.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { getServers } from 'node:dns';
import { hostname, networkInterfaces, release, version } from 'node:os';
import { Unreadable } from '@engine/computer';
import { ASCII, decodeOutput, encodingOf } from './code-page';
import { PowerShell, type Parameters, type Question } from './powershell';
import { cleanEnvironment, type SystemPaths, type Tool } from './system-paths';
import { neverAborted, within } from '@engine/deadline';
import { runProgram, type RunEnd } from './run-program';
import { askTime, type TimeAnswer } from './sntp';
import { PRIORITY, ProcessQueue, type Priority } from './process-queue';

/** How a program ended, its text decoded. */
export interface ProcessResult {
  /** Unsigned. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A network interface as Node has it. */
export interface Interface {
  readonly name: string;
  readonly internal: boolean;
  /** Without prefix length or zone. */
  readonly addresses: readonly string[];
}

/** What is known without asking anybody. */
export interface HostInfo {
  readonly name: string;
  /** Name of the product, e.g. `Windows 10 Pro`. */
  readonly product: string;
  /** E.g. `10.0.26100`. */
  readonly release: string;
  readonly interfaces: readonly Interface[];
  /** DNS servers of all adapters that are up, as `dns.getServers` writes them. */
  readonly dnsServers: readonly string[];
  /** BCP 47 tag. */
  readonly locale: string;
}

/** Patience with somebody who is asked. */
export interface CallOptions {
  readonly signal: AbortSignal;
  readonly limitMs: number;
  /** How soon it is wanted; by default nobody waits for it in particular. */
  readonly priority?: Priority;
  /** Bytes that a program may print, where its answer is larger than others. */
  readonly outputLimit?: number;
}

/**
 * Which of two processes of Windows PowerShell is asked: what one waits for in the licensing service must not
 * hold up what the other finds out about the network.
 */
export type Channel = 'licensing' | 'network';

/** The raw side of a Windows PC. Its methods reject with {@link Unreadable} or the signal's reason. */
export interface WindowsHost {
  run(tool: Tool, args: readonly string[], options: CallOptions): Promise<ProcessResult>;
  /** May reject with ScriptFailed as well. */
  query(
    channel: Channel,
    question: Question,
    parameters: Parameters,
    options: CallOptions,
  ): Promise<readonly unknown[]>;
  /** Asks a time server how late it is. */
  time(server: string, options: CallOptions): Promise<TimeAnswer>;
  /** Whether a file is there. */
  has(file: string): Promise<boolean>;
  host(): HostInfo;
}

/** reg.exe answers from memory. */
const CODE_PAGE_LIMIT_MS = 10_000;

/** The PC that this program runs on. */
export class LocalWindowsHost implements WindowsHost {
  private readonly queue = new ProcessQueue();
  private readonly channels: Readonly<Record<Channel, PowerShell>>;
  private encoding: Promise<string> | null = null;

  constructor(private readonly paths: SystemPaths) {
    this.channels = {
      licensing: new PowerShell(paths, this.queue),
      network: new PowerShell(paths, this.queue),
    };
  }

  async run(tool: Tool, args: readonly string[], options: CallOptions): Promise<ProcessResult> {
    const [{ exitCode, stdout, stderr }, encoding] = await Promise.all([
      this.start(tool, args, options),
      this.codePage(),
    ]);
    return {
      exitCode,
      stdout: decodeOutput(stdout, encoding),
      stderr: decodeOutput(stderr, encoding),
    };
  }

  query(
    channel: Channel,
    question: Question,
    parameters: Parameters,
    options: CallOptions,
  ): Promise<readonly unknown[]> {
    return this.channels[channel].ask(question, parameters, options);
  }

  time(server: string, options: CallOptions): Promise<TimeAnswer> {
    return askTime(server, options);
  }

  has(file: string): Promise<boolean> {
    return access(file, constants.F_OK).then(
      () => true,
      () => false,
    );
  }

  host(): HostInfo {
    return {
      name: hostname(),
      product: version(),
      release: release(),
      interfaces: Object.entries(networkInterfaces()).map(([name, found = []]) => ({
        name,
        internal: found.every(({ internal }) => internal),
        addresses: found.map(({ address }) => address),
      })),
      dnsServers: getServers(),
      locale: Intl.DateTimeFormat().resolvedOptions().locale,
    };
  }

  /** Ends what was started to be asked. */
  end(): void {
    for (const side of Object.values(this.channels)) side.close();
  }

  private start(
    tool: Tool,
    args: readonly string[],
    { signal, limitMs, priority = PRIORITY.other, outputLimit }: CallOptions,
  ): Promise<RunEnd> {
    const run = () =>
      runProgram(tool, this.paths.programs[tool], args, {
        signal,
        limitMs,
        outputLimit,
        cwd: this.paths.system32,
        env: cleanEnvironment(this.paths),
      });
    return within({ signal }, () => this.queue.run(priority, run));
  }

  /** The encoding of what console programs print: the OEM code page of this Windows. */
  private codePage(): Promise<string> {
    this.encoding ??= this.start(
      'reg.exe',
      ['query', CODE_PAGE_KEY, '/v', 'OEMCP', '/reg:64'],
      // The next program needs it too, so the one that asked first cannot call it off.
      {
        signal: neverAborted(),
        limitMs: CODE_PAGE_LIMIT_MS,
        priority: PRIORITY.network,
      },
    ).then(
      // Whatever it ended with: where it printed no number, everything but ASCII is taken for lost.
      ({ stdout }) => encodingOf(/REG_SZ\s+(\d+)/.exec(stdout.toString('latin1'))?.[1] ?? ''),
      (error: unknown) => {
        if (!(error instanceof Unreadable)) throw error;
        // What held reg.exe up may pass: the next program's output is worth another try.
        this.encoding = null;
        return ASCII;
      },
    );
    return this.encoding;
  }
}

const CODE_PAGE_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
