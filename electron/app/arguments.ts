/**
 * Checklist items 19 and 20, the part that fuses can't cover: Chromium's own switches (`--remote-debugging-port`,
 * `--gpu-launcher`, `--no-sandbox`, `--load-extension` ...) also work on a signed program, so any argument that isn't
 * allowed here ends the program before anything is opened.
 */
import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { LANGUAGES, type Language } from '@shared/i18n';
import { type Token, readToken } from '../elevation/token';
import { lookUp } from '@shared/look-up';
import { escapeText } from '@shared/printable';

/** Command-line arguments of the window. */
export interface WindowArguments {
  /** A scenario file: the window shows that simulated PC. */
  readonly scenario: string | null;
  /** A file or folder with the data of many PCs, opened at startup. */
  readonly fleet: string | null;
  /** Overrides the saved language. */
  readonly language: Language | null;
  /** Folder for the journal, settings, log and profile. */
  readonly dataDir: string | null;
  /** The token of a repair session: this process is the elevated helper and has no window. */
  readonly repair: Token | null;
  /** Whether to verify the installation and exit with 0 or 1. */
  readonly selfTest: boolean;
}

const NOTHING: WindowArguments = {
  scenario: null,
  fleet: null,
  language: null,
  dataDir: null,
  repair: null,
  selfTest: false,
};

/** Switches for developers and test runners, allowed only in the unpackaged program. */
const DEVELOPMENT =
  /^--(inspect(-brk)?(=[\w.:]+)?|remote-debugging-port=0|no-sandbox|lang=[\w-]+|force-device-scale-factor=[\d.]+)$/;

/** Options that take a path. */
const PATHS = { '--scenario': 'scenario', '--fleet': 'fleet', '--data-dir': 'dataDir' } as const;

const MAX_PATH_LENGTH = 4096;
const MAX_SHOWN_LENGTH = 60;

/**
 * Parses the command line.
 *
 * @param argv `process.argv`: the executable, the app folder unless packaged, and the arguments
 * @param released whether this is a release build, which allows no development switches
 * @param folder base folder of relative paths
 * @returns the arguments, or why they are rejected
 */
export function readArguments(
  argv: readonly string[],
  released: boolean,
  folder: string,
  platform: NodeJS.Platform = process.platform,
): WindowArguments | { readonly refused: string } {
  const given = [...argv.slice(1)];
  if (!released) dropDevelopmentPart(given, platform);
  // The elevated helper takes its token and nothing else: no folder, no file.
  const [role, token] = given;
  if (role === '--repair' && given.length === 2) {
    const repair = readToken(token ?? '');
    if (repair !== null) return { ...NOTHING, repair };
  }
  if (role === '--self-test' && given.length === 1) return { ...NOTHING, selfTest: true };
  const found: { -readonly [Name in keyof WindowArguments]?: WindowArguments[Name] } = {};
  while (given.length > 0) {
    const name = given.shift() ?? '';
    const value = given.shift();
    const refused = { refused: `This program does not take the argument ${shortened(name)}.` };
    if (value === undefined || value.length > MAX_PATH_LENGTH || value.includes('\0'))
      return refused;
    const path = lookUp<(typeof PATHS)[keyof typeof PATHS]>(PATHS, name);
    const language = LANGUAGES.find((one) => one === value);
    if (path !== undefined && found[path] === undefined && isPath(value, platform)) {
      found[path] = isAbsolute(value) ? value : resolve(folder, value);
    } else if (name === '--lang' && found.language === undefined && language !== undefined) {
      found.language = language;
    } else return refused;
  }
  return { ...NOTHING, ...found };
}

/**
 * Name of an empty file next to the main bundle that exists only in test builds: Playwright needs its switches there.
 */
const FOR_SPECS = 'inspectable';

/**
 * Parses the process's command line, or exits with 64, the exit code for wrong usage.
 *
 * @param bundle folder of the main bundle, inside the archive whose integrity Electron verifies
 */
export function allowedArgumentsOrExit(packaged: boolean, bundle: string): WindowArguments {
  const isReleased = packaged && !existsSync(join(bundle, FOR_SPECS));
  const read = readArguments(process.argv, isReleased, process.cwd());
  if (!('refused' in read)) return read;
  process.stderr.write(
    `${read.refused} It takes --scenario FILE, --fleet PATH, --lang en|zh-TW and --data-dir DIR, or --self-test.\n`,
  );
  process.exit(64);
}

/** Removes the app folder and the switches of Playwright and debuggers, which come first. */
function dropDevelopmentPart(given: string[], platform: NodeJS.Platform): void {
  while (given[0] !== undefined && DEVELOPMENT.test(given[0])) given.shift();
  if (given[0] !== undefined && isPath(given[0], platform)) given.shift();
}

/** Whether a text is a path and can't be parsed as a Chromium switch. On Windows, a slash may also start a switch. */
function isPath(text: string, platform: NodeJS.Platform): boolean {
  return text !== '' && !text.startsWith('-') && (platform !== 'win32' || !text.startsWith('/'));
}

function shortened(text: string): string {
  return escapeText(text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text);
}
