/** What a verdict is made of, and the conditions that several of them share. */
import type { AdminMessage } from '@shared/admin-message';
import type { CheckId, FixId, ProcedureId, VerdictCode } from '@shared/catalogue';
import type { VerdictAbout } from '@shared/diagnosis';
import { verdictOfError } from '@shared/error-codes';
import type en from '@shared/locales/en.json';
import type { Message } from '@shared/message';
import type { Assessment } from './assessment';

/**
 * Whether a rule holds on the facts that were read: `certain` when all of its own facts were. `open` says that a fact
 * which could not be read might have made it hold, so that whatever is found below it is likely, not certain.
 */
export type RuleResult = 'no' | 'open' | 'likely' | 'certain';

/**
 * What is diagnosed: the network without a Windows, a Windows that is licensed by other means than KMS, a KMS host, or
 * a client, which finds its host by discovery or has one assigned by name or by address.
 */
export type Scope =
  | 'network'
  | 'activated-otherwise'
  | 'kms-host'
  | 'discovery'
  | 'assigned-name'
  | 'assigned-address';

/** Who asks a KMS host for a license. */
export const CLIENT = ['discovery', 'assigned-name', 'assigned-address'] as const;
/** Who asks one, or is one. */
export const CLIENT_OR_HOST = [...CLIENT, 'kms-host'] as const;
/** Every Windows, however it is licensed. */
export const WINDOWS = [...CLIENT_OR_HOST, 'activated-otherwise'] as const;
/** Who asks DNS servers for a KMS host, or has its own name in them. */
export const ASKS_DNS = ['network', 'kms-host', 'discovery', 'assigned-name'] as const;
/** Who finds a KMS host by its record. */
export const PATH = ['network', 'discovery'] as const;

/**
 * The scopes of an assessment. A PC whose licence or assignment could not be read counts as a client, and so does one
 * on which Office alone is a KMS client.
 */
export function scopesOf(view: Assessment): readonly Scope[] {
  if (!view.windows) return ['network'];
  if (view.activatedOtherwise && !view.officeAlone) return ['activated-otherwise'];
  if (view.role === 'kms-host') return ['kms-host'];
  const otherwise: readonly Scope[] = view.activatedOtherwise ? ['activated-otherwise'] : [];
  if (view.assignment === null) return [...otherwise, 'discovery'];
  return [...otherwise, view.assignment.isAddress ? 'assigned-address' : 'assigned-name'];
}

/** What fills the places of a sentence, by their names. */
type SentenceParameters = Readonly<Record<string, (view: Assessment) => string | number>>;

/**
 * A verdict. Its functions look at what they rest on and nothing else: a verdict is known once they no longer meet
 * outstanding facts (`facts/outstanding.ts`), so they destructure no more of an assessment than they use.
 */
export interface VerdictRule<Summary extends string = string, Title extends string = string> {
  /** Where it can hold. */
  readonly scope: readonly Scope[];
  readonly evaluate: (view: Assessment, code: VerdictCode) => RuleResult;
  /** It says that nothing else holds, and is asked only then. */
  readonly alone?: true;
  /** What it explains already: codes that are not also found beside it. */
  readonly explains?: readonly VerdictCode[];
  /** The checks that show it. */
  readonly because: readonly CheckId[] | ((view: Assessment) => readonly CheckId[]);
  readonly procedure: ProcedureId | null;
  /** That of the case at hand, where it is not always the same. */
  readonly procedureFor?: (view: Assessment) => ProcedureId | null;
  /** Best first. What cannot be done on the computer at hand is left out when the verdict is given. */
  readonly fixes: readonly FixId[];
  /** Whether a fix helps in the case at hand; each does where this is left out. */
  readonly offers?: (fix: FixId, view: Assessment) => boolean;
  /** Those of the case at hand, where that takes more than leaving some out. */
  readonly fixesFor?: (view: Assessment) => readonly FixId[];
  /** Which summary it gets where it has several, or one that stands elsewhere. */
  readonly summary?: (view: Assessment) => Summary | Message;
  /** Which title it gets where it has several. */
  readonly title?: (view: Assessment) => Title;
  /** A warning that its summary ends with. */
  readonly note?: (view: Assessment) => Message | null;
  /** What fills the places of its sentences; one without places is left out. */
  readonly say?: { readonly [Sentence in Summary | Title]?: SentenceParameters };
  /** What it is about; nothing where this is left out. */
  readonly about?: (view: Assessment) => Partial<VerdictAbout>;
  /** A message to whoever has the cure; left out where it is always on the computer at hand. */
  readonly message?: (view: Assessment) => AdminMessage | null;
}

/** A rule for each verdict, whose sentences are those of the locale files. */
export type VerdictRules = {
  readonly [Code in VerdictCode]: VerdictRule<
    Extract<keyof (typeof en)['verdicts'][Code], `summary${string}`>,
    Extract<keyof (typeof en)['verdicts'][Code], `title${string}`>
  >;
};

/** Certain that it holds, or that it does not. */
export const holdsIf = (condition: boolean): RuleResult => (condition ? 'certain' : 'no');
/** It holds; whether that is certain rests on a condition. */
export const certainIf = (certain: boolean): RuleResult => (certain ? 'certain' : 'likely');

/** A condition on the last error, which the table of error codes assigns to the verdict, or on something else. */
export const onLastError =
  (or?: (view: Assessment) => RuleResult): VerdictRule['evaluate'] =>
  (view, code) => {
    if (verdictOfError(view.lastError) === code) return certainIf(!view.lastErrorOpen);
    const other = or?.(view) ?? 'no';
    if (other !== 'no') return other;
    return view.lastErrorOpen || !view.licenceRead ? 'open' : 'no';
  };
