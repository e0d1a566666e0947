/** The path to the KMS host in two lanes, station by station: as found, and as rehearsed or found later. */
import { CheckmarkCircle20Regular } from '@fluentui/react-icons/svg/checkmark-circle';
import { DismissCircle20Regular } from '@fluentui/react-icons/svg/dismiss-circle';
import { QuestionCircle20Regular } from '@fluentui/react-icons/svg/question-circle';
import { Warning20Regular } from '@fluentui/react-icons/svg/warning';
import { stageState, type NodeState, type Route } from '@shared/route';
import { classes } from '../../components/classes';
import { StatusIcon, useLightWord } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import styles from './path-lanes.module.css';

/** A lane of the diagram. */
export interface Lane {
  readonly label: string;
  /** Whether it is only rehearsed, and so drawn hollow. */
  readonly isRehearsed: boolean;
  readonly lights: readonly NodeState[];
}

/** Creates the lane of the path as found. */
export const currentLane = (label: string, { columns }: Route): Lane => ({
  label,
  isRehearsed: false,
  lights: columns.map(stageState),
});

export function PathLanes({
  route,
  lanes,
}: {
  readonly route: Route;
  readonly lanes: readonly Lane[];
}) {
  const { t } = useTranslations();
  return (
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
        {route.columns.map(({ id }, index) => (
          <tr key={id}>
            <th scope="row">{t(`route.short.${id}`)}</th>
            {lanes.map(({ label, isRehearsed, lights }) => {
              const light = lights[index] ?? 'not-reached';
              return (
                <td
                  key={label}
                  className={classes(
                    styles.cell,
                    styles[`to-${light}`],
                    isRehearsed && styles.hollow,
                  )}
                >
                  <LaneLight light={light} isRehearsed={isRehearsed} />
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const HOLLOW = {
  pass: CheckmarkCircle20Regular,
  warn: Warning20Regular,
  fail: DismissCircle20Regular,
  unknown: QuestionCircle20Regular,
} as const;

function LaneLight({
  light,
  isRehearsed,
}: {
  readonly light: NodeState;
  readonly isRehearsed: boolean;
}) {
  const word = useLightWord(light);
  const Hollow = isRehearsed && light in HOLLOW ? HOLLOW[light as keyof typeof HOLLOW] : null;
  return (
    <span className={styles.light}>
      {Hollow === null ? (
        <StatusIcon light={light} />
      ) : (
        <Hollow aria-hidden className={styles[`outline-${light}`]} />
      )}
      <span className="kd-unseen">{word}</span>
    </span>
  );
}
