/**
 * Opens a fix's dialog. The label is the fix's title with an ellipsis, since a dialog follows; a tooltip describes the
 * fix.
 */
import { Button } from '@fluentui/react-components';
import type { FixId } from '@shared/catalog';
import { setDialog, useDoctor } from '../../state/store';
import { PRIMARY } from '../../components/primary';
import { Tooltip } from '../../components/tooltip';
import { useTranslations } from '../../i18n/translations';
import styles from './fix-button.module.css';

export function FixButton(props: {
  readonly fix: FixId;
  readonly primary?: boolean;
  readonly size?: 'small' | 'medium';
  /** Omits the tooltip if its text is shown next to the button. */
  readonly bare?: boolean;
}) {
  const { t } = useTranslations();
  const { fix, primary = false, size = 'medium', bare = false } = props;
  // A plan needs all the facts, so the button waits for the run to finish.
  const running = useDoctor((state) => state.phase === 'running');
  const button = (
    <Button
      className={styles.fix}
      {...(primary && PRIMARY)}
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
