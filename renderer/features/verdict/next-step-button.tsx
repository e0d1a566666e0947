/** The page's primary button, which takes the next step. */
import { useState, type ReactElement } from 'react';
import { Button, Spinner } from '@fluentui/react-components';
import { ArrowClockwise20Regular } from '@fluentui/react-icons/svg/arrow-clockwise';
import { Play16Regular } from '@fluentui/react-icons/svg/play';
import { ShieldTask20Regular } from '@fluentui/react-icons/svg/shield-task';
import { CopyButton } from '../../components/copy-button';
import { PRIMARY } from '../../components/primary';
import { useTranslations } from '../../i18n/translations';
import { copyTicketText, diagnose, restartElevated } from '../../state/actions';
import { showCard } from '../../state/store';
import { FixButton } from '../fix-dialog/fix-button';
import { RepairButton } from '../treatment/repair-button';
import { useCarriedFocus } from './carried-focus';
import { MessageButton } from './message-button';
import { useNextStep } from './next-step';

/** The size of the button; medium by default, as of every button. */
interface Sized {
  readonly size?: 'small' | 'medium';
}

export function NextStepButton({ size }: Sized): ReactElement | null {
  const { t } = useTranslations();
  const step = useNextStep();
  switch (step?.is) {
    case 'repair':
      return <RepairButton offer={step.offer} size={size} />;
    case 'message':
      return <MessageButton primary size={size} />;
    case 'fix':
      return <FixButton fix={step.fix} primary size={size} />;
    case 'copy-ticket':
      return (
        <CopyButton
          text={copyTicketText}
          label={t('window.copy.ticket')}
          appearance="primary"
          size={size}
        />
      );
    case 'show-card':
      return (
        <Button {...PRIMARY} size={size} onClick={() => showCard(step.card)}>
          {t('window.banner.showCard')}
        </Button>
      );
    case 'restart-elevated':
      return <RestartButton size={size} />;
    case 'diagnose':
      return <DiagnoseButton again={step.again} size={size} />;
    case 'stop':
    case undefined:
      return null;
  }
}

function DiagnoseButton({ again, size }: Sized & { readonly again: boolean }) {
  const { t } = useTranslations();
  const [button] = useCarriedFocus<HTMLButtonElement>('other');
  return (
    <Button
      ref={button}
      {...PRIMARY}
      size={size}
      icon={again ? <ArrowClockwise20Regular /> : <Play16Regular />}
      onClick={diagnose}
    >
      {t(again ? 'window.banner.again' : 'window.banner.diagnose')}
    </Button>
  );
}

/** Restarts the app elevated. Windows prompts first; then this window closes, or shows why it stays open. */
function RestartButton({ size }: Sized) {
  const { t } = useTranslations();
  const [isAsking, setAsking] = useState(false);
  return (
    <Button
      {...PRIMARY}
      size={size}
      icon={isAsking ? <Spinner size="tiny" /> : <ShieldTask20Regular />}
      disabledFocusable={isAsking}
      onClick={() => {
        setAsking(true);
        void restartElevated().finally(() => setAsking(false));
      }}
    >
      {t('window.fix.restart')}
    </Button>
  );
}
