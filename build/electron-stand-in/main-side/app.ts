/** `app`: lifecycle, paths and names of the program. */
import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { productName, version } from '../../../package.json';
import { callsSettled, mainHalf, environment } from './half';

class App extends EventEmitter {
  #ready = false;
  readonly #paths = new Map<string, string>();
  readonly #whenReady = new Promise<void>((done) => {
    mainHalf.ready = async () => {
      this.#ready = true;
      this.emit('ready');
      done();
    };
  });
  #lock: string | null = null;
  sandboxEnabled = false;

  readonly isPackaged = environment.packaged;

  isReady(): boolean {
    return this.#ready;
  }

  whenReady(): Promise<void> {
    return this.#whenReady;
  }

  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.sandboxEnabled = true;
  }

  disableHardwareAcceleration(): void {
    // This process renders nothing.
  }

  getVersion(): string {
    return version;
  }

  getPath(name: string): string {
    const set = this.#paths.get(name);
    if (set !== undefined) return set;
    if (name === 'userData') return join(environment.home, productName);
    if (name === 'logs') return join(this.getPath('userData'), 'logs');
    return join(environment.home, name);
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  setAppLogsPath(path: string): void {
    this.#paths.set('logs', path);
  }

  getPreferredSystemLanguages(): readonly string[] {
    return environment.languages;
  }

  /** Allows one instance per profile folder, using a lock file with the process ID. */
  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData');
    const file = join(folder, 'stand-in.lock');
    mkdirSync(folder, { recursive: true });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        writeFileSync(file, String(process.pid), { flag: 'wx' });
        this.#lock = file;
        return true;
      } catch {
        if (isAlive(Number(readFileSync(file, 'utf8')))) return false;
        rmSync(file, { force: true });
      }
    }
    return false;
  }

  releaseSingleInstanceLock(): void {
    if (this.#lock !== null) rmSync(this.#lock, { force: true });
    this.#lock = null;
  }

  quit(): void {
    this.exit(0);
  }

  exit(code = 0): void {
    this.releaseSingleInstanceLock();
    // Electron's dialogs block until answered; here they are messages that must still be delivered.
    void callsSettled().then(() => process.exit(code));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const app = new App();

mainHalf.secondInstance = async ({ argv, data }) => {
  app.emit('second-instance', {}, argv, environment.home, data);
};
process.on('exit', () => app.releaseSingleInstanceLock());
process.on('disconnect', () => app.exit(0));
