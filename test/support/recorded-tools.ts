/** Output of Windows' own tools on real PCs (test/data/recorded/), encoded as by their consoles. */
import iconv from 'iconv-lite';
import { z } from 'zod';
import ping from '../data/recorded/ping.json';
import registry from '../data/recorded/registry.json';
import tools from '../data/recorded/tools.json';

const schema = z.array(
  z.object({
    /** Null if it isn't known. */
    exitCode: z.int().nullable(),
    what: z.string(),
    language: z.string(),
    text: z.string(),
    stderr: z.string().default(''),
  }),
);

/** One run of a tool. */
export type RecordedRun = z.infer<typeof schema>[number];

const FILES = { ping, registry, tools };

/** Returns the content of a file in test/data/recorded/. */
function recordedRuns(name: keyof typeof FILES): readonly RecordedRun[] {
  return schema.parse(FILES[name]);
}

/** Returns the tool run whose description contains this text. */
export function recordedRun(what: string, language?: string): RecordedRun {
  const all = [...recordedRuns('tools'), ...recordedRuns('registry')];
  const found = all.find(
    (run) => run.what.includes(what) && (language === undefined || run.language === language),
  );
  if (found === undefined) throw new Error(`nothing recorded: ${what} ${language ?? ''}`);
  return found;
}

/**
 * The OEM code page of each Windows language
 * (https://learn.microsoft.com/windows/win32/intl/code-page-identifiers).
 */
export const OEM_CODE_PAGES: ReadonlyMap<string, string> = new Map([
  ['en', 'cp437'],
  ['de', 'cp850'],
  ['fr', 'cp850'],
  ['es', 'cp850'],
  ['it', 'cp850'],
  ['pt-BR', 'cp850'],
  ['el', 'cp737'],
  ['ru', 'cp866'],
  ['ja', 'cp932'],
  ['zh-CN', 'cp936'],
  ['zh-TW', 'cp950'],
]);

/** Encodes a text as a console of that language prints it; UTF-8 for other or several languages. */
export function consoleBytes(text: string, language: string): Buffer {
  const page = OEM_CODE_PAGES.get(language) ?? 'utf8';
  return iconv.encode(text.replace(/\r?\n/g, '\r\n'), page);
}

/** A recorded ping and its result. */
export interface RecordedPing extends RecordedRun {
  readonly bytes: Buffer;
  /** The address that replied, or else one that didn't. */
  readonly asked: string;
  /** Whether that address replied, as judged by a human reader. */
  readonly replied: boolean;
}

/** Addresses that replied in recorded pings, by part of the output. */
const REPLIED: readonly [part: string, address: string][] = [
  ['octets=32 temps=16 ms TTL=243', '192.168.10.2'],
  ['=5ms TTL=57', '1.1.1.1'],
  ['TTL=255', '192.168.1.1'],
  ['fe80::a1b2:c3d4:e5f6:1%12: ', 'fe80::a1b2:c3d4:e5f6:1%12'],
  ['2001:db8::1: time=12ms', '2001:db8::1'],
  ['Zeit=12ms TTL=117', '8.8.8.8'],
];

/** Returns all recorded pings. */
export function recordedPings(): readonly RecordedPing[] {
  return recordedRuns('ping').map((run) => {
    const reply = REPLIED.find(([part]) => run.text.includes(part));
    return {
      ...run,
      bytes: consoleBytes(run.text, run.language),
      asked: reply?.[1] ?? '192.168.10.99',
      replied: reply !== undefined,
    };
  });
}
