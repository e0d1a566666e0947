/**
 * Every fix. Parameters have their schemas in `shared/fix-parameters.ts`, plans in `electron/engine/fixes/`,
 * titles, risks and ways back in the locale files under `fixes.<id>`.
 */
import type { ProcedureId } from './procedures';

/** What a fix is, without its plan. */
export interface FixDefinition {
  readonly id: FixId;
  /** The article's procedure that does the same by hand; null for the two that the article lacks. */
  readonly procedure: ProcedureId | null;
  /** Whether it can be had on target `network`, where there is no Windows to change. */
  readonly withoutWindows: 'yes' | 'no';
  /** Which computer it is done on: `client` this PC; otherwise this PC only if it has that role, else as a text to hand over. */
  readonly doneOn: 'this-pc' | 'kms-host' | 'dns-server';
  /** `low`: one setting, undone exactly. `medium`: changes how Windows is licensed, or all its name resolution. `high`: changes the machine's role. */
  readonly risk: 'low' | 'medium' | 'high';
}

export const FIX_IDS = [
  'install-mak',
  'return-to-kms',
  'install-kms-host-key',
  'open-kms-firewall',
  'set-dns-publishing',
  'test-routing',
  'flush-dns-cache',
  'set-dns-servers',
  'add-dns-suffix',
  'create-srv-record',
  'assign-kms-host',
  'return-to-auto-discovery',
  'set-lookup-domain',
  'set-publish-list',
  'restart-licensing-service',
  'activate-now',
  'allow-kms-activation',
  'activate-by-phone',
  'sync-clock',
] as const;

/** Id of a fix. */
export type FixId = (typeof FIX_IDS)[number];

const fix = (
  id: FixId,
  procedure: ProcedureId | null,
  doneOn: FixDefinition['doneOn'],
  risk: FixDefinition['risk'],
  withoutWindows: FixDefinition['withoutWindows'] = 'no',
): FixDefinition => ({ id, procedure, doneOn, risk, withoutWindows });

export const FIXES: readonly FixDefinition[] = [
  fix('install-mak', 'change-to-mak', 'this-pc', 'medium'),
  fix('return-to-kms', 'change-to-mak', 'this-pc', 'medium'),
  fix('install-kms-host-key', 'configure-kms-host', 'kms-host', 'high'),
  fix('open-kms-firewall', 'configure-kms-host', 'kms-host', 'low', 'yes'),
  fix('set-dns-publishing', 'check-kms-host', 'kms-host', 'low'),
  fix('test-routing', 'find-routing-issue', 'this-pc', 'low'),
  fix('flush-dns-cache', 'check-dns-configuration', 'this-pc', 'low'),
  fix('set-dns-servers', 'check-dns-configuration', 'this-pc', 'medium'),
  fix('add-dns-suffix', 'publish-in-multiple-domains', 'this-pc', 'low'),
  fix('create-srv-record', 'create-srv-record', 'dns-server', 'low', 'yes'),
  fix('assign-kms-host', 'assign-kms-host', 'this-pc', 'low'),
  fix('return-to-auto-discovery', 'assign-kms-host', 'this-pc', 'low'),
  fix('set-lookup-domain', 'publish-in-multiple-domains', 'this-pc', 'low'),
  fix('set-publish-list', 'publish-in-multiple-domains', 'kms-host', 'low'),
  fix('restart-licensing-service', 'check-kms-host', 'kms-host', 'low', 'yes'),
  fix('activate-now', 'assign-kms-host', 'this-pc', 'low'),
  fix('allow-kms-activation', 'change-to-mak', 'this-pc', 'low'),
  fix('activate-by-phone', 'change-to-mak', 'this-pc', 'medium'),
  fix('sync-clock', null, 'this-pc', 'low'),
];

const RISKS: readonly FixDefinition['risk'][] = ['low', 'medium', 'high'];

/** Fixes with the least invasive ones first; equals stay in their order. */
export const leastInvasiveFirst = (fixes: readonly FixId[]): readonly FixId[] =>
  [...fixes].sort(
    (one, other) =>
      RISKS.indexOf(fixDefinition(one).risk) - RISKS.indexOf(fixDefinition(other).risk),
  );

const byId = new Map(FIXES.map((definition) => [definition.id, definition]));

/** The definition of a fix. */
export function fixDefinition(id: FixId): FixDefinition {
  const found = byId.get(id);
  if (found === undefined) throw new Error(`No fix is called ${id}`);
  return found;
}

/** Whether a text is the id of a fix. */
export function isFixId(text: string): text is FixId {
  return byId.has(text as FixId);
}
