/** Explains, before the button is pressed, what pressing it will do. */
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
