// The element's look. It takes font, colours and light or dark from the page around it; a constructed style sheet, so that a
// Content-Security-Policy without 'unsafe-inline' has nothing to refuse.

const CSS = `
:host {
  --_accent: var(--eyebright-accent, light-dark(#0b6b5d, #5fcdb6));
  --_on-accent: var(--eyebright-on-accent, light-dark(#fff, #06231d));
  --_bad: var(--eyebright-bad, light-dark(#a3261d, #ff9b8f));
  --_line: var(--eyebright-line, color-mix(in srgb, currentcolor 55%, transparent));
  --_faint: color-mix(in srgb, currentcolor 18%, transparent);
  --_radius: var(--eyebright-radius, 10px);
  display: block; min-inline-size: 0;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
p, ul { margin: 0; padding: 0; }
ul { list-style: none; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.box { position: relative; display: grid; gap: 0.75rem; padding: 0.9rem; border: 2px dashed var(--_line); border-radius: var(--_radius); background: var(--eyebright-background, transparent); }
.box.over { border-style: solid; border-color: var(--_accent); }
.intake { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.8rem; }
button {
  min-block-size: 2.5rem; padding: 0.35rem 0.9rem; font: inherit; font-weight: 550; line-height: 1.2; cursor: pointer;
  color: inherit; background: transparent; border: 1px solid var(--_line); border-radius: calc(var(--_radius) * 0.75);
}
button:hover { border-color: var(--_accent); color: var(--_accent); }
button.choose { color: var(--_on-accent); background: var(--_accent); border-color: var(--_accent); }
.has-files button.choose { color: var(--_accent); background: transparent; }
button:disabled { cursor: not-allowed; opacity: 0.55; border-color: var(--_line); }
:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
.list { display: grid; gap: 0.6rem; }
.item { display: grid; grid-template-columns: 3rem minmax(0, 1fr) auto; align-items: center; gap: 0.25rem 0.8rem; padding-block-start: 0.6rem; border-block-start: 1px solid var(--_faint); }
.thumbnail { grid-row: span 2; inline-size: 3rem; block-size: 3rem; border-radius: calc(var(--_radius) / 2); background: var(--_faint); }
.about { display: grid; gap: 0.15rem; min-inline-size: 0; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.text, .note { font-size: 0.92em; font-variant-numeric: tabular-nums; }
.name, .text, .note, .hint, .sending { unicode-bidi: plaintext; text-align: -webkit-match-parent; text-align: match-parent; } /* English words on a page in Arabic, too */
.item.failed .text, .item.too-large .text { color: var(--_bad); }
.actions { display: flex; flex-wrap: wrap; justify-content: end; gap: 0.4rem; }
.waiting { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem 0.8rem; }
progress { appearance: none; inline-size: 100%; block-size: 6px; border: 0; border-radius: 3px; background: var(--_faint); overflow: hidden; }
progress::-webkit-progress-bar { background: transparent; }
progress::-webkit-progress-value { background: var(--_accent); border-radius: 3px; }
progress::-moz-progress-bar { background: var(--_accent); border-radius: 3px; }
:host(:disabled) .box { border-style: dotted; }
@media (max-width: 30rem) {
  .item { grid-template-columns: 3rem minmax(0, 1fr); }
  .actions { grid-column: 1 / -1; justify-content: start; }
}
@media (prefers-reduced-motion: no-preference) {
  .box, button { transition: border-color 0.15s, color 0.15s; }
  progress::-webkit-progress-value { transition: inline-size 0.2s; }
}
@media (forced-colors: active) {
  progress { border: 1px solid CanvasText; }
  .box.over { border-color: Highlight; }
}
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** One for all elements of a page. */
export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
