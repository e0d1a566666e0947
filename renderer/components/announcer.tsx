/** The live region: announces the run's progress, and then the verdict. */
import { useEffect } from 'react';
import { hasEnded } from '@shared/diagnosis';
import { announce, useAnnouncement } from '../state/announce';
import { useDoctor } from '../state/store';
import { verdictWords } from '../features/verdict/verdict-words';
import { useTranslations } from '../i18n/translations';

/** Progress is announced once per quarter of the run, not for every check. */
const PARTS = 4;

export function Announcer() {
  const words = useTranslations();
  const { t } = words;
  const { text, count } = useAnnouncement();
  const phase = useDoctor((state) => state.phase);
  const part = useDoctor(({ checks }) => {
    const done = checks.filter(({ status }) => hasEnded(status)).length;
    return Math.floor((PARTS * done) / Math.max(1, checks.length));
  });
  const verdict = useDoctor((state) => state.finished?.verdict ?? null);

  const judged = verdict !== null;
  const stopped = phase === 'stopped';

  useEffect(() => {
    // After the verdict, the rest of the run isn't worth announcing.
    if (phase === 'running' && !judged) {
      announce(t('window.progress.spoken', { percent: Math.round((100 * part) / PARTS) }));
    }
  }, [phase, judged, part, t]);
  useEffect(() => {
    if (stopped) announce(t('window.banner.stopped'));
    else if (verdict !== null) {
      const { title, summary } = verdictWords(verdict, words);
      announce(`${title}. ${summary}`);
    }
    // A language change alters the texts, but only a new verdict is announced.
    // eslint-disable-next-line react-hooks/exhaustive-deps -- see above
  }, [stopped, judged]);

  return (
    <div className="kd-unseen" role="status" aria-live="polite" key={count % 2}>
      {text}
    </div>
  );
}
