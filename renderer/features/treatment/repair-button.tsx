/**
 * The first button for an unhealthy PC: opens its whole treatment. Its space is reserved while the treatment is
 * planned.
 */
import { Button } from '@fluentui/react-components';
import { Wrench20Regular } from '@fluentui/react-icons/svg/wrench';
import { useTranslations } from '../../i18n/translations';
import { setDialog, useDoctor } from '../../state/store';
import { classes } from '../../components/classes';
import { PRIMARY } from '../../components/primary';
import { Spinner } from '../../components/status';
import type { RepairOffer } from '../verdict/next-step';
import { isPathVerdict } from './rehearsed-path';
import styles from './repair-button.module.css';

export function RepairButton(props: {
  readonly offer: NonNullable<RepairOffer>;
  readonly size?: 'small' | 'medium';
}) {
  const { t } = useTranslations();
  const { offer, size = 'medium' } = props;
  const isAwaited = offer === 'awaited';
  return (
    <Button
      className={classes(size === 'medium' && styles.repair)}
      {...PRIMARY}
      size={size}
      icon={isAwaited ? <Spinner size={16} /> : <Wrench20Regular />}
      disabled={isAwaited}
      {...(isAwaited && { title: t('treatment.window.planning') })}
      onClick={() => setDialog({ kind: 'treatment', asksForHost: false })}
    >
      {t('window.fix.open', { title: t('treatment.window.title') })}
    </Button>
  );
}

/** Asks the user for a KMS host if the available fixes don't lead to one. */
export function NameHostButton() {
  const { t } = useTranslations();
  const isOffered = useDoctor(
    ({ info, isPlanning, isTreating, treatment }) =>
      // For another PC's facts, there is no telling whether that PC can reach a host.
      info?.source.kind !== 'facts' &&
      !isPlanning &&
      !isTreating &&
      treatment !== null &&
      isPathVerdict(treatment.ends.code),
  );
  if (!isOffered) return null;
  return (
    <Button onClick={() => setDialog({ kind: 'treatment', asksForHost: true })}>
      {t('window.fix.open', { title: t('treatment.window.nameHost') })}
    </Button>
  );
}
