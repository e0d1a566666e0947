/** The last error with what it means; a press opens all that is known of it. */
import { useEffect, useState } from 'react';
import { Link } from '@fluentui/react-components';
import { ask } from '../../state/bridge';
import { setDialog } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import styles from './error-meaning.module.css';

export function ErrorMeaning({ code }: { readonly code: string }) {
  const { t, language } = useTranslations();
  const [meaning, setMeaning] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    void ask('search:find', { text: code }).then(
      ({ hits }) => {
        const hit = hits.find(({ kind, id }) => kind === 'code' && id === code);
        if (wanted) setMeaning(hit?.detail ?? null);
      },
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [code, language]);
  return (
    <span>
      {meaning === null ? t('window.banner.lastError') : `${t('window.banner.lastError')} `}
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
