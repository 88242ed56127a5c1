/** How the element is laid out, and what its panels look like. Variables that begin with `--holdfast-` are the page's to set. */

export const elementStyles = `
:host {
  display: block;
  container-type: inline-size;
  color-scheme: light dark;
  --ink: var(--holdfast-ink, light-dark(#16211c, #e8efeb));
  --soft: var(--holdfast-soft, light-dark(#52605a, #a3b3ab));
  --line: var(--holdfast-line, light-dark(#cfd8d3, #3a4742));
  --card: var(--holdfast-card, light-dark(#ffffff, #18201d));
  --accent: var(--holdfast-accent, light-dark(#0b6b50, #5fd3ac));
  --on-accent: var(--holdfast-on-accent, light-dark(#ffffff, #0a1712));
  --bad: var(--holdfast-bad, light-dark(#a3261b, #ff9d92));
  --good: var(--holdfast-good, light-dark(#0b6b50, #5fd3ac));
  --radius: var(--holdfast-radius, 0.6rem);
  color: var(--ink);
  font: var(--holdfast-font, 1rem/1.4 system-ui, sans-serif);
}
:host([hidden]) { display: none; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
*, *::before, *::after { box-sizing: border-box; }
h2, h3, p, ul, fieldset { margin: 0; padding: 0; border: 0; }
ul { list-style: none; }

/* What they have in common is said once. */
.strip, .bar, .notice, .legend ul, .basket, .seats, .best, .deeds, .area, .area label, .touch > div { display: flex; flex-wrap: wrap; align-items: center; gap: 0.35rem 0.75rem; }
.map, .notice, .basket, .dialog, .touch > div { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); }
.waiting, .legend, .notices, .dialog form, .step, .receipt { display: grid; gap: 0.6rem; }

.whole {
  display: grid;
  gap: 0.75rem;
  grid-template: "notice notice" auto "list map" minmax(0, auto) "legend legend" auto "basket basket" auto / minmax(15rem, 19rem) minmax(0, 1fr);
  background: var(--card);
  border-radius: var(--radius);
}
.list { grid-area: list; max-height: var(--holdfast-map-height, clamp(20rem, 68vh, 46rem)); overflow-y: auto; position: relative; }
.stage { grid-area: map; position: relative; min-width: 0; }
.map {
  position: relative;
  height: var(--holdfast-map-height, clamp(20rem, 68vh, 46rem));
  overflow: hidden;
}
.legend { grid-area: legend; }
.basket { grid-area: basket; padding: 0.75rem; }
.notices { grid-area: notice; }
.notices:empty { display: none; }
/* Under the map, or at the screen's lower end where that comes first: over the picture, within reach of a thumb. */
.touch { position: sticky; z-index: 4; inset-block-end: 0; block-size: 0; display: flex; align-items: end; }
.touch > div {
  flex: 1; margin: 0.4rem; padding: 0.75rem;
  padding-block-end: max(0.75rem, env(safe-area-inset-bottom)); box-shadow: 0 2px 16px rgb(0 0 0 / 25%);
}
.touch p { flex: 1 0 100%; }
.touch button { flex: 1; min-height: 3rem; }
@container (max-width: 44rem) {
  .whole, .stage { display: flex; flex-direction: column; }
  .notices { order: -3; }
  .stage { order: -2; }
  .legend { order: -1; }
  .strip { order: 1; margin-block: 0.5rem 0; }
  .bar { flex: 1; }
  .bar button { flex: 1 0 auto; }
  .legend ul:not(.keys) { flex-wrap: nowrap; overflow-x: auto; padding: 3px; white-space: nowrap; }
  /* What is held stays in sight, with its time and the way on. */
  .basket:has(.seats) { position: sticky; z-index: 2; inset-block-end: 0; padding-block-end: max(0.75rem, env(safe-area-inset-bottom)); }
  .basket .seats { flex-basis: 100%; max-block-size: 6rem; overflow-y: auto; }
  .basket > .main { margin-inline-start: auto; }
  .basket > button:not(.main) { order: 1; }
  .map { height: var(--holdfast-map-height, clamp(18rem, 60vh, 30rem)); }
  .list { max-height: none; }
}

button, select, input {
  font: inherit;
  color: inherit;
  background: var(--card);
  border: 1px solid light-dark(#74827b, #8b9b93);
  border-radius: 0.45rem;
  min-height: 2.1rem;
  padding: 0.25rem 0.7rem;
}
button { cursor: pointer; }
button:hover { border-color: var(--accent); }
button[aria-disabled="true"], button:disabled { cursor: not-allowed; color: var(--soft); border-style: dashed; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button, select, input, summary, label { touch-action: manipulation; }
@media (pointer: coarse) {
  button, select, input, summary { min-height: 2.75rem; }
  /* Smaller, and some browsers zoom the page to it. */
  input, select { font-size: max(1em, 16px); }
}

.icon { display: block; inline-size: 1rem; block-size: 1rem; margin: auto; fill: none; stroke: currentcolor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.strip { margin-block-end: 0.5rem; }
.bar { gap: 0.25rem; margin-inline-start: auto; }
.bar button, .notice button { min-width: 2.1rem; padding-inline: 0.5rem; }
/* These are directions on the screen, and so is their order. */
.pan { direction: ltr; display: flex; gap: 0.25rem; }
@media (pointer: coarse) { .bar button, .notice button, .seats button { min-width: 2.75rem; } }
@container (max-width: 30rem) { .pan { display: none; } }

.pill { display: flex; align-items: center; gap: 0.4rem; padding: 0.15rem 0.6rem; font-size: 0.85rem; border: 1px solid var(--line); border-radius: 1rem; }
.pill::before { content: ""; inline-size: 0.6rem; block-size: 0.6rem; border-radius: 50%; background: var(--good); }
.pill[data-state="paused"]::before { border-radius: 0; background: var(--soft); }
.pill[data-state="stale"]::before { background: none; border: 2px solid var(--bad); }
.pill[data-state="offline"]::before { border-radius: 0; background: var(--bad); }

.tip {
  position: absolute; z-index: 3; pointer-events: none; max-width: 18rem;
  padding: 0.35rem 0.6rem; font-size: 0.9rem;
  color: var(--card); background: var(--ink); border-radius: 0.4rem;
}

.notice {
  padding: 0.5rem 0.75rem;
  border-inline-start: 0.3rem solid var(--soft);
}
.notice[data-tone="bad"] { border-inline-start-color: var(--bad); }
.notice[data-tone="good"] { border-inline-start-color: var(--good); }
.notice p { flex: 1 1 16rem; }

.waiting { justify-items: start; padding: 1rem; border-inline-start-color: var(--accent); }
.waiting h2 { font-size: 1.15rem; line-height: 1.2; }
.waiting b { font-size: 2.6rem; font-variant-numeric: tabular-nums; }
.waiting progress { inline-size: 100%; accent-color: var(--accent); }
.waiting p ~ p { color: var(--soft); }
.waiting label { display: flex; align-items: center; gap: 0.5rem; }
.waiting input { inline-size: 1.2rem; accent-color: var(--accent); }
summary { cursor: pointer; min-block-size: 2.1rem; align-content: center; text-decoration: underline; }

.legend .keys { font-size: 0.9rem; color: var(--soft); gap: 0.35rem 1rem; }
.legend canvas { vertical-align: -0.25rem; margin-inline-end: 0.35rem; }
.chip { display: inline-flex; align-items: center; gap: 0.25rem; border-radius: 1.2rem; }
.chip[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); font-weight: 600; }
.chip small { color: var(--soft); font-weight: 400; }

.seats { flex: 1 1 18rem; min-width: 0; }
.seats li { display: flex; align-items: center; gap: 0.35rem; border: 1px solid var(--line); border-radius: 1.2rem; padding-inline-start: 0.6rem; }
.seats li button { border: 0; background: none; }
.seats li select { border: 0; padding-inline: 0.25rem; }
.total { font-size: 1.15rem; font-weight: 700; white-space: nowrap; }
.timer { font-variant-numeric: tabular-nums; }
.timer[data-soon] { color: var(--bad); font-weight: 700; }
.best input { inline-size: 4.2rem; }

.dialog { color: var(--ink); inline-size: min(30rem, calc(100vw - 1.5rem)); max-block-size: 90vh; }
.dialog:not(:modal) { position: sticky; inset-block-end: 1rem; z-index: 5; box-shadow: 0 0.5rem 2rem rgb(0 0 0 / 35%); }
.dialog::backdrop { background: rgb(0 0 0 / 50%); }
.dialog label { display: grid; gap: 0.2rem; }
.dialog h2:focus, .receipt h2:focus { outline: none; }
.dialog li, .receipt li { padding-block: 0.25rem; border-block-end: 1px solid var(--line); }
.passenger { display: grid; grid-template-columns: 1fr 1fr; gap: 0.35rem; padding-block: 0.35rem; }
.passenger input { min-inline-size: 0; }
.dialog .deeds { justify-content: flex-end; }
.dialog [role="alert"] { color: var(--bad); }
.receipt { flex: 1; }

.unseen { position: absolute; inline-size: 1px; block-size: 1px; margin-block: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

@media (forced-colors: active) {
  .chip[aria-pressed="true"], button.main { border: 2px solid Highlight; }
  button.main { color: ButtonText; background: ButtonFace; }
  .pill::before, .notice { forced-color-adjust: none; }
}
`;
