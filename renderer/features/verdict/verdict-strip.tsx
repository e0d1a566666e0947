/** The verdict in one line, once its banner has scrolled away. */
import { classes } from '../../components/classes';
import { useDoctor } from '../../state/store';
import { toneOf, verdictWords } from './verdict-words';
import { useTranslations } from '../../i18n/translations';
import { FixButton } from '../fix-dialog/fix-button';
import { RepairButton, useOffer } from '../treatment/repair-button';
import { StatusIcon } from '../../components/status';
import styles from './verdict-strip.module.css';

/** Buttons that find room in the strip. */
const SHOWN = 2;

export function VerdictStrip() {
  const words = useTranslations();
  const { t } = words;
  const verdict = useDoctor((state) => state.finished?.verdict ?? null);
  const report = useDoctor((state) => state.info?.source.kind === 'report');
  const offer = useOffer();
  if (verdict === null) return null;
  const isRepair = offer === 'repair' || offer === 'awaited';
  const tone = toneOf(verdict.code);
  return (
    <section
      className={classes(styles.strip, styles[tone])}
      aria-label={t('window.banner.stripLabel')}
    >
      <StatusIcon light={tone} />
      <p className={styles.title}>{verdictWords(verdict, words).title}</p>
      <span className={styles.chip}>{t(`verdicts.certainty.${verdict.certainty}`)}</span>
      <span className={styles.actions}>
        {isRepair ? <RepairButton offer={offer} size="small" /> : null}
        {report
          ? null
          : verdict.fixes
              .slice(0, isRepair ? SHOWN - 1 : SHOWN)
              .map((fix, index) => (
                <FixButton key={fix} fix={fix} primary={!isRepair && index === 0} size="small" />
              ))}
      </span>
    </section>
  );
}
