/** The look of the page of many computers. */
import { BASE_STYLE } from '../report/html-style';

/** On top of what every page shares. Widths of bars are attributes: the page's policy allows no style of an element. */
export const PAGE_STYLE = `${BASE_STYLE}
[hidden] { display: none !important; }
:root { --track: #e6e3df; --control: #ffffff; }
@media screen and (prefers-color-scheme: dark) {
  :root { --track: #3a3835; --control: #353331; }
}
.soft { color: var(--soft); font-size: 0.92rem; }
header .soft { margin: 2px 0 0; }
.panel.lead { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 18px; padding: 22px 24px; background: color-mix(in srgb, currentcolor 6%, var(--paper)); }
.lead > svg { width: 40px; height: 40px; fill: currentcolor; }
.lead > :not(svg) { grid-column: 2; }
.lead.fail > svg { color: var(--fail); }
.lead.pass > svg { color: var(--pass); }
.lead.unknown > svg { color: var(--unknown); }
.panel.lead h2 { margin: 0; font-size: 1.7rem; font-weight: 600; text-wrap: pretty; }
.lead > .cure { font-size: 1.1rem; }
.lead .links { font-size: 0.95rem; margin-top: 10px; }
.cure { margin-top: 8px; }
.for { width: fit-content; margin-top: 8px; padding: 2px 10px; border: 1px solid currentcolor; border-radius: 1em; font-size: 0.86rem; font-weight: 600; color: var(--link); background: var(--control); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 10px; margin: 14px 0 0; }
.numbers > div { display: flex; flex-direction: column-reverse; justify-content: flex-end; border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; }
.numbers dt { color: var(--soft); font-size: 0.88rem; }
.numbers dd { margin: 0; font-size: 1.6rem; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums; }
.search { display: block; position: sticky; top: 0; z-index: 1; margin-top: 24px; padding: 10px 0; background: var(--paper); }
.search label { display: block; font-size: 0.88rem; color: var(--soft); }
.search input { font: inherit; color: inherit; width: 100%; margin-top: 2px; padding: 7px 12px; border: 1px solid var(--soft); border-radius: 6px; background: var(--paper); }
.search p { margin: 4px 0 0; min-height: 1.5em; font-size: 0.88rem; color: var(--soft); }
.search ~ .part h2 { scroll-margin-top: 110px; }
.part > h2 { margin: 28px 0 4px; }
.search + .part > h2 { margin-top: 8px; }
.entry { display: grid; grid-template-columns: 5.4rem minmax(0, 1fr); gap: 0 16px; padding: 16px 0; border-top: 1px solid var(--line); scroll-margin-top: 100px; }
.part > h2 + .entry { border-top: 0; }
.entry > .count { margin: 0; white-space: nowrap; font-size: 1.5rem; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums; }
.entry h3 { font-weight: 600; line-height: 1.6rem; }
.entry:target { outline: 2px solid var(--link); outline-offset: 4px; border-radius: 2px; }
.bar { display: block; width: 100%; height: 10px; margin: 6px 0; border-radius: 4px; background: var(--track); print-color-adjust: exact; }
.bar rect { fill: var(--fail); }
.bar .likely { opacity: 0.45; }
.list ul { list-style: none; margin: 8px 0 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1px 16px; font-size: 0.92rem; }
.list li.long { grid-column: 1 / -1; }
.list li { unicode-bidi: isolate; min-height: 1.5em; }
summary { width: fit-content; border-radius: 3px; }
summary .matching { color: var(--soft); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
button { font: inherit; font-size: 0.9rem; color: var(--ink); background: var(--control); border: 1px solid var(--line); border-radius: 5px; padding: 3px 12px; margin-top: 8px; cursor: pointer; }
button:hover { border-color: var(--soft); }
.rest { color: var(--soft); font-size: 0.92rem; }
.message pre { padding: 12px 14px; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); }
@media screen and (max-width: 600px) {
  body { padding: 16px 14px 40px; }
  .panel.lead { gap: 0 12px; padding: 16px; }
  .panel.lead h2 { font-size: 1.3rem; }
  .lead > svg { width: 28px; height: 28px; }
  .search { margin-top: 18px; }
  .entry { grid-template-columns: minmax(0, 1fr); }
}
@media (forced-colors: active) {
  .bar { border: 1px solid CanvasText; }
  .bar rect { fill: CanvasText; }
}
@media print {
  .search, button, .links { display: none; }
  .panel.lead { padding: 12pt 14pt; background: none; }
  .panel.lead h2 { font-size: 15pt; }
  .numbers dd, .entry > .count { font-size: 13pt; }
  .entry { padding: 8pt 0; grid-template-columns: 4rem minmax(0, 1fr); }
  .entry > div > h3, .bar, .soft { break-inside: avoid; break-after: avoid; }
  .list ul { font-size: 8.5pt; line-height: 1.3; grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr)); }
  .message pre { font-size: 8pt; padding: 6pt 8pt; background: none; }
}
`;
