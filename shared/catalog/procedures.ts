/**
 * The nine procedures of Microsoft's article "Common troubleshooting procedures for KMS and DNS issues", in the
 * article's order. Locale files name them under `procedures.<id>`: `article` has the article's name, `title` the topic
 * of the card in the window.
 */

const ARTICLE =
  'https://learn.microsoft.com/windows-server/get-started/common-troubleshooting-procedures-kms-dns';

/** One procedure of the article. */
export interface Procedure {
  readonly id: ProcedureId;
  /** Link to the section of Microsoft's article. */
  readonly article: string;
  /** Computer on which the procedure is carried out. The article names it in the text of each procedure. */
  readonly runsOn: 'client' | 'kms-host' | 'dns-server';
}

/** The ID of every procedure, in the article's order. */
export const PROCEDURE_IDS = [
  'change-to-mak',
  'configure-kms-host',
  'check-dns-connectivity',
  'check-kms-host',
  'find-routing-issue',
  'check-dns-configuration',
  'create-srv-record',
  'assign-kms-host',
  'publish-in-multiple-domains',
] as const;

/** ID of one of the article's nine procedures. */
export type ProcedureId = (typeof PROCEDURE_IDS)[number];

/** Every procedure, in the article's order. */
export const PROCEDURES: readonly Procedure[] = [
  {
    id: 'change-to-mak',
    article: `${ARTICLE}#change-the-product-key-to-an-mak`,
    runsOn: 'client',
  },
  {
    id: 'configure-kms-host',
    article: `${ARTICLE}#configure-a-kms-host-for-the-clients-to-activate-against`,
    runsOn: 'kms-host',
  },
  {
    id: 'check-dns-connectivity',
    article: `${ARTICLE}#verify-basic-ip-connectivity-to-the-dns-server`,
    runsOn: 'client',
  },
  {
    id: 'check-kms-host',
    article: `${ARTICLE}#verify-the-configuration-of-the-kms-host`,
    runsOn: 'kms-host',
  },
  {
    id: 'find-routing-issue',
    article: `${ARTICLE}#determine-the-type-of-routing-issue`,
    runsOn: 'client',
  },
  {
    id: 'check-dns-configuration',
    article: `${ARTICLE}#verify-the-dns-configuration`,
    runsOn: 'client',
  },
  {
    id: 'create-srv-record',
    article: `${ARTICLE}#manually-create-a-kms-srv-record`,
    runsOn: 'dns-server',
  },
  {
    id: 'assign-kms-host',
    article: `${ARTICLE}#manually-assign-a-kms-host-to-a-kms-client`,
    runsOn: 'client',
  },
  {
    id: 'publish-in-multiple-domains',
    article: `${ARTICLE}#configure-the-kms-host-to-publish-in-multiple-dns-domains`,
    runsOn: 'kms-host',
  },
];
