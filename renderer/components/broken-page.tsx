/** Replaces the page after a rendering error: shows details to copy, and a reload button. */
import { Button } from '@fluentui/react-components';
import { DismissCircle48Filled } from '@fluentui/react-icons/svg/dismiss-circle';
import { useTranslations } from '../i18n/translations';
import { CopyButton } from './copy-button';
import { PRIMARY } from './primary';
import styles from './broken-page.module.css';

export default function BrokenPage({ error }: { readonly error: Error }) {
  const { t } = useTranslations();
  return (
    <main className={styles.broken}>
      <DismissCircle48Filled aria-hidden className={styles.icon} />
      <h1 className={styles.title}>{t('window.broken.title')}</h1>
      <p>{t('window.broken.text')}</p>
      <pre className={styles.details}>{error.message}</pre>
      <div className={styles.actions}>
        <Button {...PRIMARY} onClick={() => window.location.reload()}>
          {t('window.broken.again')}
        </Button>
        <CopyButton label={t('window.broken.copy')} text={error.stack ?? error.message} />
      </div>
    </main>
  );
}
