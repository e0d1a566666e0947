/**
 * The nine procedures of Microsoft's article "Common troubleshooting procedures for KMS and DNS issues", in the
 * article's order. Locale files name them under `procedures.<id>`: `article` has the article's name, `title` the topic
 * of the card in the window.
 */

const ARTICLE =
  'https://learn.microsoft.com/windows-server/get-started/common-troubleshooting-procedures-kms-dns';

const table = {
  'change-to-mak': { runsOn: 'client', section: 'change-the-product-key-to-an-mak' },
  'configure-kms-host': {
    runsOn: 'kms-host',
    section: 'configure-a-kms-host-for-the-clients-to-activate-against',
  },
  'check-dns-connectivity': {
    runsOn: 'client',
    section: 'verify-basic-ip-connectivity-to-the-dns-server',
  },
  'check-kms-host': { runsOn: 'kms-host', section: 'verify-the-configuration-of-the-kms-host' },
  'find-routing-issue': { runsOn: 'client', section: 'determine-the-type-of-routing-issue' },
  'check-dns-configuration': { runsOn: 'client', section: 'verify-the-dns-configuration' },
  'create-srv-record': { runsOn: 'dns-server', section: 'manually-create-a-kms-srv-record' },
  'assign-kms-host': { runsOn: 'client', section: 'manually-assign-a-kms-host-to-a-kms-client' },
  'publish-in-multiple-domains': {
    runsOn: 'kms-host',
    section: 'configure-the-kms-host-to-publish-in-multiple-dns-domains',
  },
} as const;

/** ID of one of the article's nine procedures. */
export type ProcedureId = keyof typeof table;

/** The ID of every procedure, in the article's order. */
export const PROCEDURE_IDS = Object.keys(table) as readonly ProcedureId[];

/** One procedure of the article. */
export interface Procedure {
  readonly id: ProcedureId;
  /** Link to the section of Microsoft's article. */
  readonly article: string;
  /** Computer on which the procedure is carried out. The article names it in the text of each procedure. */
  readonly runsOn: 'client' | 'kms-host' | 'dns-server';
}

/** Every procedure, in the article's order. */
export const PROCEDURES: readonly Procedure[] = PROCEDURE_IDS.map((id) => ({
  id,
  article: `${ARTICLE}#${table[id].section}`,
  runsOn: table[id].runsOn,
}));
