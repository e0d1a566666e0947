/** The lines for many PCs: each cause with its fix, and the other lists. Each line expands to its names. */
import { useId, type ReactNode } from 'react';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronUp16Regular } from '@fluentui/react-icons/svg/chevron-up';
import type { FleetCauseView, FleetSectionView } from '@shared/fleet-view';
import type { MessageKey } from '@shared/message';
import { escapeText } from '@shared/printable';
import { Button } from '@fluentui/react-components';
import { Copy20Regular } from '@fluentui/react-icons/svg/copy';
import { classes } from '../../components/classes';
import { StatusIcon, type Light } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { attempt } from '../../state/actions';
import { copyOfList, toggleList, useFleet } from '../../state/fleet';
import { setNotice } from '../../state/store';
import { NameList } from './name-list';
import { ProblemList } from './problem-list';
import styles from './fleet-rows.module.css';

export function Cause(props: { readonly cause: FleetCauseView; readonly computers: number }) {
  const { t } = useTranslations();
  const { id, code, title, count, found, cure, advice } = props.cause;
  return (
    <Line
      id={id}
      title={title}
      count={count}
      found={found}
      share={count / props.computers}
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
      chips={
        cure === null ? null : cure.rehearsed ? (
          <>
            {cure.heals > 0 ? (
              <span className={classes(styles.chip, styles.heals)}>
                {t('window.fleet.heals', { count: cure.heals })}
              </span>
            ) : null}
            {cure.mayHeal > 0 ? (
              <span className={styles.chip}>
                {t(cure.heals > 0 ? 'window.fleet.mayHealMore' : 'window.fleet.mayHeal', {
                  count: cure.mayHeal,
                })}
              </span>
            ) : null}
          </>
        ) : (
          <span className={styles.chip}>{t('window.fleet.notRehearsed')}</span>
        )
      }
      isCause
    />
  );
}

const SECTIONS: Readonly<
  Record<
    FleetSectionView['kind'],
    {
      readonly light: Light;
      readonly title:
        | 'window.fleet.section.healthy'
        | 'window.fleet.section.ending'
        | 'window.fleet.section.sameClientId'
        | 'window.fleet.section.notReached'
        | 'window.fleet.section.unreadable';
    }
  >
> = {
  healthy: { light: 'pass', title: 'window.fleet.section.healthy' },
  ending: { light: 'warn', title: 'window.fleet.section.ending' },
  'same-client-id': { light: 'warn', title: 'window.fleet.section.sameClientId' },
  'not-reached': { light: 'unknown', title: 'window.fleet.section.notReached' },
  unreadable: { light: 'unknown', title: 'window.fleet.section.unreadable' },
};

/** Explanations shown in addition to a section's title. */
const DETAILS: Readonly<Partial<Record<FleetSectionView['kind'], MessageKey>>> = {
  'same-client-id': 'window.fleet.section.sameClientIdText',
  'not-reached': 'window.fleet.section.notReachedText',
};

export function Section(props: { readonly section: FleetSectionView; readonly computers: number }) {
  const { t } = useTranslations();
  const { id, kind, about, count, found } = props.section;
  const { light, title } = SECTIONS[kind];
  return (
    <Line
      id={id}
      title={about === null ? t(title) : `${t(title)}: ${escapeText(about)}`}
      count={count}
      found={found}
      share={kind === 'unreadable' ? 0 : count / props.computers}
      light={light}
      detail={DETAILS[kind] === undefined ? null : t(DETAILS[kind])}
      chips={null}
    />
  );
}

interface LineProps {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  readonly found: number;
  /** Fraction of all PCs, 0 to 1. */
  readonly share: number;
  readonly light: Light;
  readonly detail: ReactNode;
  readonly chips: ReactNode;
  readonly isCause?: boolean;
}

function Line(props: LineProps) {
  const { id, title, count, found, share, light, detail, chips, isCause = false } = props;
  const { t, number } = useTranslations();
  const panel = useId();
  const isOpen = useFleet((state) => state.list === id);
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
            style={{ inlineSize: `${Math.max(share * 100, share > 0 ? 1 : 0)}%` }}
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
            <CopyNames list={id} />
            {isCause ? <CopySentence list={id} /> : null}
          </div>
          <Names list={id} title={title} total={found} />
        </div>
      ) : null}
    </li>
  );
}

function Names(props: { readonly list: string; readonly title: string; readonly total: number }) {
  const { t, language } = useTranslations();
  const { list, title, total } = props;
  const filter = useFleet((state) => state.filter);
  // A different filter gives a different list.
  const key = `${filter} ${language}`;
  return list.startsWith('unreadable') ? (
    <ProblemList key={key} list={list} filter={filter} total={total} />
  ) : (
    <NameList
      key={key}
      list={list}
      filter={filter}
      total={total}
      label={t('window.fleet.names', { cause: escapeText(title) })}
      isChoice={!list.startsWith('not-reached')}
    />
  );
}

function CopyNames({ list }: { readonly list: string }) {
  const { t } = useTranslations();
  return (
    <Button
      size="small"
      appearance="subtle"
      icon={<Copy20Regular />}
      onClick={() =>
        attempt(async () => {
          const count = await copyOfList(list, 'names');
          setNotice({ intent: 'success', text: t('window.fleet.namesCopied', { count }) });
        })
      }
    >
      {t('window.fleet.copyNames')}
    </Button>
  );
}

function CopySentence({ list }: { readonly list: string }) {
  const { t } = useTranslations();
  return (
    <Button
      size="small"
      appearance="subtle"
      icon={<Copy20Regular />}
      onClick={() =>
        attempt(async () => {
          await copyOfList(list, 'sentence');
          setNotice({ intent: 'success', text: t('window.copy.ticketDone') });
        })
      }
    >
      {t('window.fleet.copySentence')}
    </Button>
  );
}
