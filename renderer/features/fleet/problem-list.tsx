/** Files and lines that couldn't be read, and why. Rendered in parts. */
import { useState } from 'react';
import { Button } from '@fluentui/react-components';
import { escapeText } from '@shared/printable';
import { BreakableText } from '../../components/breakable-text';
import { useTranslations } from '../../i18n/translations';
import { useRows } from './rows';
import styles from './problem-list.module.css';

/** Number of lines rendered at a time. */
const PART = 100;

export function ProblemList(props: { readonly list: string; readonly total: number }) {
  const { list, total } = props;
  const { t } = useTranslations();
  const [shown, setShown] = useState(PART);
  const row = useRows(list, 0, shown - 1);
  const places = Array.from({ length: Math.min(shown, total) }, (_, place) => place);
  return (
    <>
      <ul className={styles.list}>
        {places.map((place) => {
          const found = row(place);
          return found === undefined ? null : (
            <li key={place} className={styles.problem}>
              <span className={styles.file}>
                <BreakableText text={escapeText(found.name)} />
              </span>
              <span className={styles.why}>{escapeText(found.problem ?? '')}</span>
            </li>
          );
        })}
      </ul>
      {shown < total ? (
        <Button size="small" className={styles.more} onClick={() => setShown(shown + PART)}>
          {t('window.list.showMore', { count: Math.min(PART, total - shown) })}
        </Button>
      ) : null}
    </>
  );
}
