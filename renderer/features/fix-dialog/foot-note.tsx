/** What happens when the button is pressed, said before it is. */
import { useTranslations } from '../../i18n/translations';
import { useDoctor } from '../../state/store';
import styles from './foot-note.module.css';

export function FootNote() {
  const { t } = useTranslations();
  const source = useDoctor((state) => state.info?.source.kind);
  const elevated = useDoctor((state) => state.info?.elevated ?? false);
  const key =
    source === 'scenario'
      ? 'window.fix.footSimulated'
      : elevated || source === 'network'
        ? 'window.fix.footConfirm'
        : 'window.fix.footAdmin';
  return <span className={styles.footNote}>{t(key)}</span>;
}
