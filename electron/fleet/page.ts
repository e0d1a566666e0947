/**
 * The fleet report as one self-contained HTML page that can be opened from a share, forwarded and printed. Without its
 * script it's fully readable except for names beyond the limits; the script adds search, copying and the remaining
 * names. Its content security policy allows that script only, and blocks all loading.
 */
import type { FleetGroup } from '@shared/fleet';
import {
  cureSentence,
  fleetHeadline,
  fleetLight,
  groupTitle,
  describeReach,
} from '@shared/fleet-words';
import { translator, type Translate } from '@shared/i18n';
import type { Language } from '@shared/language';
import { sentences } from '@shared/message';
import { escapeLine } from '@shared/printable';
import { redact } from '@shared/redaction';
import { utcMinute } from '@shared/utc-time';
import { shape } from '../report/light';
import { html, Markup } from '../report/markup';
import { pageHead } from '../report/page-head';
import type { Fleet, FleetComputer } from './fleet';
import { groupMessage } from './group-message';
import script from './page-script.js?raw';
import style from './fleet.css?raw';

/** Options of {@link fleetPage}. */
export interface FleetPageOptions {
  readonly language: Language;
  readonly version: string;
  /** Time of creation. */
  readonly at: Date;
}

/** Maximum number of entries per section with their own card; the rest share one list. */
const MAX_ENTRIES = 200;

/** Maximum number of names per entry in the page's markup, while {@link ROOM} lasts. */
const MAX_NAMES = 1_000;

/** Number of names per entry that are always in the markup. */
const FIRST_NAMES = 24;

/** Total number of names that a browser can lay out, and a printer print, without delay. */
const ROOM = 5_000;

/** Length of the date part of an ISO timestamp. */
const DATE = 10;

/** Names longer than this get their own row. */
const LONG_NAME = 40;

/** A list of names under a heading. */
interface Entry {
  readonly id: string;
  /** Null if it's the only entry of the section. */
  readonly title: string | null;
  /** Number of computers; there may be fewer names. */
  readonly count: number;
  readonly names: readonly string[];
  /** Content above the names. */
  readonly about?: Markup;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly about?: string;
  readonly entries: readonly Entry[];
  /** Locale key of the label of the list, which includes the number of names. */
  readonly label?: 'names' | 'entries';
  /** Locale key of the title of the list that entries without a card share. */
  readonly tail?: 'tail' | 'tailIds';
}

/** What the parts of the page are made of: the fleet, and texts and numbers in the page's language. */
type View = ReturnType<typeof viewOf>;

/** Generates the page in chunks, so that a page of 50,000 computers is never a single string. */
export function* fleetPage(fleet: Fleet, options: FleetPageOptions): Generator<string> {
  const { language, version } = options;
  const view = viewOf(fleet, language);
  const { t } = view;
  const title = t('fleet.page.title', { count: fleet.report.computers });
  // Elements that span several chunks are plain strings; everything with inserted values goes through a template.
  yield `<!doctype html>\n<html lang="${language}">`;
  yield pageHead({ title, version, style, script }).text;
  yield `<body>${headerPart(title, view, options).text}<main>`;
  yield html`${leadPart(view)} ${numbersPart(view)} ${searchPart(t)}`.text;
  const later: (readonly string[])[] = [];
  let room = ROOM;
  for (const section of sections(view)) {
    if (section.entries.length === 0) continue;
    yield `<section class="part" aria-labelledby="${section.id}">${headingPart(section).text}`;
    for (const entry of withTail(section, view)) {
      const most = Math.min(MAX_NAMES, Math.max(FIRST_NAMES, room));
      const names = entry.names.slice(0, most);
      room -= names.length;
      later.push(entry.names.slice(most));
      yield entryPart(entry, names, section, view).text;
    }
    yield '</section>';
  }
  yield `</main>${html`<footer>${t('fleet.page.footer')}</footer>`.text}`;
  yield `<script type="application/json" id="data">{"words":${inert(words(t))},"later":[`;
  for (const [index, names] of later.entries()) yield `${index === 0 ? '' : ','}${inert(names)}`;
  yield `]}</script>\n<script>${script}</script></body></html>\n`;
}

/** Serializes JSON so that it can't terminate a script element or a line of code. */
function inert(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Text templates for the script. */
function words(t: Translate): Readonly<Record<string, string>> {
  return {
    nameRest: t('fleet.page.nameRest', { number: '{number}' }),
    showMore: t('fleet.page.showMore', { number: '{number}' }),
    found: t('fleet.page.found', { entries: '{entries}', names: '{names}' }),
    foundNothing: t('fleet.page.foundNothing'),
    matching: t('fleet.page.matching', { shown: '{shown}', all: '{all}' }),
    copied: t('fleet.page.copied', { number: '{number}' }),
    copiedText: t('fleet.page.copiedText'),
    notCopied: t('fleet.page.notCopied'),
  };
}

/** Returns what the parts of the page share. The formatters are slow to create, so they're created once. */
function viewOf(fleet: Fleet, language: Language) {
  return {
    fleet,
    t: translator(language),
    numberFormat: new Intl.NumberFormat(language),
    percentFormat: new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }),
  };
}

/** A name for display, search and copying, with invisible characters escaped and product keys masked. */
const shown = (name: string): string => escapeLine(redact(name));
const namesOf = (computers: readonly FleetComputer[]): string[] =>
  computers.map(({ name }) => shown(name));

function headerPart(title: string, { fleet, t }: View, { at, version }: FleetPageOptions): Markup {
  const { duplicates } = fleet.report;
  const diagnosed = [...fleet.healthy, ...[...fleet.members.values()].flat()];
  const times = diagnosed.map((computer) => computer.at).sort();
  const [from, to] = [times[0], times.at(-1)];
  const facts = [
    t('fleet.page.made', { time: utcMinute(at.toISOString()), version }),
    ...(from === undefined || to === undefined
      ? []
      : [checkedWords(utcMinute(from), utcMinute(to), t)]),
    ...(duplicates === 0 ? [] : [t('fleet.page.duplicates', { count: duplicates })]),
  ];
  return html`<header>
    <h1>${title}</h1>
    <p class="soft">${sentences(facts)}</p>
  </header>`;
}

const checkedWords = (from: string, to: string, t: Translate): string =>
  from === to ? t('fleet.page.checkedAt', { time: to }) : t('fleet.page.checked', { from, to });

function headingPart({ id, title, about }: Section): Markup {
  return html`<h2 id="${id}">${title}</h2>
    ${about !== undefined && html`<p class="soft">${about}</p>`}`;
}

/** The headline: what most unhealthy computers have in common, the cure, and who can apply it. */
function leadPart({ fleet: { report }, t }: View): Markup {
  const [widest] = report.groups;
  const look = fleetLight(report);
  return html`<section class="panel lead ${look}" aria-labelledby="lead">
    ${shape(look)}
    <h2 id="lead">${fleetHeadline(report, t)}</h2>
    ${
      widest !== undefined &&
      html`${curePart(widest, t)}
        <p class="links"><a href="#${entryId(widest)}">${t('fleet.page.toCause')}</a></p>`
    }
  </section>`;
}

const entryId = ({ id }: FleetGroup): string => `cause-${id}`;

/** What would cure a group, and who can apply it. */
function curePart({ cure }: FleetGroup, t: Translate): Markup {
  return html`<p class="cure">${cureSentence(cure, t)}</p>
    ${cure !== null && html`<p class="for">${t(`fleet.page.for.${cure.on}`)}</p>`}`;
}

function numbersPart({ fleet: { report }, t, numberFormat }: View): Markup {
  const { computers, healthy, groups, notReached, unreadable } = report;
  const sum = (counted: readonly { readonly count: number }[]): number =>
    counted.reduce((total, { count }) => total + count, 0);
  const missed = sum(notReached);
  const numbers = [
    ['computers', computers, ''],
    ['activated', healthy, 'pass'],
    ['sick', sum(groups), 'fail'],
    ...(missed > 0 ? [['missedNumber', missed, 'unknown'] as const] : []),
    ['unreadable', unreadable.length, 'unknown'],
  ] as const;
  return html`<dl class="numbers">
    ${numbers.map(
      ([key, value, look]) =>
        html`<div>
          <dt>${t(`fleet.page.${key}`)}</dt>
          <dd class="${value > 0 ? look : ''}">${numberFormat.format(value)}</dd>
        </div>`,
    )}
  </dl>`;
}

/** The search box stays hidden unless the script runs. */
function searchPart(t: Translate): Markup {
  return html`<search class="search" hidden>
    <label for="query">${t('fleet.page.search')}</label>
    <input id="query" type="search" autocomplete="off" spellcheck="false" />
    <p id="status" role="status"></p>
  </search>`;
}

function sections(view: View): readonly Section[] {
  const { fleet, t } = view;
  const { groups, sameClientId, expiring, notReached, unreadable } = fleet.report;
  return [
    {
      id: 'causes',
      title: t('fleet.page.causes'),
      tail: 'tail',
      entries: groups.map((group) => ({
        id: entryId(group),
        title: groupTitle(group, t),
        count: group.count,
        names: namesOf(fleet.members.get(group.id) ?? []),
        about: causePart(group, view),
      })),
    },
    {
      id: 'same-id',
      title: t('fleet.page.sameId'),
      about: t('fleet.page.sameIdAbout'),
      tail: 'tailIds',
      entries: sameClientId.map(({ clientMachineId, count, computers }, index) => ({
        id: `same-id-${index}`,
        title: shown(clientMachineId),
        count,
        names: computers.map(shown),
      })),
    },
    {
      id: 'expiring',
      title: t('fleet.page.expiring'),
      about: t('fleet.page.expiringAbout'),
      entries: expiring.map(({ days, count }) => ({
        id: `expiring-${days}`,
        title: t(`fleet.page.within${days}`),
        count,
        names: fleet.ending
          .filter((one) => one.days === days)
          .map(({ name, endsAt }) => `${shown(name)} · ${endsAt.slice(0, DATE)}`),
      })),
    },
    {
      id: 'not-reached',
      title: t('fleet.page.notReached'),
      entries: notReached.map(({ outcome, count, computers }, index) => ({
        id: `not-reached-${index}`,
        title: shown(describeReach(outcome, t)),
        count,
        names: computers.map(shown),
      })),
    },
    {
      id: 'unreadable',
      title: t('fleet.page.unreadablePart'),
      about: t('fleet.page.unreadableAbout'),
      label: 'entries',
      entries: only(
        unreadable.map(({ file, line, problem }) =>
          shown(
            line === null
              ? t('fleet.page.unreadableFile', { file, problem })
              : t('fleet.page.unreadableLine', { file, line, problem }),
          ),
        ),
        'unreadable-list',
      ),
    },
    {
      id: 'activated',
      title: t('fleet.page.activatedPart'),
      entries: only(namesOf(fleet.healthy), 'activated-list'),
    },
  ];
}

/** The single entry of a section; none if there are no names. */
function only(names: readonly string[], id: string): readonly Entry[] {
  return names.length === 0 ? [] : [{ id, title: null, count: names.length, names }];
}

/** Merges the entries beyond the card limit into one, with each name followed by the title of its entry. */
function withTail({ id, entries, tail }: Section, { t }: View): readonly Entry[] {
  const narrower = entries.slice(MAX_ENTRIES);
  if (tail === undefined || narrower.length === 0) return entries;
  const last: Entry = {
    id: `${id}-tail`,
    title: t(`fleet.page.${tail}`, { number: narrower.length }),
    count: narrower.reduce((sum, { count }) => sum + count, 0),
    names: narrower.flatMap(({ title, names }) => names.map((name) => `${name} · ${title ?? ''}`)),
  };
  return [...entries.slice(0, MAX_ENTRIES), last];
}

const BAR = 100;

/** A cause's size as a bar relative to the largest one, its share of all computers, and its cure. */
function causePart(group: FleetGroup, { fleet, t, percentFormat }: View): Markup {
  const { report } = fleet;
  const { count, certain } = group;
  // A cause has at least one computer, so neither divisor is 0.
  const share = percentFormat.format(count / report.computers);
  const width = (part: number): string =>
    `${((BAR * part) / (report.groups[0]?.count ?? 1)).toFixed(2)}%`;
  const certainty =
    certain === count
      ? t('fleet.page.certain')
      : certain === 0
        ? t('fleet.page.likely')
        : t('fleet.page.mixed', {
            certain,
            likely: count - certain,
          });
  return html`<svg class="bar" aria-hidden="true">
      <rect class="likely" width="${width(count)}" height="100%" rx="4" />
      <rect class="certain" width="${width(certain)}" height="100%" rx="4" />
    </svg>
    <p class="soft">${t('fleet.page.share', { share })} · ${certainty}</p>
    ${curePart(group, t)} ${messagePart(group, fleet, t)}`;
}

/** The message to whoever can cure the group. */
function messagePart(group: FleetGroup, fleet: Fleet, t: Translate): Markup | null {
  const message = groupMessage(group, fleet, t);
  if (message === null) return null;
  const { for: recipient, subject, text } = message;
  return html`<details class="message">
    <summary>${t(`messages.to.${recipient}`)}</summary>
    <button type="button" class="copy" hidden>${t('fleet.page.message.copy')}</button>
    <pre>${`${t('messages.subject', { subject })}\n\n${text}`}</pre>
  </details>`;
}

/** An entry with the names in the page's markup. */
function entryPart(entry: Entry, names: readonly string[], section: Section, view: View): Markup {
  const { id, title, count } = entry;
  const { t, numberFormat } = view;
  const later = entry.names.length - names.length;
  // An entry may know fewer names than it counts.
  const unnamed = entry.names.length === 0 ? 0 : count - entry.names.length;
  return html`<article
    class="entry"
    id="${id}"
    aria-labelledby="${title === null ? section.id : `${id}-title`}"
  >
    <p class="count">${numberFormat.format(count)}</p>
    <div>
      ${title !== null && html`<h3 id="${id}-title">${title}</h3>`} ${entry.about ?? null}
      ${
        names.length > 0 &&
        html`<details class="list">
          <summary>
            ${t(`fleet.page.${section.label ?? 'names'}`, { count: entry.names.length })}<span
              class="matching"
            ></span>
          </summary>
          <button type="button" class="copy" hidden>${t('fleet.page.copyNames')}</button>
          <ul>
            ${names.map(nameItem)}
          </ul>
          <p class="rest" ${later === 0 && new Markup('hidden')}>
            ${t('fleet.page.nameRest', { number: numberFormat.format(later) })}
          </p>
          <button type="button" class="more" hidden></button>
          ${unnamed > 0 && html`<p>${t('fleet.page.unnamed', { number: unnamed })}</p>`}
        </details>`
      }
    </div>
  </article>`;
}

function nameItem(name: string): Markup {
  return name.length > LONG_NAME ? html`<li class="long">${name}</li>` : html`<li>${name}</li>`;
}
