import { z } from 'zod';
import { accepted, refused, type Parsed } from '@shared/host-input';
import { canonicalName } from '@shared/names';
import { lastFiveOf } from '@shared/product-key';
import { adminInstructions } from '../admin-instructions/kms-host';
import type { Assessment } from '../verdict/assessment';
import { readIssuedKey } from '../parameter-readers';
import { activate, optional } from './parameters';
import { defineFix, wrongParameter } from './plan';

/**
 * Installs a KMS host key. On a PC that isn't a KMS host, the fix becomes instructions for the administrator of the KMS
 * host, unless a key or a confirmation is given and this edition of Windows can be a KMS host.
 */
export const installKmsHostKey = defineFix({
  // Except on the KMS host, this produces instructions to hand over, which need neither a key nor a name.
  parameters: z.strictObject({
    productKey: optional('secret', readIssuedKey('kmsHost'), null, { neededOnKmsHost: true }),
    confirm: optional('text', readConfirm, null, { neededOnKmsHost: true }),
    activate,
  }),
  async plan({ values: { productKey, confirm, activate }, view, facts }) {
    const isAsked = productKey !== null || confirm !== null;
    if (view.role !== 'kms-host' && !(isAsked && canBeKmsHost(view))) {
      return { handover: adminInstructions('install-kms-host-key', view) };
    }
    if (productKey === null) return wrongParameter('productKey', { key: 'keys.problem.empty' });
    if (confirm === null) return wrongParameter('confirm', { key: 'parameters.problems.confirm' });
    const { name: computer } = await facts.system();
    if (canonicalName(confirm) !== canonicalName(computer)) {
      const params = { computer };
      return wrongParameter('confirm', { key: 'parameters.problems.confirmWrong', params });
    }
    const partialProductKey = lastFiveOf(productKey);
    return {
      changes: [
        { kind: 'product-key', partialProductKey, purpose: 'kms-host' },
        activate && { kind: 'activation' },
      ],
      secrets: { productKey },
      warnings: [
        view.role !== 'kms-host' && {
          key: 'fixes.warnings.becomesKmsHost',
          params: { computer },
        },
      ],
    };
  },
});

/** Client editions that accept a host key: the volume licensed ones (Microsoft: "Plan for KMS activation"). */
const HOST_EDITIONS = /^(?:Professional|Enterprise|Education)/i;

/** Datacenter: Azure Edition, activated by Azure: the only server edition that doesn't accept one (same page). */
const NO_HOST_EDITION = /^ServerTurbine/i;

/** Whether this edition of Windows can be a KMS host; true if the edition couldn't be read. */
function canBeKmsHost({ licence, snapshot: { system } }: Assessment): boolean {
  const edition = licence?.edition ?? null;
  if (!system.ok || edition === null) return true;
  return system.value.server ? !NO_HOST_EDITION.test(edition) : HOST_EDITIONS.test(edition);
}

/** Reads the computer name that the user types to confirm. */
function readConfirm(raw: unknown): Parsed<string> {
  if (typeof raw !== 'string' || raw.trim() === '') return refused('parameters.problems.confirm');
  return raw.trim().length > 63
    ? refused('parameters.problems.tooLong', { max: 63 })
    : accepted(raw.trim());
}
