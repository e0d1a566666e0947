/** A command or a raw answer in the machine's lettering, with a button that copies it. */
import { classes } from './classes';
import { useTranslations } from '../i18n/translations';
import { CopyButton } from './copy-button';
import styles from './command-block.module.css';

/** A command breaks between its words, never inside an option, and goes on indented. */
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
  /** What the button copies when it is more than what is shown. */
  readonly copied?: string;
  /** Scrolls within itself when it is long. */
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
