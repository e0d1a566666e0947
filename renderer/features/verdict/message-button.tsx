/** Opens the message to the person who can fix the cause. */
import { Button } from '@fluentui/react-components';
import type { WrittenMessage } from '@shared/admin-message';
import { useTranslations } from '../../i18n/translations';
import { setDialog } from '../../state/store';

export function MessageButton(props: {
  readonly message: WrittenMessage;
  readonly primary: boolean;
  readonly size?: 'small' | 'medium';
}) {
  const { t } = useTranslations();
  const { message, primary, size = 'medium' } = props;
  return (
    <Button
      appearance={primary ? 'primary' : 'secondary'}
      {...(primary && { 'data-primary': '' })}
      size={size}
      onClick={() => setDialog({ kind: 'message' })}
    >
      {t('window.fix.open', { title: t(`messages.to.${message.for}`) })}
    </Button>
  );
}
