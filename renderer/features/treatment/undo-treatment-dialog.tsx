/** Undoing a whole treatment: the dialog of the activity list, the progress and the outcome. */
import { Button } from '@fluentui/react-components';
import { ArrowUndo20Regular } from '@fluentui/react-icons/svg/arrow-undo';
import { escapeText } from '@shared/printable';
import type { TreatmentUndoView } from '@shared/treatment';
import { Callout } from '../../components/callout';
import { CopyButton } from '../../components/copy-button';
import { DialogShell } from '../../components/dialog-shell';
import { PRIMARY } from '../../components/primary';
import { StatusIcon, Working } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { copyTicketText } from '../../state/actions';
import { useDoctor } from '../../state/store';
import { progressKey } from '../fix-dialog/change-steps';
import { UndoChanges } from '../fix-dialog/undo-dialog';
import { useTreatmentRun } from './treatment-run';
import { FoundVerdict } from './treatment-steps';
import styles from './treatment.module.css';

export function UndoTreatmentDialog({ treatment }: { readonly treatment: string }) {
  const { t } = useTranslations();
  const { stage, note, undo } = useTreatmentRun();
  const { entries } = useDoctor((state) => state.journal);
  if (stage.at === 'undoing') return <Undoing />;
  if (stage.at === 'undone') return <Undone undone={stage.undone} />;
  return (
    <DialogShell
      key="ask"
      title={t('treatment.window.undoAll')}
      subtitle={t('treatment.window.undoOrder')}
      width="result"
      actions={
        <Button {...PRIMARY} icon={<ArrowUndo20Regular />} onClick={() => undo(treatment)}>
          {t('treatment.window.undoAll')}
        </Button>
      }
      close="cancel"
    >
      <div className={styles.undone}>
        {note === null ? null : <Callout note={note} />}
        {entries
          .filter((entry) => entry.treatment === treatment && entry.undoable)
          .map((entry) => (
            <section key={entry.entry} aria-label={entry.title}>
              <h3 className={styles.stepTitle}>{entry.title}</h3>
              <UndoChanges changes={entry.changes} />
            </section>
          ))}
      </div>
    </DialogShell>
  );
}

export function Undoing() {
  const { t } = useTranslations();
  const progress = useDoctor((state) => state.treatmentProgress);
  const last = progress.at(-1);
  const key = last && progressKey(last);
  return (
    <DialogShell key="undoing" title={t('treatment.window.undoAll')} width="result" locked>
      <Working className={styles.now}>{t(key ?? 'treatment.window.undoing')}</Working>
    </DialogShell>
  );
}

export function Undone({ undone }: { readonly undone: TreatmentUndoView }) {
  const { t } = useTranslations();
  const { verdict } = undone;
  return (
    <DialogShell
      key="undone"
      title={t(undone.done ? 'window.undo.done' : 'window.undo.failed')}
      width="result"
      quiet={<CopyButton label={t('window.copy.ticket')} text={copyTicketText} />}
      close="done"
    >
      <div className={styles.undone}>
        <ul className={styles.steps}>
          {undone.entries.map(({ entry, fix, undone: isUndone, notes }) => (
            <li key={entry} className={styles.step}>
              <StatusIcon light={isUndone ? 'pass' : 'fail'} />
              <div>
                <p className={styles.stepTitle}>{t(`fixes.${fix}.title`)}</p>
                {notes.map((note) => (
                  <p key={note} className={styles.changeTitles}>
                    {escapeText(note)}
                  </p>
                ))}
              </div>
            </li>
          ))}
        </ul>
        {verdict === null ? null : <FoundVerdict code={verdict} role="status" />}
      </div>
    </DialogShell>
  );
}
