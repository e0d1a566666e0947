/** Lists simulated PCs for training. */
import { useEffect, useState } from 'react';
import { Button, Spinner } from '@fluentui/react-components';
import { Beaker20Regular } from '@fluentui/react-icons/svg/beaker';
import { FolderOpen20Regular } from '@fluentui/react-icons/svg/folder-open';
import type { ExampleCase } from '@shared/ipc';
import { openCase, openFile } from '../../state/actions';
import { ask } from '../../state/bridge';
import { setDialog } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { DialogShell } from '../../components/dialog-shell';
import { Callout } from '../../components/callout';
import { whileWanted } from '../../components/while-wanted';
import styles from './cases-dialog.module.css';

export function CasesDialog() {
  const { t, language } = useTranslations();
  const [cases, setCases] = useState<readonly ExampleCase[] | 'failed' | null>(null);
  useEffect(
    () =>
      whileWanted(
        () => ask('case:list'),
        (list) => setCases(list ?? 'failed'),
      ),
    [language],
  );
  return (
    <DialogShell
      title={t('window.cases.title')}
      subtitle={t('window.cases.text')}
      width="list"
      quiet={
        <Button
          appearance="subtle"
          icon={<FolderOpen20Regular />}
          onClick={() => {
            setDialog(null);
            openFile();
          }}
        >
          {t('window.menu.openFile')}
        </Button>
      }
      close="cancel"
    >
      <div className={styles.body}>
        {cases === null ? <Spinner label={t('window.fix.loading')} /> : null}
        {cases === 'failed' ? (
          <Callout note={{ intent: 'error', text: t('window.notice.refused') }} />
        ) : (
          <ul className={styles.cases}>
            {cases?.map((example) => (
              <li key={example.id}>
                <Button
                  appearance="subtle"
                  className={styles.case}
                  icon={<Beaker20Regular />}
                  onClick={() => openCase(example.id)}
                >
                  <span className={styles.caseText}>
                    <span className={styles.caseTitle}>{example.title}</span>
                    <span className={styles.description}>{example.description}</span>
                  </span>
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </DialogShell>
  );
}
