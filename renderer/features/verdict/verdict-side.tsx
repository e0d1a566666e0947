/** The area next to the verdict: other findings or, if the PC is healthy, the proof. */
import type { ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { CheckId, FixId } from '@shared/catalog';
import { channelOf } from '@shared/channels';
import { additionalWarnings } from '@shared/diagnosis';
import { KMS_PORT, LICENSED } from '@shared/kms';
import { isKmsHost, kmsPath } from '@shared/kms-path';
import { editionName } from '@shared/edition-names';
import { formatEndpoint } from '@shared/names';
import { classes } from '../../components/classes';
import { LabeledStatusIcon } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { showCard, useDoctor } from '../../state/store';
import type { CheckView, FinishedView } from '../../state/view';
import styles from './verdict-banner.module.css';

/** Maximum number of findings that fit next to the verdict without increasing its height. */
const ALSO_SHOWN = 2;
/** Maximum text width that leaves room for another line with the finding's location. */
const SHORT = 44;

/** Whether the facts below the verdict already state this finding. */
function isSymptom({ id, sentence }: CheckView, { verdict, activation }: FinishedView): boolean {
  if (verdict.code === 'healthy') return false;
  // That a record is needed is already the headline of every verdict about one.
  if (id === 'srv-record-needed') {
    return verdict.code.startsWith('srv-record-') || verdict.code === 'domain-unknown-to-dns';
  }
  if (id === 'licence-status') return activation.licenseStatus !== LICENSED;
  if (id !== 'last-activation-error' || activation.lastError === null) return false;
  // A code that hides another one is shown only if the hidden one isn't below the verdict.
  return (
    sentence === null ||
    !('key' in sentence) ||
    sentence.key !== 'checks.last-activation-error.hidden' ||
    sentence.params?.['hidden'] === activation.lastError
  );
}

/** The fix that causes a check's warning: the user who applied it knows about that. */
const LEFT_BY: Partial<Readonly<Record<CheckId, FixId>>> = {
  'assigned-host-form': 'assign-kms-host',
  'lookup-domain': 'set-lookup-domain',
};

/** Returns the warnings apart from the verdict, except those caused by undoable changes from here. */
function useWarnings(finished: FinishedView): readonly CheckView[] {
  return useDoctor(
    useShallow(({ checks, journal }) =>
      additionalWarnings(checks, finished.verdict.because).filter(
        (check) =>
          check.sentence !== null &&
          !isSymptom(check, finished) &&
          !journal.entries.some(({ fix, undoable }) => undoable && fix === LEFT_BY[check.id]),
      ),
    ),
  );
}

/** Whether the proof is shown next to the verdict. */
export function useShowsProof(finished: FinishedView): boolean {
  const warnings = useWarnings(finished);
  const { code, alsoFound } = finished.verdict;
  return code === 'healthy' && alsoFound.length + warnings.length === 0;
}

/** Other findings or, if the PC is healthy, the proof. */
export function Side({ finished }: { readonly finished: FinishedView }) {
  const isProven = useShowsProof(finished);
  return isProven ? <Proof finished={finished} /> : <AlsoFound finished={finished} />;
}

/** A titled area next to the verdict. */
export function SidePanel(props: {
  readonly id: string;
  readonly title: string;
  readonly children: ReactNode;
}) {
  const { id, title, children } = props;
  return (
    <aside className={styles.side} aria-labelledby={id}>
      <h2 id={id} className={styles.sideTitle}>
        {title}
      </h2>
      {children}
    </aside>
  );
}

/** Returns the width of a text in characters; a Chinese character counts as two. */
const widthOf = (text: string): number =>
  text.length + (text.match(/[\u2E80-\uFFEF]/g)?.length ?? 0);

function AlsoFound({ finished }: { readonly finished: FinishedView }) {
  const { t, sentence } = useTranslations();
  const warnings = useWarnings(finished);
  const items: ReactNode[] = [
    ...finished.verdict.alsoFound.map((code) => (
      <li key={code}>
        <LabeledStatusIcon light="fail" />
        <p>{t(`window.verdictNames.${code}`)}</p>
      </li>
    )),
    ...warnings.map((check) => {
      const said = check.sentence === null ? '' : sentence(check.sentence);
      return (
        <li key={check.id}>
          <LabeledStatusIcon light="warn" />
          <button
            type="button"
            className={classes(styles.found, 'kd-focus')}
            onClick={() => showCard(check.procedure)}
          >
            <span className={styles.quoted} title={said}>
              {said}
            </span>
            {widthOf(said) > SHORT ? null : (
              <span className={styles.where}>{t(`procedures.${check.procedure}.title`)}</span>
            )}
          </button>
        </li>
      );
    }),
  ];
  if (items.length === 0) return null;
  const more = items.length - ALSO_SHOWN;
  return (
    <SidePanel id="kd-also" title={t('window.banner.alsoFound')}>
      <ul className={styles.also}>{items.slice(0, ALSO_SHOWN)}</ul>
      {more > 0 ? (
        <p className={styles.moreFound}>{t('window.banner.moreBelow', { count: more })}</p>
      ) : null}
    </SidePanel>
  );
}

/** Returns when the activation expires; null if it doesn't, or if that is unknown. */
export function endOf({ startedAt, activation }: FinishedView): Date | null {
  const { graceMinutes } = activation;
  if (graceMinutes === null || graceMinutes <= 0) return null;
  return new Date(new Date(startedAt).getTime() + graceMinutes * 60_000);
}

function Proof({ finished }: { readonly finished: FinishedView }) {
  const { t, day } = useTranslations();
  const { activation } = finished;
  const hosts = useDoctor(
    useShallow(({ checks }) =>
      kmsPath(checks)
        .targets.filter(isKmsHost)
        .map(({ host, port }) => (port === KMS_PORT ? host : formatEndpoint(host, port))),
    ),
  );
  const rows: [string, string][] = [];
  const until = endOf(finished);
  if (until !== null) rows.push([t('window.proof.until'), day(until)]);
  else if (activation.licenseStatus === LICENSED) {
    rows.push([t('window.proof.until'), t('window.proof.forever')]);
  }
  const [host] = hosts;
  const kind = channelOf(activation.channel).class;
  // Other keys aren't activated by a KMS host, even if there is one.
  const isByKms = activation.channel === null || kind === 'kms-client';
  if (host !== undefined && isByKms) {
    rows.push([
      t('window.proof.through'),
      hosts.length === 1 ? host : t('window.proof.andMore', { host, count: hosts.length - 1 }),
    ]);
  }
  if (activation.partialProductKey !== null) {
    const value = { kind: t(`channels.${kind}.name`), key: activation.partialProductKey };
    rows.push([t('window.proof.key'), t('window.proof.keyValue', value)]);
  }
  if (activation.edition !== null) {
    rows.push([t('window.proof.edition'), editionName(activation.edition, t)]);
  }
  if (rows.length === 0) return null;
  return (
    <SidePanel id="kd-proof" title={t('window.proof.title')}>
      <dl className={styles.proof}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </SidePanel>
  );
}
