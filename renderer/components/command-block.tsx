/** A command or raw output in monospace, with a copy button. */
import { classes } from './classes';
import { useTranslations } from '../i18n/translations';
import { CopyButton } from './copy-button';
import styles from './command-block.module.css';

/** Wraps a command between words, never within an option, with a hanging indent. */
function Lines({ text }: { readonly text: string }) {
  return text.split('\n').map((line, index) => (
    <span key={index} className={styles.line}>
      {line.split(/( +)/).map((word, place) =>
        place % 2 === 0 ? (
          <span key={place} className={styles.word}>
            {word}
          </span>
        ) : (
          word
        ),
      )}
      {'\n'}
    </span>
  ));
}

export function CommandBlock(props: {
  readonly text: string;
  /** Text to copy if it is more than the text shown. */
  readonly copied?: string;
  /** Whether long text scrolls within the block. */
  readonly tall?: boolean;
}) {
  const { text, copied = text, tall = false } = props;
  const { t } = useTranslations();
  return (
    <div className={styles.block}>
      <pre
        className={classes(styles.text, tall && styles.tall, tall && 'kd-focus')}
        dir="ltr"
        {...(tall && { tabIndex: 0, role: 'region', 'aria-label': t('window.details.raw') })}
      >
        {tall ? text : <Lines text={text} />}
      </pre>
      <span className={styles.copy}>
        <CopyButton text={copied} label={t('window.copy.command')} iconOnly />
      </span>
    </div>
  );
}
