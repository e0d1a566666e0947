/** The result of a file operation or a request, shown until it is closed or replaced by the next action. */
import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components';
import { Dismiss16Regular } from '@fluentui/react-icons/svg/dismiss';
import { showSaved } from '../state/actions';
import { setNotice, useDoctor } from '../state/store';
import { escapeText } from '@shared/printable';
import { useTranslations } from '../i18n/translations';
import styles from './notice-bar.module.css';

export default function NoticeBar() {
  const { t } = useTranslations();
  const notice = useDoctor((state) => state.notice);
  if (notice === null) return null;
  return (
    <section aria-label={t('window.notice.label')}>
      <MessageBar
        className={styles.bar}
        intent={notice.intent}
        politeness={notice.intent === 'error' ? 'assertive' : 'polite'}
        layout="singleline"
      >
        <MessageBarBody className={styles.text}>{escapeText(notice.text)}</MessageBarBody>
        <MessageBarActions
          containerAction={
            <Button
              appearance="transparent"
              icon={<Dismiss16Regular />}
              aria-label={t('window.notice.close')}
              onClick={() => setNotice(null)}
            />
          }
        >
          {notice.isSaved ? (
            <Button size="small" onClick={showSaved}>
              {t('window.notice.show')}
            </Button>
          ) : null}
        </MessageBarActions>
      </MessageBar>
    </section>
  );
}
