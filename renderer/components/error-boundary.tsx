/** What is shown when the window itself breaks: the details to copy, and a fresh start. */
import { Component, type ReactNode } from 'react';
import { Button } from '@fluentui/react-components';
import { DismissCircle48Filled } from '@fluentui/react-icons/svg/dismiss-circle';
import { useTranslations } from '../i18n/translations';
import { CopyButton } from './copy-button';
import styles from './error-boundary.module.css';

interface State {
  readonly error: Error | null;
}

export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : <Broken error={error} />;
  }
}

function Broken({ error }: { readonly error: Error }) {
  const { t } = useTranslations();
  return (
    <main className={styles.broken}>
      <DismissCircle48Filled aria-hidden className={styles.icon} />
      <h1 className={styles.title}>{t('window.broken.title')}</h1>
      <p>{t('window.broken.text')}</p>
      <pre className={styles.details}>{error.message}</pre>
      <div className={styles.actions}>
        <Button appearance="primary" data-primary="" onClick={() => window.location.reload()}>
          {t('window.broken.again')}
        </Button>
        <CopyButton label={t('window.broken.copy')} text={error.stack ?? error.message} />
      </div>
    </main>
  );
}
