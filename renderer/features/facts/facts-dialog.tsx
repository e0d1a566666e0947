/** Opens the PC of a pasted facts line. */
import { useState } from 'react';
import { Button, Field, Textarea } from '@fluentui/react-components';
import { openFacts } from '../../state/actions';
import { useTranslations } from '../../i18n/translations';
import { DialogShell } from '../../components/dialog-shell';
import { faultText } from '../../components/outcome-note';
import { PRIMARY } from '../../components/primary';
import styles from './facts-dialog.module.css';

export function FactsDialog() {
  const { t } = useTranslations();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isOpening, setOpening] = useState(false);
  const open = async () => {
    if (isOpening) return;
    if (text.trim() === '') {
      setProblem(t('window.facts.empty'));
      return;
    }
    setOpening(true);
    setProblem(await openFacts(text).catch(faultText));
    setOpening(false);
  };
  return (
    <DialogShell
      title={t('window.facts.title')}
      subtitle={t('window.facts.text')}
      width="list"
      actions={
        <Button {...PRIMARY} disabledFocusable={isOpening} onClick={() => void open()}>
          {t('window.facts.open')}
        </Button>
      }
      close="cancel"
    >
      <div className={styles.body}>
        <Field label={t('window.facts.field')} validationMessage={problem}>
          <Textarea
            className={styles.line}
            textarea={{ className: styles.text, spellCheck: false, dir: 'ltr', rows: 6 }}
            value={text}
            autoFocus
            onChange={(_, data) => {
              setText(data.value);
              setProblem(null);
            }}
            onKeyDown={(event) => {
              // Only one line is needed, so Enter submits the text, whatever surrounds the line.
              if (event.key !== 'Enter' || event.shiftKey) return;
              event.preventDefault();
              void open();
            }}
          />
        </Field>
      </div>
    </DialogShell>
  );
}
