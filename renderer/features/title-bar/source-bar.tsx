/**
 * The bar below the title bar: the computer and time of the opened report or facts line, or, if the title bar has no
 * room for it, a note that the PC is simulated.
 */
import { useEffect, useRef } from 'react';
import { Button } from '@fluentui/react-components';
import { ArrowLeft16Regular } from '@fluentui/react-icons/svg/arrow-left';
import { Beaker20Regular } from '@fluentui/react-icons/svg/beaker';
import { Dismiss16Regular } from '@fluentui/react-icons/svg/dismiss';
import { DocumentText20Regular } from '@fluentui/react-icons/svg/document-text';
import { LockClosed20Regular } from '@fluentui/react-icons/svg/lock-closed';
import { classes } from '../../components/classes';
import { backToThisPc, returnToFleet } from '../../state/actions';
import { useFleet } from '../../state/fleet';
import { useDoctor } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { escapeText } from '@shared/printable';
import { MARK_BELOW_BAR_REM, useIsTitleBarNarrow } from './use-is-title-bar-narrow';
import styles from './source-bar.module.css';

export function SourceBar() {
  const { t, stamp, date } = useTranslations();
  const source = useDoctor((state) => state.info?.source);
  const isMarkedBelow = useIsTitleBarNarrow(MARK_BELOW_BAR_REM);
  if (source?.kind === 'report' || source?.kind === 'facts') {
    const isReport = source.kind === 'report';
    const Icon = isReport ? LockClosed20Regular : DocumentText20Regular;
    const computer = escapeText(source.computer);
    const at = new Date(source.at);
    return (
      <aside className={styles.bar} aria-label={t('window.report.label')}>
        <BackToFleet />
        <Icon aria-hidden className={styles.icon} />
        <p className={styles.text}>
          <strong>
            {isReport
              ? t('window.report.of', { computer })
              : t('window.facts.of', { computer, when: date(at) })}
          </strong>{' '}
          {isReport ? t('window.report.taken', { when: stamp(at) }) : t('window.facts.readOnly')}
        </p>
        <Button size="small" icon={<Dismiss16Regular />} onClick={backToThisPc}>
          {t(isReport ? 'window.report.close' : 'window.facts.close')}
        </Button>
      </aside>
    );
  }
  if (source?.kind === 'scenario' && isMarkedBelow) {
    return (
      <aside
        className={classes(styles.bar, styles.simulated)}
        aria-label={t('window.report.label')}
      >
        <Beaker20Regular aria-hidden className={styles.icon} />
        <p className={styles.text}>
          <strong>{t('window.title.simulated')}</strong> {escapeText(source.title)}
        </p>
      </aside>
    );
  }
  return null;
}

/** Returns to the PCs that this one was opened from. Takes the focus, since the list that had it is gone. */
function BackToFleet() {
  const { t } = useTranslations();
  const computers = useFleet(({ view }) => view?.computers ?? null);
  const isOpenedFrom = useFleet(({ returnTo }) => returnTo !== null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isOpenedFrom) button.current?.focus();
  }, [isOpenedFrom]);
  if (computers === null) return null;
  return (
    <Button ref={button} size="small" icon={<ArrowLeft16Regular />} onClick={returnToFleet}>
      {t('window.fleet.back', { count: computers })}
    </Button>
  );
}
