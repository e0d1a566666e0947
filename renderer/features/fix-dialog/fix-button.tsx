/** Opens a fix's dialog; its words are the fix's title, with dots because a dialog follows, and a tip says what it takes. */
import { Button } from '@fluentui/react-components';
import type { FixId } from '@shared/catalogue';
import { setDialog, useDoctor } from '../../state/store';
import { Tooltip } from '../../components/tooltip';
import { useTranslations } from '../../i18n/translations';
import styles from './fix-button.module.css';

export function FixButton(props: {
  readonly fix: FixId;
  readonly primary?: boolean;
  readonly size?: 'small' | 'medium';
  /** Without the tip, where what it says stands beside the button. */
  readonly bare?: boolean;
}) {
  const { t } = useTranslations();
  const { fix, primary = false, size = 'medium', bare = false } = props;
  // A fix is planned on all that was read.
  const running = useDoctor((state) => state.phase === 'running');
  const button = (
    <Button
      className={styles.fix}
      appearance={primary ? 'primary' : 'secondary'}
      {...(primary && { 'data-primary': '' })}
      size={size}
      disabled={running}
      onClick={() => setDialog({ kind: 'fix', fix })}
    >
      {t('window.fix.open', { title: t(`fixes.${fix}.title`) })}
    </Button>
  );
  if (bare) return button;
  return <Tooltip content={t('window.fix.why', { why: t(`fixes.${fix}.why`) })}>{button}</Tooltip>;
}
