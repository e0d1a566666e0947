/** `list`: the catalog. */
import { CHECKS, FIXES, PROCEDURES, VERDICT_CODES } from '@shared/catalog';
import { translator, type Translate } from '@shared/i18n';
import type { CatalogName, Command } from './options';
import { writeJson, writeLines } from './console';
import type { CommandContext } from './context';
import { padColumns } from '../report/terminal';

type Row = { readonly id: string; readonly title: string } & Readonly<Record<string, unknown>>;

async function rowsOf(what: CatalogName, t: Translate): Promise<readonly Row[]> {
  switch (what) {
    case 'procedures':
      return PROCEDURES.map(({ id, article, runsOn }) => ({
        id,
        title: t(`procedures.${id}.article`),
        article,
        runsOn,
      }));
    case 'checks':
      return CHECKS.map(({ id, procedure }) => ({ id, title: t(`checks.${id}.title`), procedure }));
    case 'fixes':
      return FIXES.map(({ id, procedure, risk }) => ({
        id,
        title: t(`fixes.${id}.title`),
        procedure,
        risk,
      }));
    case 'verdicts': {
      // Loading the verdict rules takes longer than everything else here.
      const { VERDICT_RULES } = await import('@engine/verdict/verdict');
      return VERDICT_CODES.map((id) => {
        const { procedure, fixes } = VERDICT_RULES[id];
        return { id, title: t(`verdicts.${id}.name`), procedure, fixes };
      });
    }
  }
}

/**
 * Prints one section of the catalog.
 *
 * @returns the exit code
 */
export async function list(
  { what, json }: Extract<Command, { command: 'list' }>,
  { stdout, language }: CommandContext,
): Promise<number> {
  const rows = await rowsOf(what, translator(language));
  if (json) {
    writeJson(stdout, { schema: `kms-doctor/${what}@1`, [what]: rows });
    return 0;
  }
  const width = Math.max(...rows.map(({ id }) => id.length)) + 2;
  writeLines(
    stdout,
    rows.map(({ id, title }) => `${padColumns(id, width)}${title}`),
  );
  return 0;
}
