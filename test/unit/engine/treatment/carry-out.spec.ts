/** Carrying out a treatment on the PC it was planned for. */
import { describe, expect, it } from 'vitest';
import { translateMessage, translator } from '@shared/i18n';
import { ChangeRefused, Unreadable, type Computer } from '@engine/computer';
import { JournalUnusable } from '@engine/journal/journal';
import { diagnose } from '@engine/run';
import { diagnoseFirst, executeTreatment, type TreatmentEvent } from '@engine/treatment/carry-out';
import { planTreatment } from '@engine/treatment/plan';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { comparable, FAKE_KEY } from '../fixes/fix-harness';
import { rehearse, TreatedPc, type Edit, type Steps } from './treated-pc';

const MISSING = 'srv-record-missing/record-missing';
const WAY_ROUND: Steps = [['assign-kms-host', { host: 'kms1.contoso.com' }], ['activate-now']];
const simulate = createScenarioComputer;

/** Creates a PC and a treatment with two steps for it. */
async function wayRound(edit?: Edit) {
  const pc = new TreatedPc(MISSING, edit);
  return { pc, treatment: await rehearse(pc.document, WAY_ROUND) };
}

const titles = (events: readonly TreatmentEvent[]): string[] =>
  events.map((event) => (event.type === 'fix' ? `fix ${event.event.type}` : event.type));

/** Wraps a computer and overrides some of its methods. */
const but = (computer: Computer, over: Partial<Computer>): Computer =>
  new Proxy(computer, {
    get: (target, name): unknown =>
      (Reflect.get(over, name) as unknown) ?? Reflect.get(target, name),
  });

describe('a treatment that goes as rehearsed', () => {
  it('ends healthy, and its entries contain its ID', async () => {
    const { pc, treatment } = await wayRound();
    const ended = await pc.carryOut(treatment);
    expect(ended).toMatchObject({
      result: 'healthy',
      steps: [
        {
          fix: 'assign-kms-host',
          rehearsed: 'activation-pending',
          found: 'activation-pending',
          result: 'applied',
          failure: [],
        },
        { fix: 'activate-now', rehearsed: 'healthy', found: 'healthy', result: 'verified' },
      ],
      why: null,
      next: null,
      cancelled: false,
    });
    expect(ended.left).toEqual(treatment.left);
    expect(ended.recheck?.diagnosis.verdict.code).toBe('healthy');
    const entries = await pc.bench.journal();
    expect(entries.map(({ entry }) => entry)).toEqual(
      ended.steps.map(({ entry }) => entry).reverse(),
    );
    expect(entries).toMatchObject([{ treatment: ended.treatment }, { treatment: ended.treatment }]);
    expect(String(ended.treatment) < String(entries.at(-1)?.entry)).toBe(true);
  });

  it('reports its progress', async () => {
    const { pc, treatment } = await wayRound();
    await pc.carryOut(treatment);
    const step = ['change-started', 'change-finished', 're-checking'].map((type) => `fix ${type}`);
    expect(titles(pc.events)).toEqual([
      'looking',
      'step-started',
      ...step,
      'step-finished',
      'step-started',
      ...step,
      'step-finished',
    ]);
    expect(pc.events.at(-1)).toEqual({
      type: 'step-finished',
      index: 1,
      result: 'verified',
      found: 'healthy',
    });
  });

  it('takes secrets only from the given parameters', async () => {
    const pc = new TreatedPc('not-a-kms-client/retail-key-in-grace');
    const given = { 'install-mak': { productKey: FAKE_KEY } };
    const treatment = await rehearse(pc.document, [['install-mak', given['install-mak']]]);
    expect(JSON.stringify(treatment)).not.toContain(FAKE_KEY);
    expect(await pc.carryOut(treatment)).toMatchObject({ result: 'departed', treatment: null });
    expect(await pc.carryOut(treatment, { given })).toMatchObject({ result: 'healthy' });
  });

  it('has the result `better` if something is left for others', async () => {
    const pc = new TreatedPc('clock-skew/clock-off-and-record-missing');
    const treatment = await rehearse(pc.document, [['sync-clock']]);
    expect(await pc.carryOut(treatment)).toMatchObject({
      result: 'better',
      steps: [{ result: 'applied', found: 'srv-record-missing' }],
      why: null,
      next: null,
    });
  });

  it('leaves nothing if an attempt succeeds', async () => {
    const pc = new TreatedPc('kms-host-cannot-activate-this-product/only-the-event-says-so', {
      hosts: { '10.0.0.20': { ports: { 1688: 'kms' }, kms: { canActivate: true } } },
    });
    const treatment = await planTreatment(await diagnose(pc.computer).result, { simulate });
    expect(treatment.left).toHaveLength(1);
    expect(await pc.carryOut(treatment)).toMatchObject({ result: 'healthy', left: [] });
  });

  it('leaves the cause that a step works around, and the obstacle that remains', async () => {
    const pc = new TreatedPc('srv-record-bare-name/only-the-bare-name', {
      hosts: { '10.0.0.20': { ports: { 1688: 'kms' }, kms: { currentCount: 3 } } },
    });
    const treatment = await planTreatment(await diagnose(pc.computer).result, { simulate });
    const ended = await pc.carryOut(treatment);
    expect(ended.steps).toMatchObject([{ result: 'applied' }, { result: 'rolled-back' }]);
    expect(ended.left.map((item) => `${item.code}:${item.for}`)).toEqual([
      'srv-record-bare-name:dns-server',
      'kms-count-too-low:kms-host',
    ]);
  });

  it('leaves a fault that shows only once a service runs', async () => {
    const pc = new TreatedPc('licensing-service-unavailable/disabled');
    const treatment = await planTreatment(await diagnose(pc.computer).result, { simulate });
    const { recheck, left } = await pc.carryOut(treatment);
    const found = recheck?.diagnosis.verdict.code;
    expect(left.map(({ code }) => code)).toEqual(found === 'healthy' ? [] : [found]);
  });

  it('has the result `unchanged` if a host refuses an attempt as before', async () => {
    const pc = new TreatedPc('kms-count-too-low/only-the-event-says-so', {
      hosts: {
        '10.0.0.20': {
          ping: true,
          ports: { 1688: 'kms' },
          kms: { currentCount: 3, activated: true, canActivate: true, clockSkewMinutes: 0 },
        },
      },
    });
    const treatment = await planTreatment(await diagnose(pc.computer).result, { simulate });
    expect(treatment.steps).toMatchObject([
      { fix: 'activate-now', then: { code: 'kms-count-too-low' } },
    ]);
    expect(await pc.carryOut(treatment)).toMatchObject({
      result: 'unchanged',
      steps: [{ result: 'rolled-back', found: 'kms-count-too-low' }],
      why: null,
    });
  });
});

describe('a PC that no longer matches the confirmed treatment', () => {
  it("isn't treated if the verdict has changed", async () => {
    const { pc, treatment } = await wayRound();
    pc.becomes({ computer: { clockSkewMinutes: 600 } });
    expect(await pc.carryOut(treatment)).toMatchObject({
      result: 'departed',
      treatment: null,
      steps: [],
      why: { key: 'treatment.why.changed' },
    });
    expect(pc.document).toEqual(pc.untreated);
  });

  it("isn't treated if it is healthy", async () => {
    const { pc, treatment } = await wayRound();
    pc.becomes({ licensing: undefined, dns: undefined });
    expect(await pc.carryOut(treatment)).toMatchObject({ result: 'healthy', treatment: null });
  });

  it("isn't treated without administrator rights, whichever step needs them", async () => {
    const { pc, treatment } = await wayRound({ computer: { elevated: true } });
    pc.becomes({ computer: { elevated: false } });
    const { computer, journal } = pc;
    const { signal } = new AbortController();
    // An activation attempt alone wouldn't need them.
    const steps = [...treatment.steps].reverse();
    const execution = { computer, journal, signal, simulate };
    const ended = await executeTreatment(
      { ...treatment, steps },
      await diagnoseFirst(execution),
      execution,
    );
    expect(ended).toEqual({ outcome: 'not-elevated' });
    expect(await journal.entries()).toEqual([]);
  });

  it('is detected by the digest of the treatment', async () => {
    const pc = new TreatedPc('srv-record-in-other-domain/parent-domain');
    const { computer, journal } = pc;
    const execution = { computer, journal, signal: new AbortController().signal, simulate };
    const { digest } = await planTreatment(await diagnose(computer).result, execution);
    const again = async () => planTreatment(await diagnoseFirst(execution), execution);
    expect(await again()).toMatchObject({
      digest,
      verdict: { code: 'srv-record-in-other-domain' },
    });
    pc.becomes({ hosts: {} });
    expect((await again()).digest).not.toBe(digest);
  });

  it("isn't changed if a step would make different changes", async () => {
    const { pc, treatment } = await wayRound();
    const [first, ...rest] = treatment.steps;
    if (first === undefined) throw new Error('no step');
    const port = { ...first, parameters: { ...first.parameters, port: 1689 } };
    expect(await pc.carryOut({ ...treatment, steps: [port, ...rest] })).toMatchObject({
      result: 'departed',
      treatment: null,
      steps: [{ result: 'refused', failure: [{ key: 'treatment.why.changed' }] }],
      why: { key: 'treatment.why.refused' },
    });
    expect(pc.document).toEqual(pc.untreated);
  });

  it("isn't changed if it can't be identified", async () => {
    const { pc, treatment } = await wayRound();
    let isKnown = true;
    const ended = await pc.carryOut(treatment, {
      onEvent: ({ type }) => {
        if (type === 'step-started') isKnown = false;
      },
      wrap: (computer) =>
        but(computer, {
          system: (signal) =>
            isKnown ? computer.system(signal) : Promise.reject(new Unreadable('timed-out')),
        }),
    });
    expect(ended).toMatchObject({
      result: 'departed',
      treatment: null,
      steps: [{ failure: [{ key: 'treatment.why.unread' }, { key: 'reasons.timed-out' }] }],
    });
    expect(pc.document).toEqual(pc.untreated);
  });
});

describe('a stopped treatment', () => {
  it('keeps the steps that are done and returns those that would follow', async () => {
    const { pc, treatment } = await wayRound();
    const ended = await pc.carryOut(treatment, {
      stopsBefore: () => pc.events.some(({ type }) => type === 'step-finished'),
    });
    expect(ended).toMatchObject({
      result: 'better',
      steps: [{ fix: 'assign-kms-host', result: 'applied' }],
      why: { key: 'treatment.why.stopped' },
      next: { steps: [{ fix: 'activate-now' }] },
      cancelled: true,
    });
  });

  it('changes nothing if stopped before the first step', async () => {
    const { pc, treatment } = await wayRound();
    const ended = await pc.carryOut(treatment, { stopsBefore: () => true });
    expect(ended).toMatchObject({ result: 'unchanged', treatment: null, steps: [] });
    expect(pc.document).toEqual(pc.untreated);
  });

  it('rolls back the step in progress', async () => {
    const { pc, treatment } = await wayRound();
    const stop = new AbortController();
    const ended = await pc.carryOut(treatment, {
      signal: stop.signal,
      wrap: (computer) =>
        but(computer, {
          setKmsHost: async (...args) => {
            await computer.setKmsHost(...args);
            stop.abort();
            throw new Error('The signal was obeyed too late');
          },
        }),
    });
    expect(ended).toMatchObject({
      result: 'unchanged',
      steps: [{ result: 'rolled-back', found: null }],
      recheck: null,
      next: null,
      cancelled: true,
    });
    expect(comparable(pc.document)).toEqual(comparable(pc.untreated));
  });

  it.each(['step-started', 'fix re-checking', 'step-finished'])(
    'reports what was done if stopped at %s',
    async (moment) => {
      const { pc, treatment } = await wayRound();
      const stop = new AbortController();
      const ended = await pc.carryOut(treatment, {
        signal: stop.signal,
        onEvent: (event) => {
          if (titles([event])[0] === moment) stop.abort();
        },
      });
      expect(ended).toMatchObject({ why: { key: 'treatment.why.stopped' }, cancelled: true });
      expect(ended.result).toBe(moment === 'step-finished' ? 'better' : 'unchanged');
      const entries = await pc.journal.entries();
      expect(ended.steps.map(({ entry }) => entry)).toEqual(entries.map(({ entry }) => entry));
      if (ended.treatment !== null) await pc.undo(ended.treatment);
      expect(comparable(pc.document)).toEqual(comparable(pc.untreated));
    },
  );
});

describe('a change that takes time to show in DNS', () => {
  const HIDDEN = 'client-resolver-disagrees/resolver-knows-nothing';
  /** Carries out a treatment on a PC whose DNS cache isn't flushed by the first `looks` attempts. */
  async function slowCache(looks: number, stopsAfterWaits = Infinity) {
    const pc = new TreatedPc(HIDDEN);
    const treatment = await rehearse(pc.document, [['flush-dns-cache'], ['activate-now']]);
    let flushed = 0;
    const waits: number[] = [];
    const ended = await pc.carryOut(treatment, {
      stopsBefore: () => waits.length >= stopsAfterWaits,
      wrap: (computer) =>
        but(computer, {
          flushDnsCache: (signal) => {
            flushed += 1;
            if (flushed > looks) return computer.flushDnsCache(signal);
            return flushed === 1
              ? Promise.resolve({ way: 'simulated' })
              : Promise.reject(new ChangeRefused('tool-failed'));
          },
          wait: (ms, signal) => {
            waits.push(ms);
            return computer.wait(ms, signal);
          },
        }),
    });
    return { pc, ended, waits };
  }

  it('is waited for', async () => {
    const { pc, ended, waits } = await slowCache(4);
    expect(ended).toMatchObject({
      result: 'healthy',
      steps: [{ result: 'applied', found: 'activation-pending' }, { result: 'verified' }],
      why: null,
    });
    expect(waits.filter((ms) => ms === 5_000)).toHaveLength(3);
    expect(titles(pc.events).filter((type) => type === 'waiting')).toHaveLength(1);
  });

  it("is waited for up to a minute, and isn't a departure", async () => {
    const { ended, waits } = await slowCache(Infinity);
    expect(waits.reduce((sum, ms) => sum + ms)).toBe(60_000);
    expect(ended).toMatchObject({
      result: 'unchanged',
      steps: [{ result: 'applied', found: 'client-resolver-disagrees' }],
      why: { key: 'treatment.why.notYet' },
      next: null,
    });
  });

  it('is waited for only until the user stops', async () => {
    const { ended, waits } = await slowCache(Infinity, 2);
    expect(waits).toHaveLength(2);
    expect(ended).toMatchObject({
      steps: [{ result: 'applied', found: 'client-resolver-disagrees' }],
      why: { key: 'treatment.why.stopped' },
      cancelled: true,
    });
  });

  it('verifies the journal entry of its step once it shows', async () => {
    const pc = new TreatedPc(HIDDEN, {
      licensing: {
        products: {
          0: {
            LicenseStatus: 1,
            LicenseStatusReason: 0,
            GracePeriodRemaining: 250_000,
          },
        },
      },
    });
    const treatment = await rehearse(pc.document, [['flush-dns-cache']]);
    let flushed = 0;
    const ended = await pc.carryOut(treatment, {
      wrap: (computer) =>
        but(computer, {
          flushDnsCache: (signal) => {
            flushed += 1;
            return flushed === 1
              ? Promise.resolve({ way: 'simulated' })
              : computer.flushDnsCache(signal);
          },
        }),
    });
    expect(ended).toMatchObject({ result: 'healthy', steps: [{ result: 'verified' }] });
    expect((await pc.journal.entries()).map(({ state }) => state)).toEqual(['verified']);
  });

  it('can be aborted while it is waited for', async () => {
    const pc = new TreatedPc(HIDDEN);
    const treatment = await rehearse(pc.document, [['flush-dns-cache'], ['activate-now']]);
    const stop = new AbortController();
    const ended = await pc.carryOut(treatment, {
      signal: stop.signal,
      wrap: (computer) =>
        but(computer, {
          flushDnsCache: () => Promise.resolve({ way: 'simulated' }),
          wait: () => {
            stop.abort();
            return Promise.reject(new Error('stopped'));
          },
        }),
    });
    expect(ended).toMatchObject({
      result: 'unchanged',
      steps: [{ fix: 'flush-dns-cache', result: 'applied', found: null }],
      recheck: null,
      cancelled: true,
    });
  });
});

describe("a step that can't be read back", () => {
  const unreadFlush = (computer: Computer): Computer =>
    but(computer, {
      flushDnsCache: async (signal) => {
        await computer.flushDnsCache(signal);
        throw new Unreadable('timed-out');
      },
    });

  it('ends the treatment even if the diagnosis matches the rehearsal', async () => {
    const pc = new TreatedPc('client-resolver-disagrees/resolver-knows-nothing');
    const treatment = await rehearse(pc.document, [['flush-dns-cache'], ['activate-now']]);
    const ended = await pc.carryOut(treatment, { wrap: unreadFlush });
    expect(ended).toMatchObject({
      result: 'better',
      steps: [{ result: 'unverified', found: 'activation-pending' }],
      why: { key: 'treatment.why.unverified' },
      next: { steps: [{ fix: 'activate-now' }] },
    });
  });

  it("isn't a departure if the PC is healthy", async () => {
    const pc = new TreatedPc('client-resolver-disagrees/licensed');
    const treatment = await rehearse(pc.document, [['flush-dns-cache'], ['activate-now']]);
    const ended = await pc.carryOut(treatment, { wrap: unreadFlush });
    expect(ended).toMatchObject({
      result: 'healthy',
      steps: [{ result: 'unverified', found: 'healthy' }],
      why: { key: 'treatment.why.healthy' },
      next: null,
    });
  });
});

describe('a journal that can no longer be written', () => {
  it('prevents any change before the first step', async () => {
    const { pc, treatment } = await wayRound();
    pc.journal.begin = () => Promise.reject(new JournalUnusable('/j', 'disk-full', 'ENOSPC'));
    await expect(pc.carryOut(treatment)).rejects.toThrow(JournalUnusable);
    expect(pc.document).toEqual(pc.untreated);
  });

  it('still yields an outcome in the middle of a stopped step', async () => {
    const { pc, treatment } = await wayRound();
    const stop = new AbortController();
    const ended = await pc.carryOut(treatment, {
      signal: stop.signal,
      wrap: (computer) =>
        but(computer, {
          setKmsHost: async (...args) => {
            const made = await computer.setKmsHost(...args);
            pc.journal.note = () =>
              Promise.reject(new JournalUnusable('/j', 'disk-full', 'ENOSPC'));
            stop.abort();
            return made;
          },
        }),
    });
    const [entry] = await pc.journal.entries();
    expect(ended).toMatchObject({
      result: 'failed',
      steps: [{ result: 'failed', entry: entry?.entry }],
      cancelled: true,
    });
  });

  it('prevents the second step after the first one', async () => {
    const { pc, treatment } = await wayRound();
    const begin = pc.journal.begin.bind(pc.journal);
    let begun = 0;
    pc.journal.begin = (opening) => {
      begun += 1;
      return begun === 1
        ? begin(opening)
        : Promise.reject(new JournalUnusable('/j', 'disk-full', 'ENOSPC'));
    };
    const ended = await pc.carryOut(treatment);
    expect(ended).toMatchObject({
      result: 'departed',
      steps: [{ result: 'applied' }, { result: 'refused', entry: null }],
      next: { steps: [{ fix: 'activate-now' }] },
    });
    const [said] = ended.steps[1]?.failure ?? [];
    if (said === undefined) throw new Error('nothing said');
    expect(translateMessage(translator('en'), said)).toBe(
      'The journal in /j can no longer be written (the disk is full). Check that folder and its permissions.',
    );
  });
});
