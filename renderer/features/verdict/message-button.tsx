/** The message to whoever has the cure: shown in a dialog, and copied at once. */
import { Button } from '@fluentui/react-components';
import type { WrittenMessage } from '@shared/admin-message';
import { CopyButton } from '../../components/copy-button';
import { useTranslations } from '../../i18n/translations';
import { setDialog } from '../../state/store';
import styles from './message-button.module.css';

export function MessageButton({ message }: { readonly message: WrittenMessage }) {
  const { t } = useTranslations();
  return (
    <span className={styles.message}>
      <Button appearance="primary" data-primary="" onClick={() => setDialog({ kind: 'message' })}>
        {t('window.fix.open', { title: t(`messages.to.${message.for}`) })}
      </Button>
      <CopyButton text={sendable(message)} label={t('window.copy.message')} iconOnly />
    </span>
  );
}

/** What a mail needs: its subject, an empty line, its text. */
export const sendable = ({ subject, text }: WrittenMessage): string => `${subject}\n\n${text}`;
