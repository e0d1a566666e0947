/** Opens the message to the person who can fix the cause. */
import { Button } from '@fluentui/react-components';
import { PRIMARY } from '../../components/primary';
import { useTranslations } from '../../i18n/translations';
import { setDialog } from '../../state/store';
import { useMessage } from './verdict-words';

export function MessageButton(props: {
  readonly primary?: boolean;
  readonly size?: 'small' | 'medium';
}) {
  const { t } = useTranslations();
  const { primary = false, size = 'medium' } = props;
  const message = useMessage();
  if (message === null) return null;
  return (
    <Button {...(primary && PRIMARY)} size={size} onClick={() => setDialog({ kind: 'message' })}>
      {t('window.fix.open', { title: t(`messages.to.${message.for}`) })}
    </Button>
  );
}
