/**
 * What the list looks like. Its colours are the element's own variables, `--ink` and so on, which a page sets by
 * `--holdfast-ink` and so on (`element/element.css.ts`).
 *
 * A seat's look has a sign and a kind of border besides its colour.
 */

export const listStyles = `
[part~="list"] {
  padding: 0.25rem;
  scroll-padding-block: 0.75rem;

  h2 { font-size: 1.05rem; margin-block-end: 0.5rem; }
  h3 { font: inherit; }
  .note { margin-block-end: 0.5rem; color: var(--soft); }
  .note:empty { display: none; }

  .group {
    border-block-start: 1px solid var(--line);
    content-visibility: auto;
    contain-intrinsic-block-size: auto 2.9rem;
  }
  .group:last-child { border-block-end: 1px solid var(--line); }
  /* What is painted around an opened group, such as its focus rings, must not be cut off. */
  .group:has([aria-expanded="true"], :focus-visible) { content-visibility: visible; }

  .opener {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 0.75rem;
    inline-size: 100%;
    min-block-size: 2.75rem;
    padding: 0.55rem 0.5rem;
    border: 0;
    border-radius: 0.3rem;
    background: none;
    color: var(--ink);
    text-align: start;
  }
  .opener::before {
    content: "";
    align-self: center;
    inline-size: 0.45rem;
    block-size: 0.45rem;
    border: solid currentcolor;
    border-width: 0 2px 2px 0;
    transform: rotate(-45deg);
  }
  .opener:dir(rtl)::before { transform: rotate(135deg); }
  .opener[aria-expanded="true"]::before { transform: rotate(45deg); }
  .opener:hover { background: color-mix(in srgb, var(--accent) 10%, transparent); }
  .opener:focus-visible { outline-offset: -3px; }
  .opener[aria-expanded="true"] .title { font-weight: 700; }
  .title { flex: 1 1 auto; overflow-wrap: anywhere; }
  .summary { color: var(--soft); font-size: 0.875rem; }
  .group[data-aside] .title { color: var(--soft); }

  .panel { padding: 0.25rem 0.5rem 0.9rem; }
  .panel[hidden], .group[hidden] { display: none; }

  [role="grid"] { display: grid; gap: 0.5rem; }
  [role="row"] { display: flex; align-items: flex-start; gap: 0.5rem; }
  [role="rowheader"] {
    flex: 0 0 3.5rem;
    padding-block-start: 0.45rem;
    font-size: 0.875rem;
    color: var(--soft);
    overflow-wrap: anywhere;
  }
  /* A plan is never mirrored, and neither are its rows. */
  .cells { direction: ltr; display: flex; flex-wrap: wrap; gap: 0.375rem; min-inline-size: 0; }

  .seat {
    position: relative;
    display: grid;
    place-items: center;
    align-content: center;
    min-inline-size: 2.25rem;
    min-block-size: 2.25rem;
    padding: 0 0.3rem;
    border: 1px solid var(--edge);
    border-block-end: 4px solid var(--category, var(--edge));
    border-radius: 0.4rem;
    background: var(--card);
    color: var(--ink);
    font-size: 0.8125rem;
    line-height: 1.1;
    font-variant-numeric: tabular-nums;
    --edge: light-dark(#74827b, #8b9b93);
  }
  .seat::after { font-size: 0.6875rem; line-height: 1; }
  .seat:hover { border-color: var(--accent); }
  .seat[data-accessible]::before { content: "\\267F\\FE0E" / ""; font-size: 0.75rem; line-height: 1; }

  .seat[data-status="held"], .seat[data-status="booked"], .seat[data-status="blocked"] {
    border-style: dashed;
    border-block-end: 1px dashed var(--edge);
    background: color-mix(in srgb, var(--soft) 9%, var(--card));
    color: var(--soft);
  }
  .seat[data-status="held"]::after { content: "\\25C6" / ""; }
  .seat[data-status="booked"]::after { content: "\\2715" / ""; }
  .seat[data-status="blocked"]::after { content: "\\2013" / ""; }

  .seat[data-own] { border: 2px solid var(--accent); background: var(--card); color: var(--ink); }
  .seat[data-own="mine"] { background: var(--accent); color: var(--on-accent); font-weight: 700; }
  .seat[data-own="mine"]::after { content: "\\2713" / ""; }
  .seat[data-own="taking"]::after { content: "\\2026" / ""; }
  .seat[data-own="giving"]::after { content: "\\21A9\\FE0E" / ""; }
  .seat[data-own="bought"]::after { content: "\\2605" / ""; }
  .seat[data-own="taking"], .seat[data-own="giving"] { border-style: dotted; }

  .seat[data-aside]:not([data-own]) { border-color: var(--line); background: none; color: var(--soft); }
  .seat:focus-visible { z-index: 1; }

  .whole { display: block; margin-block-end: 0.6rem; text-align: start; }
  .whole[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
  .whole[aria-pressed="true"]::before { content: "\\2713\\00A0" / ""; }

  .area input { inline-size: 4.5rem; }

  .help { margin-block-start: 0.6rem; color: var(--soft); font-size: 0.875rem; }

  @media (pointer: coarse) {
    .seat { min-inline-size: 2.75rem; min-block-size: 2.75rem; }
    .cells { gap: 0.5rem; }
    [role="rowheader"] { padding-block-start: 0.75rem; }
    .help { display: none; }
  }
  @media (forced-colors: active) {
    .seat[data-own="mine"], .whole[aria-pressed="true"] {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
      border-color: Highlight;
    }
    .seat:not([data-status="available"], [data-own]) { color: GrayText; border-color: GrayText; }
    .opener::before { border-color: ButtonText; }
  }
}
`;
