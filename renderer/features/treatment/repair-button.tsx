/** The first button on a sick PC: opens its whole treatment. While that is planned, it keeps its place. */
import { Button } from '@fluentui/react-components';
import { Wrench20Regular } from '@fluentui/react-icons/svg/wrench';
import { useTranslations } from '../../i18n/translations';
import { isTreatable, setDialog, useDoctor } from '../../state/store';
import { Spinner } from '../../components/status';
import { isAboutTheWay } from './rehearsed-path';

/** What the window offers about its verdict besides the single fixes; `awaited`: a treatment is being planned. */
export type Offer = 'awaited' | 'repair' | 'name-host' | null;

/** What the window offers at the moment. */
export function useOffer(): Offer {
  return useDoctor(({ info, finished, phase, isPlanning, isTreating, treatment }) => {
    if (info?.source.kind === 'report' || finished === null || !isTreatable(finished)) return null;
    if (phase === 'running' || isPlanning || isTreating) return 'awaited';
    if (treatment === null) return null;
    if (treatment.steps.length > 0) return 'repair';
    return isAboutTheWay(finished.verdict.code) ? 'name-host' : null;
  });
}

export function RepairButton(props: {
  readonly offer: 'awaited' | 'repair';
  readonly size?: 'small' | 'medium';
}) {
  const { t } = useTranslations();
  const { offer, size = 'medium' } = props;
  const isAwaited = offer === 'awaited';
  return (
    <Button
      appearance="primary"
      data-primary=""
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

/** Where nothing was found that could be done: a person may know a KMS host. */
export function NameHostButton() {
  const { t } = useTranslations();
  return (
    <Button onClick={() => setDialog({ kind: 'treatment', asksForHost: true })}>
      {t('window.fix.open', { title: t('treatment.window.nameHost') })}
    </Button>
  );
}
