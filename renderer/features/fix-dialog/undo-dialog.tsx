/** Undoes a journal entry's changes after showing them. */
import { Button } from '@fluentui/react-components';
import { ArrowUndo20Regular } from '@fluentui/react-icons/svg/arrow-undo';
import type { JournalEntryView } from '@shared/plan';
import { useTranslations } from '../../i18n/translations';
import { escapeText } from '@shared/printable';
import { ChangeStates } from './fix-preview';
import { FixRun, useApply } from './fix-run';
import { DialogShell } from '../../components/dialog-shell';
import { PRIMARY } from '../../components/primary';
import { Callout } from '../../components/callout';
import styles from './undo-dialog.module.css';

export function UndoDialog({ entry }: { readonly entry: JournalEntryView }) {
  const { t, stamp } = useTranslations();
  const { attempt, note, undo } = useApply();
  const title = t('window.undo.title', { title: entry.title });
  if (attempt !== null) return <FixRun attempt={attempt} title={title} note={note} undo={undo} />;
  return (
    <DialogShell
      title={title}
      subtitle={t('window.undo.made', { when: stamp(new Date(entry.at)) })}
      width="result"
      actions={
        <Button {...PRIMARY} icon={<ArrowUndo20Regular />} onClick={() => undo(entry.entry)}>
          {t('window.undo.action')}
        </Button>
      }
      close="cancel"
    >
      <div className={styles.body}>
        {note === null ? null : <Callout note={note} />}
        <UndoChanges changes={entry.changes} />
      </div>
    </DialogShell>
  );
}

/** Lists what an undo restores, and what remains. */
export function UndoChanges({ changes }: Pick<JournalEntryView, 'changes'>) {
  const { t } = useTranslations();
  return (
    <ul className={styles.changes}>
      {changes.map((change, index) => (
        <li key={index}>
          <p>{escapeText(change.title)}</p>
          {change.undoable ? (
            <ChangeStates change={change} isUndo />
          ) : (
            <p className={styles.stays}>{t('window.fix.noUndo')}</p>
          )}
        </li>
      ))}
    </ul>
  );
}
