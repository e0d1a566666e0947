/** A treatment being undone, and the outcome. */
import { escapeText } from '@shared/printable';
import type { TreatmentUndoView } from '@shared/treatment';
import { CopyButton } from '../../components/copy-button';
import { DialogShell } from '../../components/dialog-shell';
import { StatusIcon, Working } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { copyTicketText } from '../../state/actions';
import { useDoctor } from '../../state/store';
import { progressKey } from '../fix-dialog/change-steps';
import { FoundVerdict } from './treatment-steps';
import styles from './treatment.module.css';

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
