/** Asks the user for a KMS host, and checks whether it helps. */
import { useState } from 'react';
import { Button, Field, Input } from '@fluentui/react-components';
import { escapeText } from '@shared/printable';
import { DialogShell } from '../../components/dialog-shell';
import { faultText } from '../../components/outcome-note';
import { PRIMARY } from '../../components/primary';
import { Spinner } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { tryKmsHost } from '../../state/treatment';
import styles from './treatment.module.css';

export function NameHost({ onFound }: { readonly onFound: () => void }) {
  const { t } = useTranslations();
  const [host, setHost] = useState('');
  const [isLooking, setLooking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const named = host.trim();
  const look = async (): Promise<void> => {
    if (named === '' || isLooking) return;
    setLooking(true);
    setProblem(null);
    const looked = await tryKmsHost(named).catch((error: unknown) => ({
      helps: false,
      problem: faultText(error),
    }));
    if (looked.helps) onFound();
    else setProblem(looked.problem ?? t('treatment.window.hostDoesNotHelp', { host: named }));
    setLooking(false);
  };
  return (
    <DialogShell
      key="host"
      title={t('treatment.window.nameHost')}
      subtitle={t('treatment.window.nameHostText')}
      width="result"
      actions={
        <Button
          {...PRIMARY}
          disabledFocusable={named === '' || isLooking}
          onClick={() => void look()}
        >
          {t('treatment.window.look')}
        </Button>
      }
      close="cancel"
    >
      <form
        className={styles.hostForm}
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <Field
          label={t('treatment.window.host')}
          hint={t('treatment.window.hostHint')}
          validationMessage={problem && escapeText(problem)}
        >
          <Input
            value={host}
            maxLength={255}
            spellCheck={false}
            autoComplete="off"
            onChange={(_, { value }) => {
              setHost(value);
              setProblem(null);
            }}
          />
        </Field>
        <p className={styles.lookingAt} role="status">
          {isLooking ? (
            <>
              <Spinner size={20} />
              {t('treatment.window.lookingAt', { host: named })}
            </>
          ) : null}
        </p>
      </form>
    </DialogShell>
  );
}
