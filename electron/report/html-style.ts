/** The look of pages to be sent on: light or dark on a screen, black on white on A4. */

/** What every page shares. */
export const BASE_STYLE = `
:root {
  color-scheme: light;
  --paper: #ffffff;
  --ink: #1b1a19;
  --soft: #5a5854;
  --line: #d5d2cd;
  --panel: #f6f5f3;
  --link: #0b5a9d;
  --pass: #0e6b0e;
  --warn: #8a4b00;
  --fail: #b10e1c;
  --unknown: #4f4b96;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --paper: #1f1e1d;
    --ink: #f3f1ee;
    --soft: #bdb9b3;
    --line: #494642;
    --panel: #2a2927;
    --link: #8cc4f4;
    --pass: #6ccb6c;
    --warn: #f2b661;
    --fail: #ff9aa2;
    --unknown: #b9b5f5;
  }
}
@page {
  size: A4;
  margin: 16mm 14mm 18mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #5a5854; }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); }
body {
  margin: 0 auto;
  padding: 24px 20px 48px;
  max-width: 960px;
  font: 15px/1.5 "Segoe UI Variable Text", "Segoe UI", "Microsoft JhengHei UI", "Noto Sans TC",
    "Noto Sans CJK TC", system-ui, sans-serif;
  overflow-wrap: anywhere;
}
h1, h2, h3, h4 { line-height: 1.25; margin: 0; break-after: avoid; }
h1 { font-size: 1.1rem; font-weight: 600; }
h2 { font-size: 1.25rem; margin: 32px 0 12px; }
h3 { font-size: 1.05rem; }
h4 { font-size: 1rem; font-weight: 600; }
p { margin: 6px 0; orphans: 3; widows: 3; }
a { color: var(--link); }
code, pre { font-family: "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: 0.92em; }
pre { margin: 6px 0; white-space: pre-wrap; }
.line { overflow-wrap: anywhere; }
.qr { display: block; width: 110mm; max-width: 100%; break-inside: avoid; }
dl.facts { display: grid; grid-template-columns: fit-content(45%) minmax(0, 1fr); gap: 2px 16px; margin: 8px 0 0; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; }
.light { white-space: nowrap; font-weight: 600; }
.light svg { width: 1em; height: 1em; vertical-align: -0.125em; margin-right: 0.35em; fill: currentcolor; }
.pass { color: var(--pass); }
.warn { color: var(--warn); }
.fail { color: var(--fail); }
.unknown { color: var(--unknown); }
.not-applicable, .not-reached { color: var(--soft); }
.panel {
  margin-top: 20px;
  padding: 18px 20px;
  border: 1px solid var(--line);
  border-left: 6px solid currentcolor;
  border-radius: 6px;
  background: var(--panel);
  break-inside: avoid;
}
.panel > * { color: var(--ink); }
.panel h2 { margin: 0 0 6px; font-size: 1.5rem; }
details { margin-top: 6px; }
summary { color: var(--link); cursor: pointer; break-after: avoid; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin-top: 6px; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 4px 8px 4px 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); border-top: 0; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
footer { margin-top: 32px; color: var(--soft); font-size: 0.9rem; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { margin-top: 18pt; }
  a { text-decoration: none; }
  .panel { background: none; }
  summary { list-style: none; color: var(--soft); }
  summary::-webkit-details-marker { display: none; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
}
`;

/** The HTML report of one PC. */
export const REPORT_STYLE = `${BASE_STYLE}
.verdict .certainty { font-size: 0.95rem; font-weight: 400; color: var(--soft); white-space: nowrap; }
.verdict h3 { margin-top: 14px; }
.verdict ol, .verdict ul { margin: 4px 0 0; padding-left: 1.5em; }
.route { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(6, 1fr); gap: 8px; break-inside: avoid; }
.route > li { border: 1px solid var(--line); border-radius: 6px; padding: 8px 10px; background: var(--panel); min-width: 0; font-size: 0.9rem; }
.route h3 { font-size: 0.85rem; color: var(--soft); font-weight: 600; }
.node { margin-top: 8px; }
.node + .node { border-top: 1px solid var(--line); padding-top: 8px; }
.node > span { display: block; }
.node .value { color: var(--soft); }
@media screen and (max-width: 720px) { .route { grid-template-columns: 1fr; } }
.procedure { border: 1px solid var(--line); border-radius: 6px; margin: 12px 0; }
.procedure > header { padding: 10px 14px; background: var(--panel); border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; display: flex; gap: 12px; justify-content: space-between; break-after: avoid; break-inside: avoid; }
.check { padding: 10px 14px; break-inside: avoid; }
.check + .check { border-top: 1px solid var(--line); }
.check > .head { display: flex; gap: 12px; justify-content: space-between; break-after: avoid; }
.check p { margin: 2px 0 0; }
.timeline { display: block; width: 100%; height: 28px; margin: 4px 0; }
.timeline path, .timeline circle { stroke: currentcolor; stroke-width: 2; fill: none; }
@media print {
  .route > li { font-size: 8.5pt; padding: 6px 7px; }
  .route > li, .procedure > header { background: none; }
}
`;
