/** What a treatment leaves to other people, each with the message to send. */
import type { LeftView } from '@shared/treatment';
import { escapeText } from '@shared/printable';
import { CopyButton } from '../../components/copy-button';
import { useTranslations } from '../../i18n/translations';
import styles from './treatment.module.css';

export function LeftList({ left }: { readonly left: readonly LeftView[] }) {
  const { t } = useTranslations();
  if (left.length === 0) return null;
  return (
    <section className={styles.left} aria-labelledby="kd-left">
      <h3 id="kd-left" className={styles.sectionTitle}>
        {t('treatment.window.left')}
      </h3>
      <ul>
        {left.map((item) => {
          const isHere = item.for === 'this-pc';
          const whom = isHere ? t('treatment.window.leftHere') : t(`messages.to.${item.for}`);
          return (
            <li key={`${item.for} ${item.code}`}>
              <div>
                <p className={styles.leftSubject}>{escapeText(item.subject)}</p>
                {isHere ? <p>{escapeText(item.text)}</p> : null}
                <p className={styles.whom}>{whom}</p>
              </div>
              {isHere ? null : (
                <CopyButton
                  size="small"
                  appearance="secondary"
                  label={t('window.copy.message')}
                  text={`${item.subject}\n\n${item.text}`}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
