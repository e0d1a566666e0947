/**
 * Every fix. Its parameters and plan are in `electron/engine/fixes/`; its title, risk and undo description are in the
 * locale files under `fixes.<id>`.
 */
import type { ProcedureId } from './procedures';

/** Definition of a fix, without its plan. */
export interface FixDefinition {
  /** The article's procedure for doing the same manually; null if the article has none. */
  readonly procedure: ProcedureId | null;
  /**
   * `low`: one setting, undone exactly. `medium`: changes how Windows is licensed, or all its name resolution. `high`:
   * changes the machine's role.
   */
  readonly risk: 'low' | 'medium' | 'high';
  /** Whether the fix is also available on target `network`, which has no Windows to change. */
  readonly withoutWindows?: true;
}

const table = {
  'install-mak': { procedure: 'change-to-mak', risk: 'medium' },
  'return-to-kms': { procedure: 'change-to-mak', risk: 'medium' },
  'install-kms-host-key': { procedure: 'configure-kms-host', risk: 'high' },
  'open-kms-firewall': { procedure: 'configure-kms-host', risk: 'low', withoutWindows: true },
  'set-dns-publishing': { procedure: 'check-kms-host', risk: 'low' },
  'test-routing': { procedure: 'find-routing-issue', risk: 'low' },
  'flush-dns-cache': { procedure: 'check-dns-configuration', risk: 'low' },
  'set-dns-servers': { procedure: 'check-dns-configuration', risk: 'medium' },
  'add-dns-suffix': { procedure: 'publish-in-multiple-domains', risk: 'low' },
  'create-srv-record': { procedure: 'create-srv-record', risk: 'low', withoutWindows: true },
  'assign-kms-host': { procedure: 'assign-kms-host', risk: 'low' },
  'return-to-auto-discovery': { procedure: 'assign-kms-host', risk: 'low' },
  'set-lookup-domain': { procedure: 'publish-in-multiple-domains', risk: 'low' },
  'set-publish-list': { procedure: 'publish-in-multiple-domains', risk: 'low' },
  'restart-licensing-service': { procedure: 'check-kms-host', risk: 'low', withoutWindows: true },
  'activate-now': { procedure: 'assign-kms-host', risk: 'low' },
  'allow-kms-activation': { procedure: 'change-to-mak', risk: 'low' },
  'activate-by-phone': { procedure: 'change-to-mak', risk: 'medium' },
  'sync-clock': { procedure: null, risk: 'low' },
} as const satisfies Readonly<Record<string, FixDefinition>>;

/** ID of a fix. */
export type FixId = keyof typeof table;

/** The ID of every fix. */
export const FIX_IDS = Object.keys(table) as readonly FixId[];

/** Every fix. */
export const FIXES: readonly (FixDefinition & { readonly id: FixId })[] = FIX_IDS.map((id) => ({
  id,
  ...table[id],
}));

/** Returns the definition of a fix. */
export const fixDefinition = (id: FixId): FixDefinition => table[id];

/** Whether a text is the ID of a fix. */
export const isFixId = (text: string): text is FixId => Object.hasOwn(table, text);

const RISKS: readonly FixDefinition['risk'][] = ['low', 'medium', 'high'];

/** Sorts fixes from least to most invasive; the sort is stable. */
export const leastInvasiveFirst = (fixes: readonly FixId[]): readonly FixId[] =>
  [...fixes].sort(
    (one, other) =>
      RISKS.indexOf(fixDefinition(one).risk) - RISKS.indexOf(fixDefinition(other).risk),
  );
