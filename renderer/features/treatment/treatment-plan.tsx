/** A treatment that hasn't been started: its steps, the path next to them, and the remaining work. */
import type { MessageKey } from '@shared/message';
import { clausesOf, type RehearsedVerdict, type TreatmentView } from '@shared/treatment';
import { useTranslations } from '../../i18n/translations';
import { useRoute } from '../../state/route';
import { LeftList } from './left-list';
import { TreatmentSteps } from './treatment-steps';
import { BesidePath } from './path-lanes';
import styles from './treatment.module.css';

/** Returns the assumptions: each one separately for a healthy result, combined into clauses for any other. */
const conditionsOf = (ends: RehearsedVerdict): readonly MessageKey[] =>
  ends.code === 'healthy'
    ? ends.restsOn.map((given): MessageKey => `treatment.restsOn.${given}`)
    : clausesOf(ends);

export function TreatmentPlan({ treatment }: { readonly treatment: TreatmentView }) {
  const { t } = useTranslations();
  const route = useRoute();
  return (
    <BesidePath
      path={route}
      found="now"
      afterward={treatment}
      note={t('treatment.window.rehearsalNote')}
    >
      <TreatmentSteps treatment={treatment} />
      {treatment.ends.restsOn.length === 0 ? null : (
        <section className={styles.restsOn} aria-label={t('treatment.window.restsOn')}>
          <p>{t('treatment.window.restsOn')}</p>
          <ul>
            {conditionsOf(treatment.ends).map((given) => (
              <li key={given}>{t(given)}</li>
            ))}
          </ul>
        </section>
      )}
      <LeftList left={treatment.left} />
    </BesidePath>
  );
}
