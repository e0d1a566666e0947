/** Checklist item 15: every URL that the program opens in a browser. */
import { PROCEDURES, type ProcedureId } from '@shared/catalog';
import { CLIENT_SETUP_KEYS_PAGE } from '@shared/client-setup-keys';
import { ERROR_CODES_PAGE } from '@shared/error-codes';
import type { LinkId } from '@shared/ipc';

const articles = Object.fromEntries(PROCEDURES.map(({ id, article }) => [id, article])) as Readonly<
  Record<ProcedureId, string>
>;

/** All URLs that the program opens: pages of Microsoft's documentation. */
export const LINKS: Readonly<Record<LinkId, string>> = {
  ...articles,
  'error-codes': ERROR_CODES_PAGE,
  'client-setup-keys': CLIENT_SETUP_KEYS_PAGE,
};
