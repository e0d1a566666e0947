/** The last error with its meaning; a click opens everything known about it. */
import { useEffect, useState } from 'react';
import { Link } from '@fluentui/react-components';
import { whileWanted } from '../../components/while-wanted';
import { ask } from '../../state/bridge';
import { setDialog } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import styles from './error-meaning.module.css';

/** @param isSaid whether its meaning is already shown next to it */
export function ErrorMeaning(props: { readonly code: string; readonly isSaid?: boolean }) {
  const { code, isSaid = false } = props;
  const { t, language } = useTranslations();
  const [found, setFound] = useState<string | null>(null);
  const meaning = isSaid ? null : found;
  useEffect(() => {
    if (isSaid) return undefined;
    return whileWanted(
      () => ask('search:find', { text: code }),
      (answer) => {
        // If the search fails, the known meaning stays.
        if (answer === null) return;
        const hit = answer.hits.find(({ kind, id }) => kind === 'code' && id === code);
        setFound(hit?.detail ?? null);
      },
    );
  }, [code, isSaid, language]);
  return (
    <span>
      {`${t('window.banner.lastError')} `}
      <Link
        as="button"
        inline
        className={styles.code}
        onClick={() => setDialog({ kind: 'search', text: code })}
      >
        {code}
      </Link>
      {meaning === null ? null : t('window.banner.errorMeaning', { meaning })}
    </span>
  );
}
