import { FIX_IDS } from '@shared/catalog';
import { translator } from '@shared/i18n';
import type { ChangeKind } from '@engine/changes';
import { afterEach, describe, expect, it } from 'vitest';
import { Bench, interceptChanges, CHANGES, comparable, type ChangeMethod } from './fix-harness';
import { FIX_CASES, nameOf, scenarioOf } from './fix-cases';
import { licensing } from './fixtures';

interface PlanDocument {
  readonly changes: readonly {
    readonly kind: ChangeKind;
    readonly title: string;
    readonly byHand: string;
    readonly undoable: boolean;
  }[];
}

/** Returns the names, addresses and numbers in the arguments of a call, and only the last part of a product key. */
function wordsIn(args: readonly unknown[]): string[] {
  return args.flatMap((arg): string[] => {
    if (typeof arg === 'string')
      return [/^([A-Z0-9]{5}-){4}[A-Z0-9]{5}$/.test(arg) ? arg.slice(-5) : arg];
    if (typeof arg === 'number') return [String(arg)];
    if (arg === null || typeof arg !== 'object' || arg instanceof AbortSignal) return [];
    return wordsIn(Object.values(arg));
  });
}

/** Values that manual commands express differently. */
const NOT_TYPED = new Set([
  'windows',
  'kms-client',
  'mak',
  'kms-host',
  'windows-dns',
  'dynamic-update',
]);

let bench: Bench | undefined;
afterEach(() => bench?.remove());

describe('each fix', () => {
  it('has a case', () => {
    expect([...new Set(FIX_CASES.map(({ fix }) => fix))].sort()).toEqual([...FIX_IDS].sort());
  });

  it.each(FIX_CASES.map((one) => [nameOf(one), one] as const))(
    'is applied as previewed and undone: %s',
    async (_, one) => {
      const { fix, params, stdin, after, oneWay = [] } = one;
      bench = new Bench(scenarioOf(one));
      const before = bench.document;
      const preview = await bench.fix(fix, params, { dryRun: true, stdin });
      expect(preview).toMatchObject({ code: 0, err: '' });
      expect(bench.document).toEqual(before);
      const plan = JSON.parse(preview.out) as PlanDocument;

      const calls: { method: ChangeMethod; args: readonly unknown[] }[] = [];
      const applied = await bench.fix(fix, params, {
        stdin,
        wrap: (computer) =>
          interceptChanges(computer, (method, args) => calls.push({ method, args })),
      });
      const outcome = JSON.parse(applied.out) as { plan: unknown; verdict: string; result: string };
      expect(outcome.plan).toEqual(plan);
      expect(outcome.verdict).toBe(after);
      expect(outcome.result).toBe(after === 'healthy' ? 'verified' : 'applied');
      expect(applied.code).toBe(after === 'healthy' ? 0 : 1);

      const made = plan.changes.filter(
        ({ title }) => calls.length === plan.changes.length || !title.startsWith('If that fails'),
      );
      expect(calls.map(({ method }) => method)).toEqual(
        made.map(({ kind }) => CHANGES[kind].method),
      );
      made.forEach(({ kind, byHand }, index) => {
        if (kind === 'phone-activation' || kind === 'service-start') return;
        for (const word of wordsIn(calls[index]!.args)) {
          if (!NOT_TYPED.has(word) && !(kind === 'dns-record' && word === '3600')) {
            expect(byHand.toLowerCase()).toContain(
              word.replace('_vlmcs._tcp.contoso.com', '_vlmcs._tcp').toLowerCase(),
            );
          }
        }
      });

      const undone = await bench.undo();
      expect(undone).toMatchObject({ code: 0, err: '' });
      expect(comparable(bench.document, oneWay)).toEqual(comparable(before, oneWay));
      expect((await bench.journal()).map(({ state }) => state)).toEqual(['undone']);
      // Effects that can't be undone are announced in the plan and again on undo. Attempts of a routing test may fail.
      const mayNot = plan.changes.some(({ undoable }) => !undoable);
      expect(mayNot).toBe(fix === 'test-routing' || oneWay.length > 0);
      expect(
        /can't (?:be|restore)|doesn't restore|activated with it again|leaves the new one/.test(
          undone.out,
        ),
      ).toBe(oneWay.length > 0);
    },
  );
});

describe('a chain of fixes', () => {
  const apply = async (...steps: Parameters<Bench['fix']>[]): Promise<string[]> => {
    const verdicts: string[] = [];
    for (const step of steps) {
      const { out, err } = await bench!.fix(...step);
      expect(err).toBe('');
      verdicts.push((JSON.parse(out) as { verdict: string }).verdict);
    }
    return verdicts;
  };
  const open = (name: string): Bench => {
    bench = new Bench(scenarioOf({ scenario: name } as Parameters<typeof scenarioOf>[0]));
    return bench;
  };

  it('creates a missing record, activates Windows, and is undone one by one', async () => {
    const pc = open('srv-record-missing/record-missing');
    const record = { domain: 'contoso.com', host: 'kms1.contoso.com', method: 'windows-dns' };
    expect(await apply(['create-srv-record', record], ['activate-now'])).toEqual([
      'activation-pending',
      'healthy',
    ]);
    expect((await pc.undo()).code).toBe(0);
    expect((await pc.undo()).code).toBe(0);
    expect((await pc.undo()).code).toBe(4);
    const [verdict] = await apply(['flush-dns-cache']);
    expect(verdict).toBe('srv-record-missing');
  });

  it('clears the host of Office if no product has an ID, and restores it on undo', async () => {
    const [windows] = licensing({
      ...{ Description: 'Windows(R) Operating System, RETAIL channel', PartialProductKey: 'AAAAA' },
      LicenseStatus: 1,
    }).licensing.products;
    const office = {
      Description: 'Office 24, VOLUME_KMSCLIENT channel',
      ApplicationID: '0ff1ce15-a989-479d-af46-f275c6370663',
      ...{ PartialProductKey: '2YBPC', LicenseStatus: 5 },
      KeyManagementServiceMachine: 'gone.contoso.com',
    };
    bench = new Bench({
      schema: 'kms-doctor/scenario@1',
      licensing: { products: [windows, office] },
    });
    const before = bench.document;
    expect(
      await apply(['return-to-auto-discovery', {}], ['activate-now', { product: 'office' }]),
    ).toEqual(['office-not-activated', 'healthy']);
    expect((await bench.undo()).code).toBe(0);
    expect((await bench.undo()).code).toBe(0);
    expect(comparable(bench.document, ['activation'])).toEqual(comparable(before, ['activation']));
  });

  it('publishes the record in each domain once publishing is enabled again', async () => {
    const pc = open('dns-publishing-disabled/listed-domain-lacks-it');
    const { out } = await pc.fix('set-dns-publishing', { enabled: 'true' }, { json: false });
    expect(out).toContain('The record exists in contoso.com.');
    expect(out).toContain('The record exists in a.contoso.com.');
    expect(out).toContain('The record exists in b.contoso.com.');
    expect(out).toContain(translator('en')('fixes.ended.verified'));
    const records = JSON.stringify(pc.document.dns);
    expect(records).toContain('_vlmcs._tcp.b.contoso.com');
  });

  it('adds the suffix of another domain and activates Windows', async () => {
    open('srv-record-in-other-domain/parent-domain');
    expect(await apply(['add-dns-suffix', { domain: 'contoso.com' }], ['activate-now'])).toEqual([
      'activation-pending',
      'healthy',
    ]);
  });

  it('returns from an OEM key to KMS and activates Windows', async () => {
    open('not-a-kms-client/oem-key');
    expect(await apply(['return-to-kms'], ['activate-now'])).toEqual([
      'activation-pending',
      'healthy',
    ]);
  });

  it('returns from an unreachable assigned host to automatic discovery and activates Windows', async () => {
    open('assigned-host-unreachable/old-address');
    expect(await apply(['return-to-auto-discovery'], ['activate-now'])).toEqual([
      'activation-pending',
      'healthy',
    ]);
  });
});
