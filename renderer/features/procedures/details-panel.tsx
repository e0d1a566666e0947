/** The panel below a card's row: the queries, the servers or hosts queried, the responses, and the manual steps. */
import { useEffect, useRef, useState, type CSSProperties } from 'react';
import { Button, Link } from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronRight16Regular } from '@fluentui/react-icons/svg/chevron-right';
import { Open16Regular } from '@fluentui/react-icons/svg/open';
import { hasTextPlaceholder } from '@shared/admin-message';
import { FIXES, leastInvasiveFirst, PROCEDURES, type Procedure } from '@shared/catalog';
import { evidenceOf, explainsReason } from '@shared/diagnosis';
import type { Evidence } from '@shared/evidence';
import { describeEvidence } from '@shared/evidence-words';
import { kmsPath } from '@shared/kms-path';
import { manualSteps } from '@shared/manual-steps';
import { escapeText } from '@shared/printable';
import { classes } from '../../components/classes';
import { openLink } from '../../state/actions';
import { isRemotePc, useDoctor } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import type { CheckView } from '../../state/view';
import { BreakableText } from '../../components/breakable-text';
import { CommandBlock } from '../../components/command-block';
import { FixButton } from '../fix-dialog/fix-button';
import { LabeledStatusIcon } from '../../components/status';
import { Attempts } from './attempts';
import styles from './details-panel.module.css';

export default function DetailsPanel({ procedure }: { readonly procedure: Procedure }) {
  const { t } = useTranslations();
  const card = useDoctor((state) => state.cards[procedure.id]);
  const isThere = useDoctor(isRemotePc);
  const network = useDoctor((state) => state.info?.source.kind === 'network');
  const panel = useRef<HTMLElement>(null);
  const called = useDoctor((state) => state.cardCalled);
  useEffect(() => {
    if (panel.current === null) return;
    bringIntoView(panel.current, procedure.id);
    if (called) panel.current.focus({ preventScroll: true });
  }, [procedure.id, called]);
  const place = PROCEDURES.indexOf(procedure);
  const fixes = FIXES.filter(
    (fix) => fix.procedure === procedure.id && (!network || fix.withoutWindows === true),
  ).map(({ id }) => id);
  return (
    <section
      ref={panel}
      tabIndex={-1}
      className={classes(styles.panel, 'kd-focus')}
      style={{ '--third': place % 3, '--half': place % 2 } as CSSProperties}
      aria-label={t('window.details.label', { title: t(`procedures.${procedure.id}.title`) })}
    >
      <div className={styles.evidence}>
        <h4 className={styles.title}>{t('window.details.evidence')}</h4>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('window.details.asked')}</th>
              <th scope="col">{t('window.details.from')}</th>
              <th scope="col">{t('window.details.cameBack')}</th>
              <th scope="col" className={styles.time}>
                {t('window.details.time')}
              </th>
            </tr>
          </thead>
          {withoutRepeats(card.checks).map((check) => (
            <CheckRows key={check.id} check={check} />
          ))}
        </table>
      </div>
      <div className={styles.byHand}>
        {isThere || fixes.length === 0 ? null : (
          <>
            <h4 className={styles.title}>{t('window.details.fixes')}</h4>
            <ul className={styles.fixes}>
              {leastInvasiveFirst(fixes).map((fix) => (
                <li key={fix}>
                  <FixButton fix={fix} size="small" bare />
                  <p className={styles.where}>{t(`fixes.${fix}.why`)}</p>
                </li>
              ))}
            </ul>
          </>
        )}
        <h4 className={styles.title}>{t('window.details.byHand')}</h4>
        <p className={styles.where}>{t(`window.details.where.${procedure.runsOn}`)}</p>
        <ByHand procedure={procedure} />
        <Link as="button" className={styles.article} onClick={() => openLink(procedure.id)}>
          {t('window.details.article', { title: t(`procedures.${procedure.id}.article`) })}{' '}
          <Open16Regular aria-hidden />
        </Link>
      </div>
    </section>
  );
}

/** Shows evidence shared by several checks of a card only with the first of them. */
function withoutRepeats(checks: readonly CheckView[]): CheckView[] {
  const seen = new Set<string>();
  return checks.map((check) => ({
    ...check,
    evidence: check.evidence.filter((evidence) => {
      const same = JSON.stringify([evidence.kind, evidence.title, evidence.data]);
      return !seen.has(same) && seen.add(same);
    }),
  }));
}

/** Height of what covers the top of the scrolled page, with some padding. */
const STRIP = 56;

/** Scrolls as much of the panel into view as fits, and always keeps its card visible. */
function bringIntoView(panel: HTMLElement, id: string): void {
  const scroller = panel.closest('main');
  const card = scroller?.querySelector(`[data-card="${id}"]`);
  if (!scroller || !card) return;
  const frame = scroller.getBoundingClientRect();
  const hidden = panel.getBoundingClientRect().bottom + 12 - frame.bottom;
  const room = card.getBoundingClientRect().top - frame.top - STRIP;
  const top = hidden > 0 || room < 0 ? Math.min(hidden, room) : 0;
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  scroller.scrollBy({ top, behavior: calm ? 'instant' : 'smooth' });
}

function ByHand({ procedure }: { readonly procedure: Procedure }) {
  const { t, sentence } = useTranslations();
  const checks = useDoctor((state) => state.checks);
  const steps = manualSteps(procedure.id, kmsPath(checks));
  return (
    <>
      {steps.some(({ command }) => hasTextPlaceholder(command)) ? (
        <p className={styles.where}>{t('window.byHand.fillIn')}</p>
      ) : null}
      <ol className={styles.steps}>
        {steps.map((step, index) => (
          <li key={index}>
            {steps[index - 1]?.comment.key === step.comment.key ? null : (
              <p className={styles.comment}>{sentence(step.comment)}</p>
            )}
            <CommandBlock text={step.command} />
          </li>
        ))}
      </ol>
    </>
  );
}

function CheckRows({ check }: { readonly check: CheckView }) {
  const { t, sentence, duration } = useTranslations();
  const attempts = evidenceOf([check], 'event', 'last-activation-error');
  const why = check.reason === null ? null : t(`reasons.${check.reason}`);
  const finding = check.sentence === null ? '' : sentence(check.sentence);
  const isSaid =
    finding === why ||
    (check.sentence !== null && 'key' in check.sentence && explainsReason(check.sentence));
  return (
    <tbody className={styles.check}>
      <tr className={styles.checkRow}>
        <th scope="rowgroup" colSpan={3}>
          <span className={styles.checkHead}>
            <LabeledStatusIcon light={check.status} />
            <span>
              <strong className={styles.checkTitle}>{t(`checks.${check.id}.title`)}</strong>{' '}
              {finding}
              {why === null || isSaid ? null : <span className={styles.reason}> {why}</span>}
            </span>
          </span>
        </th>
        <td className={styles.time}>{check.durationMs > 0 ? duration(check.durationMs) : ''}</td>
      </tr>
      {attempts.length > 0 ? (
        <tr>
          <td colSpan={4}>
            <Attempts events={attempts} />
          </td>
        </tr>
      ) : null}
      {check.evidence.map((evidence, index) => (
        <EvidenceRows key={index} evidence={evidence} />
      ))}
    </tbody>
  );
}

function EvidenceRows({ evidence }: { readonly evidence: Evidence }) {
  const { t, duration } = useTranslations();
  const [open, setOpen] = useState(false);
  const { asked, from, answer, fields, light, ms } = describeEvidence(evidence, t);
  const details = fields.map((field) => t('window.evidence.field', field));
  const cameBack = [answer, ...details].filter((line) => line !== '').join('\n');
  return (
    <>
      <tr>
        <td>
          <button
            type="button"
            className={classes(styles.raw, 'kd-focus')}
            aria-expanded={open}
            title={t('window.details.raw')}
            onClick={() => setOpen(!open)}
          >
            {open ? <ChevronDown16Regular aria-hidden /> : <ChevronRight16Regular aria-hidden />}
            <span>
              <BreakableText text={asked} />
            </span>
          </button>
        </td>
        <td>
          <BreakableText text={from} />
        </td>
        <td>
          <span className={styles.answer}>
            {light === null ? null : <LabeledStatusIcon light={light} size={16} />}
            <span>
              <BreakableText text={cameBack} />
            </span>
          </span>
        </td>
        <td className={styles.time}>{ms === null ? '' : duration(ms)}</td>
      </tr>
      {open ? (
        <tr>
          <td colSpan={4}>
            <Raw evidence={evidence} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** Longer output is truncated until requested, so that a megabyte doesn't block the page. */
const CUT = 4000;

function Raw({ evidence }: { readonly evidence: Evidence }) {
  const { t } = useTranslations();
  const [all, setAll] = useState(false);
  const text = escapeText(JSON.stringify(evidence.data, null, 2));
  const cut = !all && text.length > CUT;
  return (
    <div className={styles.rawBox}>
      <CommandBlock text={cut ? text.slice(0, CUT) : text} copied={text} tall />
      {cut ? (
        <Button size="small" appearance="subtle" onClick={() => setAll(true)}>
          {t('window.details.showAll', { size: Math.ceil(text.length / 1024) })}
        </Button>
      ) : null}
    </div>
  );
}
