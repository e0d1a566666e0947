/** The words of the installer, made of shared/locales: NSIS reads neither JSON nor our placeholders. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './bundle.mjs';

/** Our languages, and NSIS' names of them. */
const LANGUAGES = { en: 'ENGLISH', 'zh-TW': 'TRADCHINESE' };

/** The names of the words in build/installer.nsh, and their keys. */
const WORDS = {
  kmsOneOffTitle: 'package.oneOffTitle',
  kmsOneOffSubtitle: 'package.oneOffSubtitle',
  kmsOneOffText: 'package.oneOffText',
  kmsOneOffTick: 'package.oneOffTick',
  kmsOneOffWaits: 'package.oneOffWaits',
  kmsRemoveJournal: 'package.removeJournal',
};

/**
 * @param {unknown} texts
 * @param {string} key
 * @returns {string}
 */
function textOf(texts, key) {
  const found = key
    .split('.')
    .reduce(
      (level, name) =>
        typeof level === 'object' && level !== null
          ? /** @type {Record<string, unknown>} */ (level)[name]
          : undefined,
      texts,
    );
  if (typeof found !== 'string') throw new Error(`shared/locales has no text ${key}.`);
  return found;
}

/**
 * A text as a string of NSIS.
 * @param {string} text
 */
function quoted(text) {
  const escaped = text
    .replaceAll('$', '$$$$')
    .replaceAll('"', '$\\"')
    .replaceAll('\n', '$\\r$\\n')
    .replaceAll('{{folder}}', '$APPDATA\\KMS Doctor');
  return `"${escaped}"`;
}

/** The macro that defines them. */
async function words() {
  const lines = [];
  for (const [language, name] of Object.entries(LANGUAGES)) {
    /** @type {unknown} */
    const texts = JSON.parse(
      await readFile(path.join(root, `shared/locales/${language}.json`), 'utf8'),
    );
    for (const [word, key] of Object.entries(WORDS)) {
      lines.push(`  LangString ${word} \${LANG_${name}} ${quoted(textOf(texts, key))}`);
    }
  }
  return ['!macro kmsDoctorWords', ...lines, '!macroend'];
}

/**
 * Writes `installer.nsh`: those words, and build/installer.nsh.
 * @param {string} folder
 */
export async function writeInstallerInclude(folder) {
  const own = path.join(root, 'build/installer.nsh');
  const lines = [...(await words()), `!include "${own}"`, ''];
  await writeFile(path.join(folder, 'installer.nsh'), lines.join('\n'));
}
