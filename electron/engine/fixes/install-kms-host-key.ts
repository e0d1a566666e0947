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
 * Installs a KMS host key. On a PC that is no KMS host and was given no key, or whose Windows cannot be one, it is a
 * text for the administrator of the one that is.
 */
export const installKmsHostKey = defineFix({
  // On another computer than the KMS host this is a text to hand over, which needs neither key nor name.
  parameters: z.strictObject({
    productKey: optional('secret', readIssuedKey('kmsHost'), null, { neededOnKmsHost: true }),
    confirm: optional('text', readConfirm, null, { neededOnKmsHost: true }),
    activate,
  }),
  async plan({ values: { productKey, confirm, activate }, view, facts }) {
    const isAsked = productKey !== null || confirm !== null;
    if (view.role !== 'kms-host' && !(isAsked && canBeKmsHost(view))) {
      return { changes: [], handover: adminInstructions('install-kms-host-key', view) };
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
        ...(activate ? [{ kind: 'activation' } as const] : []),
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

/** Editions of a client Windows that take a host key: those that are licensed by volume ("Plan for KMS activation"). */
const HOST_EDITIONS = /^(?:Professional|Enterprise|Education)/i;

/** Datacenter: Azure Edition, which Azure activates: the one server that takes none (the same page). */
const NO_HOST_EDITION = /^ServerTurbine/i;

/** Whether this Windows can be a KMS host at all; so it may be where that could not be read. */
function canBeKmsHost({ licence, snapshot: { system } }: Assessment): boolean {
  const edition = licence?.edition ?? null;
  if (!system.ok || edition === null) return true;
  return system.value.server ? !NO_HOST_EDITION.test(edition) : HOST_EDITIONS.test(edition);
}

/** The computer's name, typed to confirm. */
function readConfirm(raw: unknown): Parsed<string> {
  if (typeof raw !== 'string' || raw.trim() === '') return refused('parameters.problems.confirm');
  return raw.trim().length > 63
    ? refused('parameters.problems.tooLong', { max: 63 })
    : accepted(raw.trim());
}
