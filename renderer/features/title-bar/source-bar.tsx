/** Under the title: whose report this is and when it was taken, or, where the title has no room, that the PC is simulated. */
import { Button } from '@fluentui/react-components';
import { Beaker20Regular } from '@fluentui/react-icons/svg/beaker';
import { Dismiss16Regular } from '@fluentui/react-icons/svg/dismiss';
import { LockClosed20Regular } from '@fluentui/react-icons/svg/lock-closed';
import { classes } from '../../components/classes';
import { backToThisPc } from '../../state/actions';
import { useDoctor } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { printable } from '@shared/printable';
import styles from './source-bar.module.css';

export function SourceBar() {
  const { t, stamp } = useTranslations();
  const source = useDoctor((state) => state.info?.source);
  if (source?.kind === 'report') {
    return (
      <aside className={styles.bar} aria-label={t('window.report.label')}>
        <LockClosed20Regular aria-hidden className={styles.icon} />
        <p className={styles.text}>
          <strong>{t('window.report.of', { computer: printable(source.computer) })}</strong>{' '}
          {t('window.report.taken', { when: stamp(new Date(source.at)) })}
        </p>
        <Button size="small" icon={<Dismiss16Regular />} onClick={backToThisPc}>
          {t('window.report.close')}
        </Button>
      </aside>
    );
  }
  if (source?.kind === 'scenario') {
    return (
      <aside
        className={classes(styles.bar, styles.narrowOnly)}
        aria-label={t('window.report.label')}
      >
        <Beaker20Regular aria-hidden className={styles.icon} />
        <p className={styles.text}>
          <strong>{t('window.title.simulated')}</strong> {printable(source.title)}
        </p>
      </aside>
    );
  }
  return null;
}
