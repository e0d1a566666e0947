/** The verdict in one line, shown after its banner has scrolled out of view. */
import { classes } from '../../components/classes';
import { useDoctor } from '../../state/store';
import { toneOf, verdictWords } from './verdict-words';
import { useTranslations } from '../../i18n/translations';
import { FixButton } from '../fix-dialog/fix-button';
import { useOtherFixes } from './next-step';
import { NextStepButton } from './next-step-button';
import { StatusIcon } from '../../components/status';
import styles from './verdict-strip.module.css';

/** Maximum number of buttons in the strip. */
const SHOWN = 2;

export default function VerdictStrip() {
  const words = useTranslations();
  const { t } = words;
  const verdict = useDoctor((state) => state.finished?.verdict ?? null);
  const otherFixes = useOtherFixes();
  if (verdict === null) return null;
  const tone = toneOf(verdict.code);
  return (
    <section
      className={classes(styles.strip, styles[tone])}
      aria-label={t('window.banner.stripLabel')}
    >
      <StatusIcon light={tone} />
      <p className={styles.title}>{verdictWords(verdict, words).title}</p>
      {tone === 'unknown' ? null : (
        <span className={styles.chip}>{t(`verdicts.certainty.${verdict.certainty}`)}</span>
      )}
      <span className={styles.actions}>
        <NextStepButton size="small" />
        {otherFixes.slice(0, SHOWN - 1).map((fix) => (
          <FixButton key={fix} fix={fix} size="small" />
        ))}
      </span>
    </section>
  );
}
