/** The message to the person who can fix the cause, to review before sending. */
import { Button } from '@fluentui/react-components';
import { hasTextPlaceholder, type WrittenMessage } from '@shared/admin-message';
import { CommandBlock } from '../../components/command-block';
import { CopyButton } from '../../components/copy-button';
import { DialogShell } from '../../components/dialog-shell';
import { useTranslations } from '../../i18n/translations';
import { saveText } from '../../state/actions';
import { useMessage } from './verdict-words';
import styles from './message-dialog.module.css';

export function MessageDialog() {
  const { t } = useTranslations();
  const message = useMessage();
  if (message === null) return null;
  return (
    <DialogShell
      title={t(`messages.to.${message.for}`)}
      subtitle={t(hasTextPlaceholder(message.text) ? 'window.byHand.fillIn' : 'window.message.to')}
      width="result"
      actions={
        <CopyButton
          text={sendable(message)}
          label={t('window.copy.message')}
          appearance="primary"
        />
      }
      close="close"
      quiet={
        <Button appearance="subtle" onClick={() => saveText(sendable(message))}>
          {t('window.fix.saveText')}
        </Button>
      }
    >
      <div className={styles.body}>
        <h3>{t('messages.subject', { subject: message.subject })}</h3>
        <CommandBlock text={message.text} tall />
      </div>
    </DialogShell>
  );
}

/** Formats an email: the subject, an empty line and the text. */
const sendable = ({ subject, text }: WrittenMessage): string => `${subject}\n\n${text}`;
