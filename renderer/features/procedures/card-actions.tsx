/** The actions of a card: its fixes and its details. */
import { Button } from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronUp16Regular } from '@fluentui/react-icons/svg/chevron-up';
import { fixDefinition, type FixId } from '@shared/catalog';
import { useTranslations } from '../../i18n/translations';
import { isRemotePc, setOpenCard, useDoctor } from '../../state/store';
import type { CardView } from '../../state/view';
import { FixButton } from '../fix-dialog/fix-button';
import styles from './cards.module.css';

/**
 * Returns the fixes that a card offers: those of the verdict, or the article's test if the path is broken or unclear.
 */
function useOffered({ id, light }: CardView): readonly FixId[] {
  const verdict = useDoctor((state) => state.finished?.verdict ?? null);
  const source = useDoctor((state) => state.info?.source.kind);
  const isThere = useDoctor(isRemotePc);
  if (isThere || verdict === null) return [];
  const recommended = verdict.fixes.filter((fix) => fixDefinition(fix).procedure === id);
  if (recommended.length > 0) return recommended.slice(0, 2);
  const amiss = light === 'fail' || light === 'unknown';
  const testable = id === 'find-routing-issue' && amiss && source !== 'network';
  return testable && verdict.code !== 'healthy' ? ['test-routing'] : [];
}

export default function CardActions({ card }: { readonly card: CardView }) {
  const { id } = card;
  const { t } = useTranslations();
  const open = useDoctor((state) => state.openCard === id);
  const offered = useOffered(card);
  return (
    <>
      {offered.map((fix) => (
        <FixButton key={fix} fix={fix} size="small" />
      ))}
      <Button
        className={styles.quiet}
        size="small"
        appearance="subtle"
        icon={open ? <ChevronUp16Regular /> : <ChevronDown16Regular />}
        iconPosition="after"
        id={`kd-open-${id}`}
        aria-expanded={open}
        // Makes the buttons distinguishable in a screen reader's list.
        aria-labelledby={`kd-open-${id} kd-card-${id}`}
        onClick={() => setOpenCard(open ? null : id)}
      >
        {t(open ? 'window.cards.hide' : 'window.cards.details')}
      </Button>
    </>
  );
}
