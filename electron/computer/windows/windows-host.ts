/**
 * Low-level access to a Windows PC: programs, Windows PowerShell, and information from Node itself. Everything that
 * this folder reads goes through here, so that it can be recorded and played back.
 */
import { access } from 'node:fs/promises';
import { getServers } from 'node:dns';
import { hostname, release, version } from 'node:os';
import iconv from 'iconv-lite';
import { Unreadable } from '@engine/computer';
import { readInterfaces, type Interface } from '../network/os-network';
import { ASCII, encodingOf } from './code-page';
import type { Question } from './answers';
import { PowerShell, type Parameters } from './powershell';
import { cleanEnvironment, type SystemPaths, type Tool } from './system-paths';
import { neverAborted, within } from '@engine/deadline';
import { runProgram, type RunLimits, type RunResult } from '../run-program';
import { askTime, type TimeAnswer } from './sntp';
import { PRIORITY, ProcessQueue, type Priority } from './process-queue';

/** Result of a program, with decoded text. */
export type ProcessResult = RunResult<string>;

/** Information that needs no query. */
export interface HostInfo {
  readonly name: string;
  /** Product name, e.g. `Windows 10 Pro`. */
  readonly product: string;
  /** E.g. `10.0.26100`. */
  readonly release: string;
  readonly interfaces: readonly Interface[];
  /** DNS servers of all adapters that are up, in the format of `dns.getServers`. */
  readonly dnsServers: readonly string[];
  /** BCP 47 tag. */
  readonly locale: string;
}

/** Options of a call. */
export interface CallOptions extends RunLimits {
  readonly signal: AbortSignal;
  /** Priority in the queue; defaults to the lowest. */
  readonly priority?: Priority;
}

/** Low-level access to a Windows PC. Methods reject with {@link Unreadable} or the signal's reason. */
export interface WindowsHost {
  run(tool: Tool, args: readonly string[], options: CallOptions): Promise<ProcessResult>;
  /** Asks Windows PowerShell a question. May also reject with ScriptFailed. */
  query(
    question: Question,
    parameters: Parameters,
    options: CallOptions,
  ): Promise<readonly unknown[]>;
  /** Compares the clock with a time server's. */
  time(server: string, options: CallOptions): Promise<TimeAnswer>;
  /** Whether a file exists. */
  has(file: string): Promise<boolean>;
  host(): HostInfo;
}

/**
 * Questions for a Windows PowerShell process of their own: waiting for the licensing service must not delay network
 * facts.
 */
const LICENSING: ReadonlySet<Question> = new Set([
  'events',
  'install-product-key',
  'installation-id',
  'licensing-call',
  'licensing-products',
  'licensing-service',
  'service',
]);

/** reg.exe answers from memory. */
const CODE_PAGE_LIMIT_MS = 10_000;

/** The PC that this program runs on. */
export class LocalWindowsHost implements WindowsHost {
  private readonly queue = new ProcessQueue();
  private readonly licensing: PowerShell;
  private readonly network: PowerShell;
  private encoding: Promise<string> | null = null;

  constructor(private readonly paths: SystemPaths) {
    this.licensing = new PowerShell(paths, this.queue);
    this.network = new PowerShell(paths, this.queue);
  }

  async run(tool: Tool, args: readonly string[], options: CallOptions): Promise<ProcessResult> {
    const [{ exitCode, stdout, stderr }, encoding] = await Promise.all([
      this.start(tool, args, options),
      this.codePage(),
    ]);
    // Bytes that are invalid in the encoding become U+FFFD; this never throws.
    const [out, err] = [iconv.decode(stdout, encoding), iconv.decode(stderr, encoding)];
    return { exitCode, stdout: out, stderr: err };
  }

  query(
    question: Question,
    parameters: Parameters,
    options: CallOptions,
  ): Promise<readonly unknown[]> {
    const process = LICENSING.has(question) ? this.licensing : this.network;
    return process.ask(question, parameters, options);
  }

  time(server: string, options: CallOptions): Promise<TimeAnswer> {
    return askTime(server, options);
  }

  has(file: string): Promise<boolean> {
    return access(file).then(
      () => true,
      () => false,
    );
  }

  host(): HostInfo {
    return {
      name: hostname(),
      product: version(),
      release: release(),
      interfaces: readInterfaces(),
      dnsServers: getServers(),
      locale: Intl.DateTimeFormat().resolvedOptions().locale,
    };
  }

  /** Ends the Windows PowerShell processes. */
  end(): void {
    this.licensing.close();
    this.network.close();
  }

  private start(
    tool: Tool,
    args: readonly string[],
    { priority = PRIORITY.other, ...limits }: CallOptions,
  ): Promise<RunResult> {
    const { programs, system32: cwd } = this.paths;
    const run = () =>
      runProgram(tool, programs[tool], args, {
        ...limits,
        cwd,
        env: cleanEnvironment(this.paths),
      });
    return within({ signal: limits.signal }, () => this.queue.run(priority, run));
  }

  /** Returns the encoding of console output: the OEM code page of this Windows. */
  private codePage(): Promise<string> {
    this.encoding ??= this.start(
      'reg.exe',
      ['query', CODE_PAGE_KEY, '/v', 'OEMCP', '/reg:64'],
      // Later programs need it too, so the first caller can't cancel it.
      { signal: neverAborted(), limitMs: CODE_PAGE_LIMIT_MS, priority: PRIORITY.network },
    ).then(
      // The exit code doesn't matter. If it printed no number, everything but ASCII is considered lost.
      ({ stdout }) => encodingOf(/REG_SZ\s+(\d+)/.exec(stdout.toString('latin1'))?.[1] ?? ''),
      (error: unknown) => {
        if (!(error instanceof Unreadable)) throw error;
        // reg.exe may have failed temporarily, so the next program retries.
        this.encoding = null;
        return ASCII;
      },
    );
    return this.encoding;
  }
}

const CODE_PAGE_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
