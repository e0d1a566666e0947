/**
 * Stub NSIS plug-ins. electron-builder's script calls some that Debian doesn't have. makensis only
 * checks the names that a plug-in exports, so stubs are enough to test whether the installer
 * compiles.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILE_ALIGNMENT = 0x200;
const SECTION = 0x1000;
const HEADERS = 0x200;

/** Returns a 32-bit DLL with one section that exports these names as no-op functions. */
function dll(name: string, functions: readonly string[]): Buffer {
  const names = [...functions].sort();
  const strings: Buffer[] = [];
  // Layout: code (one `ret`), export directory, three tables, strings.
  const directory = 0x10;
  const addresses = directory + 40;
  const pointers = addresses + 4 * names.length;
  const ordinals = pointers + 4 * names.length;
  let next = ordinals + 2 * names.length;
  const place = (text: string): number => {
    const at = next;
    const bytes = Buffer.from(`${text}\0`, 'latin1');
    strings.push(bytes);
    next += bytes.length;
    return SECTION + at;
  };
  const dllName = place(name);
  const nameAt = names.map(place);
  const size = Math.ceil(next / FILE_ALIGNMENT) * FILE_ALIGNMENT;
  const section = Buffer.alloc(size);
  section.writeUInt8(0xc3, 0);
  section.writeUInt32LE(dllName, directory + 12);
  section.writeUInt32LE(1, directory + 16);
  section.writeUInt32LE(names.length, directory + 20);
  section.writeUInt32LE(names.length, directory + 24);
  section.writeUInt32LE(SECTION + addresses, directory + 28);
  section.writeUInt32LE(SECTION + pointers, directory + 32);
  section.writeUInt32LE(SECTION + ordinals, directory + 36);
  names.forEach((_name, index) => {
    section.writeUInt32LE(SECTION, addresses + 4 * index);
    section.writeUInt32LE(nameAt[index] ?? 0, pointers + 4 * index);
    section.writeUInt16LE(index, ordinals + 2 * index);
  });
  Buffer.concat(strings).copy(section, ordinals + 2 * names.length);

  const head = Buffer.alloc(HEADERS);
  head.write('MZ', 0, 'latin1');
  head.writeUInt32LE(0x40, 0x3c);
  head.write('PE\0\0', 0x40, 'latin1');
  head.writeUInt16LE(0x14c, 0x44); // i386
  head.writeUInt16LE(1, 0x46); // sections
  head.writeUInt16LE(0xe0, 0x54); // size of the optional header
  head.writeUInt16LE(0x2102, 0x56); // a 32-bit DLL
  const optional = 0x58;
  head.writeUInt16LE(0x10b, optional);
  head.writeUInt32LE(SECTION, optional + 20);
  head.writeUInt32LE(0x10000000, optional + 28);
  head.writeUInt32LE(SECTION, optional + 32);
  head.writeUInt32LE(FILE_ALIGNMENT, optional + 36);
  head.writeUInt16LE(4, optional + 48);
  head.writeUInt32LE(SECTION + Math.ceil(size / SECTION) * SECTION, optional + 56);
  head.writeUInt32LE(HEADERS, optional + 60);
  head.writeUInt16LE(2, optional + 68);
  head.writeUInt32LE(16, optional + 92);
  head.writeUInt32LE(SECTION + directory, optional + 96);
  head.writeUInt32LE(size - directory, optional + 100);
  const table = optional + 0xe0;
  head.write('.text', table, 'latin1');
  head.writeUInt32LE(size, table + 8);
  head.writeUInt32LE(SECTION, table + 12);
  head.writeUInt32LE(size, table + 16);
  head.writeUInt32LE(HEADERS, table + 20);
  head.writeUInt32LE(0x60000020, table + 36);
  return Buffer.concat([head, section]);
}

/**
 * Writes a stub for each plug-in that scripts in a folder call and makensis doesn't have.
 * @param scripts folder with the scripts
 * @param known folder with makensis's own plug-ins
 * @param folder output folder
 * @returns names of the stubs
 */
export function writePlugins(scripts: string, known: string, folder: string): readonly string[] {
  const has = new Set(readdirSync(known).map((name) => name.toLowerCase()));
  const calls = new Map<string, Set<string>>();
  for (const name of readdirSync(scripts, { recursive: true, encoding: 'utf8' })) {
    if (!/\.ns[ih]$/.test(name)) continue;
    const text = readFileSync(path.join(scripts, name), 'utf8');
    for (const [, plugin = '', method = ''] of text.matchAll(/^\s*([A-Za-z0-9]+)::(\w+)/gm)) {
      if (has.has(`${plugin.toLowerCase()}.dll`)) continue;
      calls.set(plugin, (calls.get(plugin) ?? new Set()).add(method));
    }
  }
  for (const [plugin, methods] of calls) {
    writeFileSync(path.join(folder, `${plugin}.dll`), dll(`${plugin}.dll`, [...methods]));
  }
  return [...calls.keys()];
}
