/**
 * Low-level access to a Windows PC: programs, Windows PowerShell, and information from Node itself. Everything that
 * this folder reads goes through here, so that it can be recorded and played back.
 */
import { access } from 'node:fs/promises';
import { getServers } from 'node:dns';
import { hostname, release, version } from 'node:os';
import iconv from 'iconv-lite';
import { Unreadable } from '@engine/computer';
import { readInterfaces } from '../network/os-network';
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
export type HostInfo = ReturnType<LocalWindowsHost['host']>;

/** Options of a call. */
export interface CallOptions extends RunLimits {
  readonly signal: AbortSignal;
  /** Priority in the queue; defaults to the lowest. */
  readonly priority?: Priority;
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

/** Low-level access to a Windows PC. Methods reject with {@link Unreadable} or the signal's reason. */
export type WindowsHost = Pick<LocalWindowsHost, 'run' | 'query' | 'time' | 'has' | 'host'>;

/** The PC that this program runs on. */
export class LocalWindowsHost {
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

  /** Asks Windows PowerShell a question. */
  query(
    question: Question,
    parameters: Parameters,
    options: CallOptions,
  ): Promise<readonly unknown[]> {
    const process = LICENSING.has(question) ? this.licensing : this.network;
    return process.ask(question, parameters, options);
  }

  /** Compares the clock with a time server's. */
  time(server: string, options: CallOptions): Promise<TimeAnswer> {
    return askTime(server, options);
  }

  /** Whether a file exists. */
  has(file: string): Promise<boolean> {
    return access(file).then(
      () => true,
      () => false,
    );
  }

  host() {
    return {
      name: hostname(),
      /** Product name, e.g. `Windows 10 Pro`. */
      product: version(),
      /** E.g. `10.0.26100`. */
      release: release(),
      interfaces: readInterfaces(),
      /** DNS servers of all adapters that are up, in the format of `dns.getServers`. */
      dnsServers: getServers(),
      /** BCP 47 tag. */
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
    return within(limits, () => this.queue.run(priority, run));
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
