/** Undoes a whole treatment from the activity list. */
import { Button } from '@fluentui/react-components';
import { ArrowUndo20Regular } from '@fluentui/react-icons/svg/arrow-undo';
import { Callout } from '../../components/callout';
import { DialogShell } from '../../components/dialog-shell';
import { PRIMARY } from '../../components/primary';
import { useTranslations } from '../../i18n/translations';
import { useDoctor } from '../../state/store';
import { UndoChanges } from '../fix-dialog/undo-dialog';
import { Undoing, Undone } from './undo-result';
import { useTreatmentRun } from './treatment-run';
import styles from './treatment.module.css';

export function UndoTreatmentDialog({ treatment }: { readonly treatment: string }) {
  const { t } = useTranslations();
  const { stage, undo } = useTreatmentRun();
  const { entries } = useDoctor((state) => state.journal);
  if (stage.at === 'undoing') return <Undoing />;
  if (stage.at === 'undone') return <Undone undone={stage.undone} />;
  const note = stage.at === 'idle' ? stage.note : null;
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
