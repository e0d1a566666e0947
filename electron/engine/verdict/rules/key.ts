/** Verdicts on the product key of Windows. */
import type { FixId } from '@shared/catalog';
import { mayBeClientSetupKey } from '@shared/channels';
import { clientSetupKeyEndingIn } from '@shared/client-setup-keys';
import { verdictOfError } from '@shared/error-codes';
import { lookUp } from '@shared/look-up';
import { message, type Message } from '@shared/message';
import * as messages from '../../admin-instructions/messages';
import { isHostOnServer, isServer, ownSetupKey, type Assessment } from '../assessment';
import { withClockFirst } from '../clock';
import { aboutLastError } from '../about';
import { isRefusedByHyperV, lastError, remedyOfLastError, withRemedyFirst } from '../parameters';
import {
  CLIENT,
  CLIENT_OR_HOST,
  holdsIf,
  onLastError,
  WINDOWS,
  type RuleResult,
  type VerdictRules,
} from '../rule';

/** Parameters of sentences on the product key. */
export const keyParameters = {
  key: ({ licence }: Assessment) => licence?.partialProductKey ?? '',
  kind: ({ licence }: Assessment) => licence?.channel.class ?? 'other',
};

/** Returns the same as {@link ownSetupKey}; null if the edition isn't known. */
const knownSetupKey = (view: Assessment) => (view.snapshot.system.ok ? ownSetupKey(view) : null);

/** Editions without volume licensing, which neither a MAK nor KMS activates. */
const WITHOUT_VOLUME = { 'home-edition': 'Home', 'not-by-volume': 'NotByVolume' } as const;

/** Returns which of these editions this is; null if it's none of them or unknown. */
function withoutVolume(view: Assessment): 'Home' | 'NotByVolume' | null {
  const key = knownSetupKey(view);
  return key === null || key.ok ? null : (lookUp(WITHOUT_VOLUME, key.reason) ?? null);
}

const withoutVolumeNote = (view: Assessment): Message | null => {
  const which = withoutVolume(view);
  return which === null ? null : message(`verdicts.edition${which}`);
};

/** Returns the fixes for a key that isn't used with a KMS host. */
function fixesOfOtherKey(view: Assessment): readonly FixId[] {
  const kind = view.licence?.channel.class;
  if (kind === 'mak') {
    return [...withRemedyFirst(['activate-now', 'activate-by-phone'], view), 'return-to-kms'];
  }
  const key = knownSetupKey(view);
  if (key === null) return ['return-to-kms', 'install-mak'];
  const other: FixId = key.ok ? 'return-to-kms' : 'install-mak';
  return kind === 'avma' && isRefusedByHyperV(view)
    ? withRemedyFirst(['activate-now', other], view)
    : [other];
}

/**
 * Returns a note for the editions to which a subscription upgrades Pro. They are otherwise sold only by volume license
 * (docs/windows-facts.md).
 */
const subscriptionNote = ({ licence }: Assessment): Message | null =>
  licence?.channel.class === 'retail' && /^(?:Enterprise|Education)$/.test(licence.edition ?? '')
    ? message('verdicts.subscription')
    : null;

/** Whether this PC has its own key and, as far as can be seen, doesn't belong to an organization. */
function isAlone(view: Assessment): boolean {
  const { dnsClient } = view.snapshot;
  return (
    ['retail', 'oem'].includes(view.licence?.channel.class ?? '') &&
    knownSetupKey(view)?.ok === true &&
    dnsClient.ok &&
    dnsClient.value.adDomain === null &&
    !view.pathIsHealthy
  );
}

/** Whether Windows is an evaluation edition, according to its license. */
export const isEvaluation = ({ licence }: Assessment): boolean =>
  licence?.channel.class === 'evaluation';

/** Whether the installed key is the rejected one. It isn't if it's the public client setup key of this edition. */
function isKeyRejected(view: Assessment): RuleResult {
  const { licence } = view;
  if (licence === null || !mayBeClientSetupKey(licence.channel.class)) return 'certain';
  const installed = licence.partialProductKey;
  if (clientSetupKeyEndingIn(installed).length === 0) return 'certain';
  const own = knownSetupKey(view);
  if (own === null) return 'open';
  return holdsIf(!own.ok || !own.row.key.endsWith(installed));
}

/** Error codes of keys without activations left: SL_E_CHPA_MAXIMUM_UNLOCK_EXCEEDED and those of a MAK. */
const USED_UP: readonly number[] = [0xc004c008, 0xc004c020, 0xc004c021];

export const keyRules = {
  'no-product-key': {
    scope: WINDOWS,
    evaluate: (view) => (view.licenceRead ? holdsIf(view.licence === null) : 'open'),
    because: ['product-key-installed'],
    procedure: 'change-to-mak',
    fixes: ['return-to-kms', 'install-mak'],
    offers: (_, view) => withoutVolume(view) === null,
    note: withoutVolumeNote,
  },
  'product-key-rejected': {
    scope: WINDOWS,
    evaluate: (view, code) => {
      const result = onLastError()(view, code);
      if (result === 'no' || result === 'open') return result;
      const isRejected = isKeyRejected(view);
      return isRejected === 'certain' ? result : isRejected;
    },
    because: ['last-activation-error'],
    procedure: 'change-to-mak',
    fixes: ['install-mak', 'return-to-kms', 'install-kms-host-key', 'activate-by-phone'],
    fixesFor: (view) => {
      if (isHostOnServer(view)) return ['install-kms-host-key', 'activate-by-phone'];
      // SL_E_MISMATCHED_PRODUCT_SKU: the key belongs to another edition.
      return view.lastError === 0xc004f069
        ? ['return-to-kms', 'install-mak']
        : ['install-mak', 'return-to-kms'];
    },
    about: aboutLastError,
    // No key activates an evaluation edition, and no organization has a key for editions without volume licensing.
    offers: (_, view) => !isEvaluation(view) && withoutVolume(view) === null,
    note: withoutVolumeNote,
    message: (view) => {
      if (isEvaluation(view)) return messages.evaluationEdition(view);
      return withoutVolume(view) === null ? messages.productKeyRejected(view) : null;
    },
    summary: (view) => {
      if (view.role !== 'kms-host') return 'summary';
      if (!isHostOnServer(view)) return 'summaryHostKeyOnClient';
      return USED_UP.includes(view.lastError ?? 0) ? 'summaryHostUsedUp' : 'summaryHost';
    },
    say: { key: keyParameters.key, error: lastError },
  },
  'evaluation-edition': {
    scope: CLIENT_OR_HOST,
    evaluate: ({ role, licence }) => {
      if (role === 'unknown') return 'open';
      return holdsIf(licence?.channel.class === 'evaluation' && !licence.licensed);
    },
    because: ['product-key-channel', 'licence-status'],
    procedure: 'change-to-mak',
    fixes: [],
    message: messages.evaluationEdition,
    summary: (view) => (isServer(view) ? 'summaryServer' : 'summary'),
  },
  'not-a-kms-client': {
    scope: CLIENT,
    evaluate: (view) => {
      const { licence } = view;
      if (view.role === 'unknown') return 'open';
      if (licence === null || licence.licensed) return 'no';
      return holdsIf(
        ['retail', 'oem', 'avma', 'mak'].includes(licence.channel.class) &&
          verdictOfError(view.lastError) !== 'product-key-rejected',
      );
    },
    because: ['product-key-channel', 'licence-status'],
    procedure: 'change-to-mak',
    fixes: ['sync-clock', 'activate-now', 'activate-by-phone', 'return-to-kms', 'install-mak'],
    fixesFor: (view) => withClockFirst(fixesOfOtherKey(view), view),
    offers: (fix, view) => fix === 'sync-clock' || withoutVolume(view) === null,
    note: (view) => remedyOfLastError(view) ?? subscriptionNote(view),
    summary: (view) => {
      const which = withoutVolume(view);
      if (which !== null) return `summary${which}`;
      return isAlone(view) ? 'summaryAlone' : 'summary';
    },
    say: keyParameters,
  },
} satisfies Partial<VerdictRules>;
