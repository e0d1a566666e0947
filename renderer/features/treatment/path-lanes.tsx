/** The path to the KMS host in two lanes, station by station: as found, and as rehearsed or found later. */
import type { ReactNode } from 'react';
import type { FluentIcon } from '@fluentui/react-icons';
import { CheckmarkCircle20Regular } from '@fluentui/react-icons/svg/checkmark-circle';
import { DismissCircle20Regular } from '@fluentui/react-icons/svg/dismiss-circle';
import { QuestionCircle20Regular } from '@fluentui/react-icons/svg/question-circle';
import { Warning20Regular } from '@fluentui/react-icons/svg/warning';
import { stageState, type NodeState, type Route } from '@shared/route';
import type { TreatmentView } from '@shared/treatment';
import { classes } from '../../components/classes';
import { StatusIcon, useLightWord } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { rehearsedPath } from './rehearsed-path';
import styles from './path-lanes.module.css';

/** Shows the path next to other content. */
export function BesidePath(props: {
  readonly children: ReactNode;
  /** The path as found, now or before a treatment. */
  readonly path: Route;
  /** When it was found: the label of its lane. */
  readonly found: 'now' | 'before';
  /** The path afterward: as found now, or as the treatment was rehearsed. */
  readonly afterward: Route | TreatmentView;
  /** Shown below the lanes. */
  readonly note?: string;
}) {
  const { children, path, found, afterward, note } = props;
  const { t } = useTranslations();
  const isPlan = 'steps' in afterward;
  const lanes = [
    {
      label: t(`window.fix.${found}`),
      lights: path.columns.map(stageState),
      isRehearsed: false,
    },
    {
      label: t(isPlan ? 'treatment.window.asRehearsed' : 'window.fix.now'),
      lights: isPlan ? rehearsedPath(afterward, path) : afterward.columns.map(stageState),
      isRehearsed: isPlan,
    },
  ];
  return (
    <div className={styles.columns}>
      <div className={styles.main}>{children}</div>
      <div className={styles.aside}>
        <table className={styles.way}>
          <caption className={styles.caption}>{t('route.title')}</caption>
          <thead>
            <tr>
              <td />
              {lanes.map(({ label, isRehearsed }) => (
                <th key={label} scope="col" className={classes(isRehearsed && styles.rehearsed)}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {path.columns.map(({ id }, index) => (
              <tr key={id}>
                <th scope="row">{t(`route.short.${id}`)}</th>
                {lanes.map(({ label, isRehearsed, lights }) => (
                  <Station
                    key={label}
                    light={lights[index] ?? 'not-reached'}
                    isRehearsed={isRehearsed}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {note === undefined ? null : <p className={styles.note}>{note}</p>}
      </div>
    </div>
  );
}

/** The icons of the rehearsed lane, which is drawn hollow. */
const HOLLOW: Readonly<Partial<Record<NodeState, FluentIcon>>> = {
  pass: CheckmarkCircle20Regular,
  warn: Warning20Regular,
  fail: DismissCircle20Regular,
  unknown: QuestionCircle20Regular,
};

function Station(props: { readonly light: NodeState; readonly isRehearsed: boolean }) {
  const { light, isRehearsed } = props;
  const word = useLightWord(light);
  const Hollow = isRehearsed ? HOLLOW[light] : undefined;
  return (
    <td className={classes(styles.cell, styles[`to-${light}`], isRehearsed && styles.hollow)}>
      <span className={styles.light}>
        {Hollow === undefined ? (
          <StatusIcon light={light} />
        ) : (
          <Hollow aria-hidden className={styles[`outline-${light}`]} />
        )}
        <span className="kd-unseen">{word}</span>
      </span>
    </td>
  );
}
