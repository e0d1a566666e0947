/**
 * Command-line options as a table: the options of each command, and how values are parsed. A mistake throws a
 * {@link UsageError} that names the option and the allowed values.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { isFixId } from '@shared/catalog';
import type { KeyPart, Message } from '@shared/message';
import { LANGUAGES, type Language } from '@shared/language';
import { lookUp } from '@shared/look-up';
import { closestWord } from '@shared/similar-word';
import {
  didYouMean,
  readDomain,
  readHostAlone,
  readServer,
  type Parsed as TypedValue,
} from '@shared/host-input';

/** Thrown on wrong usage; exit code 64. */
export class UsageError extends Error {
  /** @param details further sentences about the mistake */
  constructor(
    readonly reason: Message,
    readonly details: readonly Message[] = [],
  ) {
    super(reason.key);
    this.name = 'UsageError';
  }
}

/** Throws the usage error with the given key under `cli.usage`. */
export function usageError(
  name: KeyPart<'cli.usage.'>,
  params: Readonly<Record<string, string | number>>,
): never {
  throw new UsageError({ key: `cli.usage.${name}`, params });
}

/** Throws the usage error for an unknown word, with a suggestion if a known one is similar. */
export function unknownWord(
  name: KeyPart<'cli.usage.'>,
  word: string,
  known: readonly string[],
  params: Readonly<Record<string, string>>,
): never {
  const meant = closestWord(word.toLowerCase(), known);
  throw new UsageError(
    { key: `cli.usage.${name}`, params: { ...params, word } },
    meant === null ? [] : [didYouMean([meant])],
  );
}

/** The commands, in the order of the help. */
export const COMMANDS = [
  'diagnose',
  'repair',
  'fix',
  'undo',
  'journal',
  'explain',
  'list',
  'fleet',
] as const;

const TARGETS = ['this-pc', 'network'] as const;

const CATALOGS = ['procedures', 'checks', 'fixes', 'verdicts'] as const;

/** Output formats of a diagnosis (docs/cli.md#formats). */
const FORMATS = ['text', 'json', 'line', 'nagios', 'prometheus'] as const;

/** Days left of an activation at or below which a warning or an alarm is raised. */
const DEFAULT_THRESHOLDS = { warning: 30, critical: 7 };

/** Catalog sections that `list` prints. */
export type CatalogName = (typeof CATALOGS)[number];

/** The computer whose facts are read, as selected on the command line. */
export type TargetOptions = Readonly<ReturnType<typeof target>>;

/** How a change is made, as selected on the command line. */
export type ChangeOptions = Readonly<ReturnType<typeof change>>;

/** A parsed command with its options. */
export type Command = ReturnType<typeof readCommandLine>;

const COMMON_WITHOUT_JSON = {
  lang: { type: 'string' },
  'data-dir': { type: 'string' },
  debug: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const COMMON = { json: { type: 'boolean' }, ...COMMON_WITHOUT_JSON } as const;

const TARGET = {
  target: { type: 'string' },
  scenario: { type: 'string' },
  computer: { type: 'string' },
  dns: { type: 'string', multiple: true },
  domain: { type: 'string', multiple: true },
} as const;

const FACTS = { facts: { type: 'string' } } as const;

const CHANGE = {
  param: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  save: { type: 'string' },
} as const;

/** The options of each command, and of each action of `fleet`. */
export const OPTIONS = {
  diagnose: {
    ...COMMON,
    ...TARGET,
    ...FACTS,
    format: { type: 'string' },
    warning: { type: 'string' },
    critical: { type: 'string' },
    timeout: { type: 'string' },
    'kms-host': { type: 'string', multiple: true },
    save: { type: 'string' },
    'hide-names': { type: 'boolean' },
    record: { type: 'string' },
  },
  repair: {
    ...COMMON,
    ...TARGET,
    ...FACTS,
    ...CHANGE,
    'kms-host': { type: 'string', multiple: true },
  },
  fix: { ...COMMON, ...TARGET, ...FACTS, ...CHANGE },
  undo: { ...COMMON, ...TARGET, save: { type: 'string' } },
  journal: COMMON,
  explain: COMMON,
  list: COMMON,
  fleet: COMMON,
  'fleet report': { ...COMMON, html: { type: 'string' } },
  'fleet script': {
    ...COMMON_WITHOUT_JSON,
    for: { type: 'string' },
    'no-name': { type: 'boolean' },
  },
} as const;

const FLEET_ACTIONS = ['report', 'script'] as const;
const isFleetAction = (word: string): word is (typeof FLEET_ACTIONS)[number] =>
  FLEET_ACTIONS.some((action) => action === word);

/** The options of any command. */
type AnyOption = (typeof OPTIONS)['diagnose'] &
  (typeof OPTIONS)['repair'] &
  (typeof OPTIONS)['fleet report'] &
  (typeof OPTIONS)['fleet script'];

/** Values of options, by name; a command has only its own. */
type Values = ReturnType<typeof parseArgs<{ options: AnyOption }>>['values'];

/**
 * Parses a command line.
 *
 * @param argv the arguments after the program's name
 * @throws UsageError
 */
export function readCommandLine(argv: readonly string[]) {
  const [first, ...rest] = argv;
  const plain = { language: null, json: false, dataDir: null, debug: false };
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const of = COMMANDS.find((name) => name === rest[0]) ?? null;
    return { ...plain, language: languageIn(rest), ...helpOn(of, rest[1]) };
  }
  if (first === '--version' || first === 'version')
    return { ...plain, command: 'version' as const };
  const command = COMMANDS.find((name) => name === first);
  if (command === undefined) {
    unknownWord(first.startsWith('-') ? 'optionFirst' : 'command', first, COMMANDS, {
      commands: COMMANDS.join(', '),
    });
  }
  // Its future options are rejected too: the command doesn't exist yet.
  if (command === 'fleet' && rest[0] === 'run') usageError('fleetRunLater', {});
  const action = command === 'fleet' ? rest.find(isFleetAction) : undefined;
  const { values, positionals } = parse(action === undefined ? command : `fleet ${action}`, rest);
  const common = {
    language: readLanguage(values.lang),
    json: values.json === true,
    dataDir: values['data-dir'] ?? null,
    // Whether internal errors are printed with their stack.
    debug: values.debug === true,
  };
  if (values.help === true) return { ...common, ...helpOn(command, positionals[0]) };
  switch (command) {
    case 'diagnose':
      noMore(positionals, 0);
      return {
        ...common,
        ...target(values),
        command,
        ...readFormat(values),
        timeoutMs: readTimeout(values.timeout),
        expectedHosts: typed('kms-host', values, readHostAlone),
        save: values.save ?? null,
        hideNames: values['hide-names'] === true,
        record: values.record ?? null,
      };
    case 'repair':
      noMore(positionals, 0);
      return {
        ...common,
        ...target(values),
        ...change(values),
        command,
        expectedHosts: typed('kms-host', values, readHostAlone),
      };
    case 'fix': {
      const [fix] = positionals;
      if (fix === undefined) usageError('fixMissing', {});
      noMore(positionals, 1);
      return { ...common, ...target(values), ...change(values), command, fix };
    }
    case 'undo':
      noMore(positionals, 1);
      return {
        ...common,
        ...target(values),
        command,
        entry: positionals[0] ?? null,
        save: readSave(values),
      };
    case 'journal':
      noMore(positionals, 0);
      return { ...common, command };
    case 'explain': {
      if (positionals.length === 0) usageError('codeMissing', {});
      return { ...common, command, code: positionals.join(' ') };
    }
    case 'list': {
      const [word] = positionals;
      const catalogues = CATALOGS.join(', ');
      if (word === undefined) usageError('wordMissing', { command, allowed: catalogues });
      const what = CATALOGS.find((name) => name === word);
      if (what === undefined) unknownWord('catalogue', word, CATALOGS, { catalogues });
      noMore(positionals, 1);
      return { ...common, command, what };
    }
    case 'fleet':
      return { ...common, command, ...fleetAction(values, positionals) };
  }
}

/** Help on everything, on a command, or on a fix. */
function helpOn(of: (typeof COMMANDS)[number] | null, word: string | undefined) {
  const fix = of === 'fix' && word !== undefined && isFixId(word) ? word : null;
  return { command: 'help' as const, of, fix };
}

function parse(command: keyof typeof OPTIONS, argv: readonly string[]) {
  const options: NonNullable<ParseArgsConfig['options']> = OPTIONS[command];
  // A negative number is an error code here, not a group of short options.
  const codes = command === 'explain' ? argv.filter((word) => /^-\d+$/.test(word)) : [];
  const args = argv.filter((word) => !codes.includes(word));
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true, tokens: true });
    const { values, positionals, tokens } = parsed;
    const seen = new Set<string>();
    for (const token of tokens) {
      if (token.kind !== 'option') continue;
      if (seen.has(token.name) && options[token.name]?.multiple !== true) {
        usageError('optionTwice', { option: token.rawName });
      }
      seen.add(token.name);
      if (token.value === '') usageError('optionEmpty', { option: token.rawName });
    }
    return { values: values as Values, positionals: [...positionals, ...codes] };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const option = /'(-[^'\s=]*)/.exec(error instanceof Error ? error.message : '')?.[1] ?? '';
    const known = lookUp(options, option.replace(/^--/, ''));
    if (known !== undefined) {
      usageError(known.type === 'string' ? 'optionNeedsValue' : 'optionTakesNone', { option });
    }
    // Don't suggest an option that isn't implemented yet.
    const names = Object.keys(options)
      .filter((name) => name !== 'computer')
      .map((name) => `--${name}`);
    unknownWord('option', option, names, { command, allowed: names.join(', ') });
  }
}

function target(values: Values) {
  const { target: word, scenario = null, facts = null } = values;
  const wanted = TARGETS.find((name) => name === word) ?? null;
  if (values.computer !== undefined) usageError('computerLater', {});
  if (word !== undefined && wanted === null) usageError('target', { word });
  if ([wanted, scenario, facts].filter((one) => one !== null).length > 1) {
    usageError('targetTwice', {});
  }
  const dnsServers = typed('dns', values, readServer);
  const domains = typed('domain', values, readDomain);
  return {
    /** Null: this PC on Windows, the network elsewhere. */
    target: wanted,
    scenario,
    /** File with a facts line; `-` for stdin. */
    facts,
    /** What replaces the computer's own DNS servers and domains; empty if nothing does. */
    dnsOverrides: {
      ...(dnsServers.length > 0 && { dnsServers }),
      ...(domains.length > 0 && { domains }),
    },
  };
}

/** Parses the output format and the thresholds of `nagios`. */
function readFormat(values: Values) {
  const { format: word, json: isJson = false } = values;
  const named = FORMATS.find((name) => name === word);
  if (word !== undefined && named === undefined) {
    usageError('format', { word, formats: FORMATS.join(', ') });
  }
  if (named !== undefined && isJson && named !== 'json')
    usageError('formatTwice', { format: named });
  const format = named ?? (isJson ? 'json' : 'text');
  if (format !== 'nagios' && (values.warning ?? values.critical) !== undefined) {
    usageError('thresholdsAlone', {});
  }
  const thresholds = {
    warning: readDays('warning', values),
    critical: readDays('critical', values),
  };
  if (thresholds.critical > thresholds.warning) usageError('thresholds', { ...thresholds });
  return { format, json: format === 'json', thresholds };
}

function readDays(option: keyof typeof DEFAULT_THRESHOLDS, values: Values): number {
  const word = values[option];
  if (word === undefined) return DEFAULT_THRESHOLDS[option];
  if (!/^\d{1,3}$/.test(word)) usageError('days', { option: `--${option}`, word });
  return Number(word);
}

/** Parses the options that control changes. */
function change(values: Values) {
  if (values.facts !== undefined && values['dry-run'] !== true) usageError('factsChange', {});
  return {
    params: (values.param ?? []).map(readParam),
    dryRun: values['dry-run'] === true,
    /** Whether to skip the confirmation prompt. */
    yes: values.yes === true,
    save: readSave(values),
  };
}

/** Parses the action of `fleet`: `engine` is the raw `--for` value, `html` the path of the page. */
function fleetAction(values: Values, [action, ...paths]: readonly string[]) {
  const actions = FLEET_ACTIONS.join(', ');
  if (action === undefined) usageError('wordMissing', { command: 'fleet', allowed: actions });
  if (!isFleetAction(action)) unknownWord('fleetAction', action, FLEET_ACTIONS, { actions });
  if (action === 'script') {
    noMore(paths, 0);
    return { action, engine: values.for ?? null, noName: values['no-name'] === true };
  }
  if (paths.length === 0) usageError('fleetPaths', {});
  return { action, paths, html: values.html ?? null };
}

/** Parses the values of an option that takes names or addresses, with the same rules as all other user input. */
function typed<T>(
  option: 'dns' | 'domain' | 'kms-host',
  values: Values,
  read: (word: string) => TypedValue<T>,
): readonly T[] {
  return (values[option] ?? []).map((word) => {
    const result = read(word);
    if (result.ok) return result.value;
    const params = { option: `--${option}`, word };
    const { message, suggestions } = result;
    if (message.key === 'parameters.problems.isProductKey') usageError('productKey', params);
    throw new UsageError({ key: 'cli.usage.value', params }, [
      message,
      ...(suggestions.length > 0 ? [didYouMean(suggestions)] : []),
    ]);
  });
}

function readTimeout(word: string | undefined): number | null {
  if (word === undefined) return null;
  const ms = /^\d{1,7}$/.test(word) ? Number(word) : 0;
  if (ms < 1 || ms > 600_000) usageError('timeout', { word });
  return ms;
}

function readSave(values: Values): string | null {
  const { save = null, scenario } = values;
  if (save !== null && scenario === undefined) usageError('saveWithoutScenario', {});
  return save;
}

function readParam(word: string): readonly [string, string] {
  const at = word.indexOf('=');
  // The input isn't echoed: it may contain a product key.
  if (at < 1) usageError('param', {});
  return [word.slice(0, at), word.slice(at + 1)];
}

function readLanguage(word: string | undefined): Language | null {
  if (word === undefined) return null;
  return languageNamed(word) ?? usageError('lang', { word, languages: LANGUAGES.join(', ') });
}

const languageNamed = (word: string): Language | undefined =>
  LANGUAGES.find((name) => name.toLowerCase() === word.toLowerCase());

/** Returns the language named anywhere on a command line, for errors about the command line itself. */
export function languageIn(argv: readonly string[]): Language | null {
  for (const [index, word] of argv.entries()) {
    const value = word === '--lang' ? argv[index + 1] : /^--lang=(.*)$/s.exec(word)?.[1];
    const language = languageNamed(value ?? '');
    if (language !== undefined) return language;
  }
  return null;
}

function noMore(positionals: readonly string[], most: number): void {
  const extra = positionals[most];
  if (extra !== undefined) usageError('extra', { word: extra });
}
