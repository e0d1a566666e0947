/** The parts of a verdict rule, and the conditions that several rules share. */
import type { AdminMessage } from '@shared/admin-message';
import type { CheckId, FixId, ProcedureId, VerdictCode } from '@shared/catalog';
import type { VerdictAbout } from '@shared/diagnosis';
import { verdictOfError } from '@shared/error-codes';
import type en from '@shared/locales/en.json';
import type { Message } from '@shared/message';
import type { Assessment } from './assessment';

/**
 * Whether a rule holds on the facts that were read; `certain` if all of its own facts were. `open` means that the rule
 * might hold because of a fact that couldn't be read, so any verdict found after it is likely, not certain.
 */
export type RuleResult = 'no' | 'open' | 'likely' | 'certain';

/**
 * Kind of diagnosis target: the network without Windows, a Windows PC licensed by other means than KMS, a KMS host, or
 * a client, which discovers its host or has one assigned by name or by address.
 */
export type Scope =
  | 'network'
  | 'activated-otherwise'
  | 'kms-host'
  | 'discovery'
  | 'assigned-name'
  | 'assigned-address';

/** Scopes that request a license from a KMS host. */
export const CLIENT = ['discovery', 'assigned-name', 'assigned-address'] as const;
/** Scopes that use a KMS host or are one. */
export const CLIENT_OR_HOST = [...CLIENT, 'kms-host'] as const;
/** All Windows PCs, however they are licensed. */
export const WINDOWS = [...CLIENT_OR_HOST, 'activated-otherwise'] as const;
/** Scopes that query DNS servers for a KMS host, or have their own name in DNS. */
export const ASKS_DNS = ['network', 'kms-host', 'discovery', 'assigned-name'] as const;
/** Scopes that find a KMS host by its record. */
export const PATH = ['network', 'discovery'] as const;

/**
 * Returns the scopes of an assessment. A PC whose license or assignment couldn't be read counts as a client, as does
 * one on which only Office is a KMS client.
 */
export function scopesOf(view: Assessment): readonly Scope[] {
  if (!view.windows) return ['network'];
  if (view.activatedOtherwise && !view.officeAlone) return ['activated-otherwise'];
  if (view.role === 'kms-host') return ['kms-host'];
  const otherwise: readonly Scope[] = view.activatedOtherwise ? ['activated-otherwise'] : [];
  if (view.assignment === null) return [...otherwise, 'discovery'];
  return [...otherwise, view.assignment.isAddress ? 'assigned-address' : 'assigned-name'];
}

/** Values of parameters, by name. */
type SentenceParameters = Readonly<Record<string, (view: Assessment) => string | number>>;

/**
 * A verdict rule. Its functions read only the facts they depend on, and destructure no more of an assessment than they
 * use: a verdict is known once they no longer read outstanding facts (`facts/outstanding.ts`).
 */
export interface VerdictRule<Summary extends string = string, Title extends string = string> {
  /** Scopes in which it can hold. */
  readonly scope: readonly Scope[];
  readonly evaluate: (view: Assessment, code: VerdictCode) => RuleResult;
  /** Evaluated only if no other rule holds. */
  readonly alone?: true;
  /** Codes that it already explains, which are then not listed in `alsoFound`. */
  readonly explains?: readonly VerdictCode[];
  /** Checks that show it. */
  readonly because: readonly CheckId[] | ((view: Assessment) => readonly CheckId[]);
  readonly procedure: ProcedureId | null;
  /** Overrides `procedure` for the given assessment. */
  readonly procedureFor?: (view: Assessment) => ProcedureId | null;
  /** Best first. Fixes that can't be applied on this computer are removed when the verdict is given. */
  readonly fixes: readonly FixId[];
  /** Whether a fix helps with the given assessment; all do if omitted. */
  readonly offers?: (fix: FixId, view: Assessment) => boolean;
  /** Overrides `fixes` for the given assessment, if `offers` isn't enough. */
  readonly fixesFor?: (view: Assessment) => readonly FixId[];
  /** Selects one of several summaries, or returns a message from elsewhere. */
  readonly summary?: (view: Assessment) => Summary | Message;
  /** Selects one of several titles. */
  readonly title?: (view: Assessment) => Title;
  /** A warning at the end of the summary. */
  readonly note?: (view: Assessment) => Message | null;
  /** Parameters of its sentences. Each sentence gets those for which its text has a placeholder. */
  readonly say?: SentenceParameters;
  /** Parameters that differ in its titles. */
  readonly sayInTitle?: SentenceParameters;
  /** Subject of the verdict; none if omitted. */
  readonly about?: (view: Assessment) => Partial<VerdictAbout>;
  /** Message to the admin who can fix the cause; omitted if that's always done on this computer. */
  readonly message?: (view: Assessment) => AdminMessage | null;
}

/** One rule for each verdict, with the sentences of the locale files. */
export type VerdictRules = {
  readonly [Code in VerdictCode]: VerdictRule<
    Extract<keyof (typeof en)['verdicts'][Code], `summary${string}`>,
    Extract<keyof (typeof en)['verdicts'][Code], `title${string}`>
  >;
};

/** Certain, whether it holds or not. */
export const holdsIf = (condition: boolean): RuleResult => (condition ? 'certain' : 'no');
/** Holds, and is certain if the condition is true. */
export const certainIf = (certain: boolean): RuleResult => (certain ? 'certain' : 'likely');

/** Lowers a certain result to likely unless a condition holds. */
export const certainOnlyIf = (result: RuleResult, holds: () => boolean): RuleResult =>
  result === 'certain' ? certainIf(holds()) : result;

/** Condition on the last error, which the table of error codes maps to the verdict, or else on something else. */
export const onLastError =
  (or?: (view: Assessment) => RuleResult): VerdictRule['evaluate'] =>
  (view, code) => {
    if (verdictOfError(view.lastError) === code) return certainIf(!view.lastErrorOpen);
    const other = or?.(view) ?? 'no';
    if (other !== 'no') return other;
    return view.lastErrorOpen || !view.licenceRead ? 'open' : 'no';
  };
