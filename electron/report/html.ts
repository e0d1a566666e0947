/**
 * The HTML report: a single self-contained file without scripts, for viewing, forwarding and printing. Its content
 * security policy blocks all loading and execution.
 */
import { channelOf } from '@shared/channels';
import {
  evidenceOf,
  explainsReason,
  type CheckResult,
  type Diagnosis,
  type Status,
} from '@shared/diagnosis';
import { explainError, formatErrorCode } from '@shared/error-codes';
import { errorWords } from '@shared/error-codes/words';
import { attemptsInLog, timelineOf, type ActivationAttempt } from '@shared/events';
import type { Evidence } from '@shared/evidence';
import { describeEvidence } from '@shared/evidence-words';
import { correction, generate, type Bitmap2D } from 'lean-qr';
import { explainLastError } from '@shared/explain-facts';
import { translateMessage, translator, type Translate } from '@shared/i18n';
import type { JournalEntryView } from '@shared/plan';
import { routeOf, type RouteNode } from '@shared/route';
import { utcMinute } from '@shared/utc-time';
import { hasPlaceholder, plainFixCommand } from './commands';
import style from './report.css?raw';
import { light } from './light';
import { html, Markup, type Insert } from './markup';
import { pageHead } from './page-head';
import type { TicketOptions } from './ticket';
import {
  alsoFoundNames,
  certaintyOf,
  codeText,
  licenseText,
  messageText,
  osText,
  otherProductWords,
  proceduresOf,
  verdictSummary,
} from './words';

/** Options of {@link htmlReport}. */
export interface HtmlOptions extends TicketOptions {
  /** The PC's facts line; omitted if the diagnosis came from one, or the PC is healthy. */
  readonly line?: string;
}

/** Maximum number of evidence items shown per check; the JSON report has all of them. */
const MAX_EVIDENCE = 16;

/** Maximum number of activation attempts shown, newest only. */
const MAX_ATTEMPTS = 12;

/** Returns a diagnosis as a complete HTML document. */
export function htmlReport(diagnosis: Diagnosis, options: HtmlOptions): string {
  const { language, version, done = [], line } = options;
  const t = translator(language);
  const { target } = diagnosis;
  const name = target.computer || t('report.html.thisPc');
  const title = t('report.html.title', { computer: name });
  const document = html`<!doctype html>
    <html lang="${language}">
      ${pageHead({ title, version, style })}
      <body>
        <header>
          <h1>${title}</h1>
          ${facts(diagnosis, t)}
        </header>
        <main>
          ${verdictPart(diagnosis, t)} ${routePart(diagnosis, t)} ${attemptsPart(diagnosis, t)}
          ${otherProductsPart(diagnosis, t)}
          ${section(
            'procedures',
            t('report.html.procedures'),
            proceduresOf(diagnosis).map((procedure) => procedurePart(procedure, t)),
          )}
          ${donePart(done, t)} ${line !== undefined && linePart(line, t)}
        </main>
        <footer>
          ${t('report.html.footer', { version, time: utcMinute(diagnosis.startedAt) })}
        </footer>
      </body>
    </html> `;
  return document.text;
}

/** A section with a heading. */
function section(id: string, title: string, content: Insert): Markup {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section>`;
}

function list(items: readonly Insert[]): Markup {
  return html`<ul>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
}

function table(headings: readonly string[], rows: readonly (readonly Insert[])[]): Markup {
  return html`<table>
    <thead>
      <tr>
        ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** A list of names with their values. */
function factList(facts: readonly (readonly [name: string, value: string])[]): Markup {
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

/** The facts line, as text to copy and as a QR code to scan from a screen or printout. */
function linePart(line: string, t: Translate): Markup {
  const code = generate(line, { minCorrectionLevel: correction.L });
  // The quiet zone is four modules wide (ISO/IEC 18004 §6.3.8).
  const size = code.size + 8;
  return section(
    'line',
    t('facts.report.title'),
    html`<p>${t('facts.report.about')}</p>
      <pre class="line">${line}</pre>
      <svg
        class="qr"
        viewBox="-4 -4 ${size} ${size}"
        role="img"
        aria-label="${t('facts.report.code')}"
      >
        <rect x="-4" y="-4" width="${size}" height="${size}" fill="#fff" />
        <path d="${modulesOf(code)}" fill="#000" />
      </svg>`,
  );
}

/** The dark modules, one horizontal run at a time: Chromium distorts a single path with thousands of corners. */
function modulesOf(code: Bitmap2D): string {
  const runs: string[] = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      const start = x;
      while (code.get(x, y)) x += 1;
      if (x > start) runs.push(`M${start} ${y}h${x - start}v1h${start - x}z`);
    }
  }
  return runs.join('');
}

function facts({ target, startedAt, durationMs, activation }: Diagnosis, t: Translate): Markup {
  const { computer, domain, elevated, kind } = target;
  const { channel } = activation;
  const rows: readonly (readonly [string, string])[] = [
    [t('report.html.computer'), computer],
    [t('report.html.windows'), osText(target)],
    [t('report.html.domain'), domain ?? ''],
    [t('report.html.licence'), licenseText(activation, t) ?? t('report.notRead')],
    [
      t('report.html.keyKind'),
      channel === null ? '' : t(`channels.${channelOf(channel).class}.about`),
    ],
    [t('report.html.rights'), t(elevated ? 'report.elevated' : 'report.notElevated')],
    [
      t('report.html.time'),
      t('report.html.when', { time: utcMinute(startedAt), ms: Math.round(durationMs) }),
    ],
    [t('report.html.source'), kind === 'this-pc' ? '' : t(`report.html.target.${kind}`)],
  ];
  return factList(rows.filter(([, value]) => value !== ''));
}

function statusLight(status: Status, t: Translate): Markup {
  return light(status, t(`status.${status}`));
}

function verdictPart(diagnosis: Diagnosis, t: Translate): Markup {
  const { verdict } = diagnosis;
  const colour =
    verdict.code === 'healthy' ? 'pass' : verdict.code === 'cannot-diagnose' ? 'unknown' : 'fail';
  const error = explainLastError(diagnosis);
  const entry = error === null ? undefined : explainError(Number(error.code));
  const alsoFound = alsoFoundNames(verdict, t);
  const certainty = certaintyOf(verdict, t, 'sentence');
  const message = messageText(diagnosis, t);
  const isKmsHost = diagnosis.target.roles.includes('kms-host');
  const fixes = verdict.fixes.map((id) => ({ id, command: plainFixCommand(id, isKmsHost) }));
  return html`<section class="panel verdict ${colour}" aria-labelledby="verdict">
    <h2 id="verdict">
      ${translateMessage(t, verdict.title)}
      ${certainty !== null && html`<span class="certainty">${certainty}</span>`}
    </h2>
    <p>${verdictSummary(verdict, t)}</p>
    ${alsoFound !== null && html`<p>${t('report.ticket.alsoFound', { text: alsoFound })}</p>`}
    ${
      error !== null &&
      html`<h3>${t('report.html.lastError', { code: error.code })}</h3>
        ${entry !== undefined && html`<p>${t(errorWords(entry).meaning)}</p>`}
        ${error.facts.length > 0 && list(error.facts.map((fact) => translateMessage(t, fact)))}
        ${entry !== undefined && html`<p><a href="${entry.page}">${t('report.html.errorPage')}</a></p>`}`
    }
    ${
      message !== null &&
      html`<h3>${message.title}</h3>
        <p>${t('messages.subject', { subject: message.subject })}</p>
        <pre>${message.text}</pre>`
    }
    <h3>${t('report.html.left')}</h3>
    ${
      fixes.length > 0
        ? html`<ol>
              ${fixes.map(
                ({ id, command }) =>
                  html`<li>${t(`fixes.${id}.title`)} (<code>${command}</code>)</li>`,
              )}
            </ol>
            ${
              fixes.some(({ command }) => hasPlaceholder(command)) &&
              html`<p>${t('cli.text.fillIn')}</p>`
            }`
        : html`<p>${t(verdict.code === 'healthy' ? 'report.nothingLeft' : 'report.noFix')}</p>`
    }
  </section>`;
}

function routePart({ checks, target }: Diagnosis, t: Translate): Markup {
  const { columns } = routeOf(checks, target);
  return section(
    'route',
    t('route.title'),
    html`<ol class="route">
      ${columns.map(
        ({ id, nodes, overflow }) =>
          html`<li>
            <h3>${t(`route.column.${id}`)}</h3>
            ${nodes.map((node) => hopPart(node, t))}
            ${overflow.length > 0 && html`<p>${t('route.more', { count: overflow.length })}</p>`}
          </li>`,
      )}
    </ol>`,
  );
}

function otherProductsPart({ otherProducts }: Diagnosis, t: Translate): Markup | null {
  if (otherProducts.length === 0) return null;
  const words = otherProducts.map((product) => otherProductWords(product, t));
  return section('others', t('window.otherProducts'), list(words));
}

function hopPart({ state, name, value, ms }: RouteNode, t: Translate): Markup {
  const isReached = state !== 'pending' && state !== 'running' && state !== 'not-reached';
  return html`<div class="node">
    ${isReached ? statusLight(state, t) : light('not-reached', t('route.value.notReached'))}
    <span>${breakable(typeof name === 'string' ? name : translateMessage(t, name))}</span>
    <span class="value"
      >${breakable(translateMessage(t, value))}${ms !== null && ` ${Math.round(ms)} ms`}</span
    >
  </div>`;
}

/** Text with preferred line breaks after the dots in names. */
function breakable(text: string): Markup {
  return html`${text.split('.').map((part, index) => html`${index > 0 && new Markup('.<wbr>')}${part}`)}`;
}

function attemptsPart({ checks }: Diagnosis, t: Translate): Markup | null {
  const events = evidenceOf(checks, 'event', 'last-activation-error');
  const attempts = attemptsInLog(events).slice(-MAX_ATTEMPTS);
  if (attempts.length === 0) return null;
  const headings = [t('report.html.time'), t('route.column.host'), t('report.html.result')];
  const rows = attempts.map(({ time, code, host, count }) => {
    const result = code === 0 ? t('report.html.attemptGood') : codeText(formatErrorCode(code), t);
    const counted = count === null ? '' : ` ${t('report.html.attemptCount', { count })}`;
    return [utcMinute(time), host ?? t('report.none'), result + counted];
  });
  const content = [timeline(attempts, t), table(headings, rows)];
  return section('attempts', t('report.html.attempts'), content);
}

const TIMELINE_WIDTH = 600;
const TIMELINE_INSET = 12;

/** A timeline of the attempts: a ring for success, a cross for failure. */
function timeline(attempts: readonly ActivationAttempt[], t: Translate): Markup {
  const place = timelineOf(attempts, TIMELINE_WIDTH, TIMELINE_INSET);
  const failed = attempts.filter(({ code }) => code !== 0).length;
  const label = t('report.html.timeline', { count: attempts.length, failed });
  return html`<svg
    class="timeline"
    viewBox="0 0 ${TIMELINE_WIDTH} 28"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    <path d="M${TIMELINE_INSET} 14H${TIMELINE_WIDTH - TIMELINE_INSET}" opacity="0.4" />
    ${attempts.map(({ time, code }) => {
      const x = Math.round(place(time));
      return code === 0
        ? html`<circle class="pass" cx="${x}" cy="14" r="6" />`
        : html`<path class="fail" d="M${x - 5} 9l10 10m0-10l-10 10" />`;
    })}
  </svg>`;
}

function procedurePart(
  { id, status, checks }: ReturnType<typeof proceduresOf>[number],
  t: Translate,
): Markup {
  return html`<article class="procedure" aria-labelledby="p-${id}">
    <header>
      <h3 id="p-${id}">${t(`procedures.${id}.title`)}</h3>
      ${statusLight(status, t)}
    </header>
    ${checks.map((check) => checkPart(check, t))}
  </article>`;
}

function checkPart(check: CheckResult, t: Translate): Markup {
  const { id, status, message, reason, evidence } = check;
  const sentence = translateMessage(t, message);
  const why = reason === null || explainsReason(message) ? null : t(`reasons.${reason}`);
  const shown = evidence.slice(0, MAX_EVIDENCE);
  const more = evidence.length - shown.length;
  return html`<div class="check">
    <div class="head">
      <h4>${t(`checks.${id}.title`)}</h4>
      ${statusLight(status, t)}
    </div>
    <p>${sentence}</p>
    ${why !== null && html`<p>${why}</p>`}
    ${
      shown.length > 0 &&
      html`<details>
        <summary>${t('report.html.evidence', { count: evidence.length })}</summary>
        <table>
          <tbody>
            ${shown.map((one) => evidenceRow(one, t))}
          </tbody>
        </table>
        ${more > 0 && html`<p>${t('report.html.moreEvidence', { count: more })}</p>`}
      </details>`
    }
  </div>`;
}

function evidenceRow(evidence: Evidence, t: Translate): Markup {
  const { label, answer, fields } = describeEvidence(evidence, t);
  return html`<tr>
    <th scope="row">${label}</th>
    <td>
      ${answer}${fields.length > 0 && factList(fields.map(({ name, value }) => [name, value]))}
    </td>
  </tr>`;
}

function donePart(done: readonly JournalEntryView[], t: Translate): Markup {
  const headings = [t('report.html.time'), t('report.html.change'), t('report.html.result')];
  const rows = done.map(({ at, title, state, changes }) => {
    const pairs = changes.map((change) =>
      t('report.pair', { asked: change.title, answer: `${change.before} → ${change.after}` }),
    );
    const change = [title, pairs.length > 0 && list(pairs)];
    return [utcMinute(at), change, t(`journal.states.${state}`)];
  });
  const nothing = html`<p>${t('report.nothingDone')}</p>`;
  return section(
    'done',
    t('report.html.done'),
    rows.length === 0 ? nothing : table(headings, rows),
  );
}
