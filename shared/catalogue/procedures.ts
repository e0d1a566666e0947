/**
 * The nine procedures of Microsoft's article "Common troubleshooting procedures for KMS and DNS issues",
 * in the article's order. Locale files name them under `procedures.<id>`: `article` as the
 * article does, `title` by what a card of the window is about.
 */

const ARTICLE =
  'https://learn.microsoft.com/windows-server/get-started/common-troubleshooting-procedures-kms-dns';

/** One procedure of the article. */
export interface Procedure {
  readonly id: ProcedureId;
  /** The section of Microsoft's article, as a link. */
  readonly article: string;
  /** Where the procedure is carried out. The article names the computer in the text of each. */
  readonly runsOn: 'client' | 'kms-host' | 'dns-server';
  /** What the article says to try next when this procedure finds a problem, in its order. */
  readonly leadsTo: readonly ProcedureId[];
}

/** The id of every procedure, in the article's order. */
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

/** Id of one of the article's nine procedures. */
export type ProcedureId = (typeof PROCEDURE_IDS)[number];

/** Every procedure, in the article's order. */
export const PROCEDURES: readonly Procedure[] = [
  {
    id: 'change-to-mak',
    article: `${ARTICLE}#change-the-product-key-to-an-mak`,
    runsOn: 'client',
    leadsTo: [],
  },
  {
    id: 'configure-kms-host',
    article: `${ARTICLE}#configure-a-kms-host-for-the-clients-to-activate-against`,
    runsOn: 'kms-host',
    leadsTo: [],
  },
  {
    id: 'check-dns-connectivity',
    article: `${ARTICLE}#verify-basic-ip-connectivity-to-the-dns-server`,
    runsOn: 'client',
    leadsTo: [],
  },
  {
    id: 'check-kms-host',
    article: `${ARTICLE}#verify-the-configuration-of-the-kms-host`,
    runsOn: 'kms-host',
    leadsTo: ['create-srv-record'],
  },
  {
    id: 'find-routing-issue',
    article: `${ARTICLE}#determine-the-type-of-routing-issue`,
    runsOn: 'client',
    leadsTo: ['assign-kms-host', 'check-dns-configuration'],
  },
  {
    id: 'check-dns-configuration',
    article: `${ARTICLE}#verify-the-dns-configuration`,
    runsOn: 'client',
    leadsTo: ['assign-kms-host', 'publish-in-multiple-domains'],
  },
  {
    id: 'create-srv-record',
    article: `${ARTICLE}#manually-create-a-kms-srv-record`,
    runsOn: 'dns-server',
    leadsTo: [],
  },
  {
    id: 'assign-kms-host',
    article: `${ARTICLE}#manually-assign-a-kms-host-to-a-kms-client`,
    runsOn: 'client',
    leadsTo: [],
  },
  {
    id: 'publish-in-multiple-domains',
    article: `${ARTICLE}#configure-the-kms-host-to-publish-in-multiple-dns-domains`,
    runsOn: 'kms-host',
    leadsTo: [],
  },
];
