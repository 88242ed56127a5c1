/** What the draw's panel looks like, within the panel of the place in the line. */

export const drawStyles = `
.draw, .draw dl { display: grid; gap: 0.6rem; justify-items: start; inline-size: 100%; }
.draw details { inline-size: 100%; }
.draw details p { margin-block: 0.25rem; }
.draw dl { grid-template-columns: max-content minmax(0, 1fr); gap: 0.35rem 1rem; align-items: baseline; margin: 0.5rem 0; }
.draw dt, .draw .small { color: var(--soft); font-size: 0.9rem; }
.draw dd { margin: 0; max-inline-size: 100%; min-inline-size: 0; font-variant-numeric: tabular-nums; }
/* Cut short for the eye alone: whoever presses it sees and selects all of it. */
.draw code {
  display: block; padding: 0.15rem 0.4rem; border: 1px solid var(--line); border-radius: 0.35rem;
  font: 0.85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; cursor: pointer; -webkit-user-select: all; user-select: all;
}
.draw code:focus { white-space: normal; overflow-wrap: anywhere; cursor: text; }
.draw button { margin-block-start: 0.35rem; }
.draw ul { display: grid; gap: 0.3rem; margin-block: 0.6rem 0; }
.draw ul:empty { display: none; }
.draw li { display: flex; gap: 0.5rem; }
/* The sentence says it too: the sign is for the eye. What a browser does not know of it, it leaves out. */
.draw li::before { content: "–"; content: "–" / ""; flex: none; inline-size: 1.1rem; text-align: center; font-weight: 700; color: var(--soft); }
.draw li[data-outcome="right"]::before { content: "✓"; content: "✓" / ""; color: var(--good); }
.draw li[data-outcome="wrong"]::before { content: "✗"; content: "✗" / ""; color: var(--bad); }
.draw .verdict { margin-block-start: 0.6rem; font-weight: 600; color: var(--ink); }
.draw .verdict[data-outcome="wrong"] { color: var(--bad); }
.draw .small { display: none; }
@container (max-width: 50rem) { .draw .small { display: block; } }
@container (max-width: 32rem) {
  .draw dl { grid-template-columns: minmax(0, 1fr); gap: 0.15rem; }
  .draw dd + dt { margin-block-start: 0.4rem; }
}
@media (pointer: coarse) { .draw code { padding-block: 0.6rem; } }
`;
