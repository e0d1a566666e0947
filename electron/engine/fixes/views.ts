/** Localized views of plans, forms and journal entries, for the window, the console and other programs. */
import type { FixId } from '@shared/catalog';
import type { Message, MessageKey } from '@shared/message';
import { translateMessage, translateMessages, type Translate } from '@shared/i18n';
import type {
  ChangeView,
  FieldView,
  FormView,
  JournalEntryView,
  JournalView,
  PlanProblem,
  PlanView,
} from '@shared/plan';
import { changeType, inverseOf, irreversibleReasonOf } from '../changes';
import { canUndo, isInProgress } from '../changes/undo';
import type { Facts } from '../facts/facts';
import { renderHandover } from '../admin-instructions/text';
import type { Journal } from '../journal/journal';
import type { JournalEntry } from '../journal/lines';
import type { FactSnapshot } from '../facts/fact-snapshot';
import { assess } from '../verdict/assessment';
import { fixOf, needsWindows } from './index';
import { fieldsOf, requiredParameters } from './parameters';
import type { Plan, PlanRefusal } from './plan';

/** Changes, and the state before each. */
type PlannedChanges = Pick<Plan, 'changes' | 'before'>;

const withStates = ({ changes, before }: PlannedChanges) =>
  changes.map((change, index) => ({ change, state: before[index] ?? null }));

/** Returns the localized views of changes. */
export function viewChanges(planned: PlannedChanges, translate: Translate): readonly ChangeView[] {
  return withStates(planned).map(({ change, state }) => {
    const type = changeType(change);
    return {
      kind: change.kind,
      title: translateMessage(translate, type.title(change)),
      byHand: type.manualSteps(change).join('\n'),
      before: translateMessage(translate, type.showBefore(state, change)),
      after: translateMessage(translate, type.showAfter(change)),
      undoable: irreversibleReasonOf(change, state) === null,
    };
  });
}

/** Returns the localized view of a plan. */
export function viewPlan(plan: Plan, translate: Translate): PlanView {
  const { fix, parameters, handover, warnings, digest } = plan;
  return {
    fix,
    parameters,
    changes: viewChanges(plan, translate),
    handover: handover === null ? null : renderHandover(handover, translate),
    risk: translate(`fixes.${fix}.risk`),
    wayBack: translateMessages(translate, undoSummary(plan)),
    warnings: warnings.map((warning) => translateMessage(translate, warning)),
    digest,
  };
}

/** Whether undo has anything to restore. */
export const hasUndo = (planned: PlannedChanges): boolean =>
  withStates(planned).some(({ change, state }) => inverseOf(change, state) !== null);

/** Returns messages on what undo restores and what it leaves in place, without duplicates. */
export function undoSummary(planned: PlannedChanges): readonly Message[] {
  if (planned.changes.length === 0) return [{ key: 'fixes.wayBack.nothing' }];
  const isRestored = hasUndo(planned);
  const kept = new Map(
    withStates(planned)
      .flatMap(({ change, state }) => irreversibleReasonOf(change, state) ?? [])
      .map((sentence) => [JSON.stringify(sentence), sentence]),
  );
  return [
    ...(isRestored ? [{ key: 'fixes.wayBack.undo' } as const] : []),
    ...(!isRestored && kept.size === 0 ? [{ key: 'fixes.wayBack.leavesNothing' } as const] : []),
    ...kept.values(),
  ];
}

/** Returns the localized view of a refusal. */
export function viewRefusal({ problem, messages }: PlanRefusal, translate: Translate): PlanProblem {
  return {
    problem,
    messages: messages.map((each) => ({
      ...each,
      message: translateMessages(translate, each.message),
    })),
  };
}

/** Returns a fix's form, prefilled with suggestions from the facts, or why it isn't available on this computer. */
export async function viewForm(
  fix: FixId,
  snapshot: FactSnapshot,
  facts: Facts,
  translate: Translate,
): Promise<FormView | PlanProblem> {
  const view = assess(snapshot);
  const refusal = needsWindows(fix, view);
  if (refusal !== null) return viewRefusal(refusal, translate);
  const chosen = fixOf(fix);
  const { parameters } = chosen;
  const suggested = chosen.initial?.(view) ?? {};
  const needed = requiredParameters(parameters, view.role === 'kms-host');
  const fields = fieldsOf(parameters).map((field): FieldView => ({
    name: field.name,
    kind: field.kind,
    label: translate(`parameters.${field.name}.label`),
    hint: translate(field.hint ?? `parameters.${field.name}.hint`),
    required: needed.includes(field.name),
    advanced: field.advanced === true,
    onlyFor: field.onlyFor ?? null,
    initial: suggested[field.name] ?? field.initial ?? null,
    choices: (field.choices ?? []).map((value) => ({
      value,
      label: translate(`parameters.${field.name}.choices.${value}` as MessageKey),
    })),
  }));
  return {
    fix,
    title: translate(`fixes.${fix}.title`),
    description: translate(`fixes.${fix}.description`),
    action: translate(`fixes.${fix}.action`),
    fields,
    facts: await viewReadOut(fix, facts, translate),
  };
}

/** Returns the values that the user reads out or copies for a fix; empty if they can't be read. */
export async function viewReadOut(
  fix: FixId,
  facts: Facts,
  translate: Translate,
): Promise<FormView['facts']> {
  const shown = (await fixOf(fix).readOut?.(facts)) ?? [];
  return shown.map(({ label, value }) => ({ label: translate(label), value }));
}

/** Returns the localized view of a journal entry. */
export function viewEntry(
  entry: JournalEntry,
  target: string,
  translate: Translate,
): JournalEntryView {
  return {
    entry: entry.entry,
    fix: entry.fix,
    title: translate(`fixes.${entry.fix}.title`),
    target: entry.target,
    at: entry.at,
    state: entry.state,
    running: isInProgress(entry),
    treatment: entry.treatment ?? null,
    changes: viewChanges(entry, translate),
    undoable: entry.target === target && canUndo(entry),
  };
}

/**
 * Returns the localized view of a journal.
 *
 * @param limit maximum number of entries to read; the rest is ignored
 */
export function viewJournal(
  { entries, unreadable }: Awaited<ReturnType<Journal['read']>>,
  target: string | null,
  translate: Translate,
  limit = Infinity,
): JournalView {
  const records = entries.slice(0, limit);
  const read = records.map((record) => record.details());
  const invalid = records.filter((_, index) => read[index] === null);
  const count = invalid.reduce((sum, { lines }) => sum + lines, unreadable);
  return {
    entries: read.flatMap((entry) =>
      entry === null ? [] : [viewEntry(entry, target ?? entry.target, translate)],
    ),
    unreadable:
      count === 0
        ? null
        : translate(`journal.unreadable.${count === 1 ? 'one' : 'many'}`, { count }),
  };
}
