/** The lines for many PCs: each cause with its fix, and the other lists. Each line expands to its names. */
import { useId, type ReactNode } from 'react';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronUp16Regular } from '@fluentui/react-icons/svg/chevron-up';
import type { FleetCauseView, FleetSectionView } from '@shared/fleet-view';
import type { RequestOf } from '@shared/ipc';
import type { MessageKey } from '@shared/message';
import { escapeText } from '@shared/printable';
import { Button } from '@fluentui/react-components';
import { Copy20Regular } from '@fluentui/react-icons/svg/copy';
import { classes } from '../../components/classes';
import { StatusIcon, type Light } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { copyOfList } from '../../state/actions';
import { toggleList, useFleet } from '../../state/fleet';
import { NameList } from './name-list';
import { ProblemList } from './problem-list';
import styles from './fleet-rows.module.css';

export function Cause({ cause }: { readonly cause: FleetCauseView }) {
  const { code, title, cure, advice } = cause;
  return (
    <Line
      list={cause}
      title={title}
      light={code === 'cannot-diagnose' ? 'unknown' : 'fail'}
      detail={
        cure === null ? (
          advice
        ) : (
          <>
            {escapeText(cure.title)} <span className={styles.for}>{cure.for}</span>
          </>
        )
      }
      chips={cure === null ? null : <Chips cure={cure} />}
      isCause
    />
  );
}

/** The number of PCs that a cure fixes, if it was rehearsed. */
function Chips({ cure }: { readonly cure: NonNullable<FleetCauseView['cure']> }) {
  const { t } = useTranslations();
  const { heals, mayHeal, rehearsed } = cure;
  if (!rehearsed) return <span className={styles.chip}>{t('window.fleet.notRehearsed')}</span>;
  const more = heals > 0 ? 'window.fleet.mayHealMore' : 'window.fleet.mayHeal';
  return (
    <>
      {heals > 0 ? (
        <span className={classes(styles.chip, styles.heals)}>
          {t('window.fleet.heals', { count: heals })}
        </span>
      ) : null}
      {mayHeal > 0 ? <span className={styles.chip}>{t(more, { count: mayHeal })}</span> : null}
    </>
  );
}

const SECTIONS: Readonly<
  Record<
    FleetSectionView['kind'],
    { readonly light: Light; readonly title: MessageKey; readonly detail?: MessageKey }
  >
> = {
  healthy: { light: 'pass', title: 'window.fleet.section.healthy' },
  ending: { light: 'warn', title: 'window.fleet.section.ending' },
  'same-client-id': {
    light: 'warn',
    title: 'window.fleet.section.sameClientId',
    detail: 'window.fleet.section.sameClientIdText',
  },
  'not-reached': {
    light: 'unknown',
    title: 'window.fleet.section.notReached',
    detail: 'window.fleet.section.notReachedText',
  },
  unreadable: { light: 'unknown', title: 'window.fleet.section.unreadable' },
};

export function Section({ section }: { readonly section: FleetSectionView }) {
  const { t } = useTranslations();
  const { kind, about } = section;
  const { light, title, detail } = SECTIONS[kind];
  return (
    <Line
      list={section}
      title={about === null ? t(title) : `${t(title)}: ${escapeText(about)}`}
      light={light}
      detail={detail === undefined ? null : t(detail)}
    />
  );
}

function Line(props: {
  readonly list: Pick<FleetSectionView, 'id' | 'count' | 'found'>;
  readonly title: string;
  readonly light: Light;
  readonly detail: ReactNode;
  readonly chips?: ReactNode;
  readonly isCause?: boolean;
}) {
  const { title, light, detail, chips, isCause = false } = props;
  const { id, count, found } = props.list;
  const { t, number } = useTranslations();
  const panel = useId();
  const isOpen = useFleet((state) => state.list === id);
  const computers = useFleet(({ view }) => view?.computers ?? 0);
  const percent = isOfComputers(id) ? Math.max((count / computers) * 100, 1) : 0;
  return (
    <li className={styles.item} data-list={id}>
      <button
        type="button"
        className={classes(styles.line, 'kd-focus')}
        aria-expanded={isOpen}
        {...(isOpen && { 'aria-controls': panel })}
        onClick={() => toggleList(id)}
      >
        <span className={styles.bar} aria-hidden>
          <span
            className={classes(styles.fill, styles[light])}
            style={{ inlineSize: `${percent}%` }}
          />
        </span>
        <span className={styles.count}>
          {found === count
            ? number(count)
            : t('window.fleet.ofAll', { found: number(found), count: number(count) })}
        </span>
        <StatusIcon light={light} size={16} />
        <span className={styles.text}>
          <span className={styles.title}>{escapeText(title)}</span>
          {detail === null ? null : <span className={styles.detail}>{detail}</span>}
        </span>
        <span className={styles.chips}>{chips}</span>
        {isOpen ? <ChevronUp16Regular aria-hidden /> : <ChevronDown16Regular aria-hidden />}
      </button>
      {isOpen ? (
        <div id={panel} className={styles.panel}>
          <div className={styles.actions}>
            <CopyPart list={id} what="names" />
            {isCause ? <CopyPart list={id} what="sentence" /> : null}
          </div>
          <Names list={id} title={title} total={found} />
        </div>
      ) : null}
    </li>
  );
}

/** Whether a list contains PCs rather than what couldn't be read. */
const isOfComputers = (list: string): boolean => !list.startsWith('unreadable');

function Names(props: { readonly list: string; readonly title: string; readonly total: number }) {
  const { t, language } = useTranslations();
  const { list, title, total } = props;
  const filter = useFleet((state) => state.filter);
  // A different filter gives a different list.
  const key = `${filter} ${language}`;
  return isOfComputers(list) ? (
    <NameList
      key={key}
      list={list}
      total={total}
      label={t('window.fleet.names', { cause: escapeText(title) })}
      isChoice={!list.startsWith('not-reached')}
    />
  ) : (
    <ProblemList key={key} list={list} total={total} />
  );
}

function CopyPart(props: {
  readonly list: string;
  readonly what: RequestOf<'fleet:copy'>['what'];
}) {
  const { t } = useTranslations();
  const { list, what } = props;
  return (
    <Button
      size="small"
      appearance="subtle"
      icon={<Copy20Regular />}
      onClick={() => copyOfList(list, what)}
    >
      {t(what === 'names' ? 'window.fleet.copyNames' : 'window.fleet.copySentence')}
    </Button>
  );
}
