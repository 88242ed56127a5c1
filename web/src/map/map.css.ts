/** Styles of the map's canvases, for the shadow root's `adoptedStyleSheets`. The host must have a size of its own. */
export const mapStyles = `
.map-view {
  position: absolute;
  inset: 0;
  overflow: hidden;
  direction: ltr;
  background: var(--map-surface, #f8f9fb);
  -webkit-user-select: none;
  user-select: none;
}
.map-view canvas {
  position: absolute;
  inset-block-start: 0;
  inset-inline-start: 0;
  display: block;
  pointer-events: none;
}
.map-picture {
  position: absolute;
  inset-block-start: 0;
  inset-inline-start: 0;
  transform-origin: 0 0;
  pointer-events: none;
}
.map-view .map-face {
  inline-size: 100%;
  block-size: 100%;
  pointer-events: auto;
  cursor: grab;
  touch-action: pan-x pan-y;
  -webkit-tap-highlight-color: transparent;
}
.map-face.is-zoomed { touch-action: none; }
.map-face.is-whole { cursor: default; }
.map-face.is-on-target { cursor: pointer; }
.map-face.is-zoomed.is-dragged { cursor: grabbing; }
.map-face:focus { outline: none; }
.map-face:focus-visible {
  outline: 3px solid var(--map-focus, #0b57d0);
  outline-offset: -3px;
}
.map-minimap {
  position: absolute;
  inset-block-end: 10px;
  inset-inline-end: 10px;
  overflow: hidden;
  background: var(--map-surface, #f8f9fb);
  border: 1px solid var(--map-edge, #c5ccd8);
  border-radius: 8px;
  box-shadow: 0 2px 10px rgb(0 0 0 / 0.18);
  cursor: pointer;
  touch-action: none;
  forced-color-adjust: none;
}
.map-minimap[hidden] { display: none; }
.map-minimap-view {
  position: absolute;
  inset-block-start: 0;
  inset-inline-start: 0;
  box-sizing: border-box;
  border: 2px solid var(--map-focus, #0b57d0);
  border-radius: 3px;
  pointer-events: none;
}
@media (forced-colors: active) {
  .map-minimap { border-color: CanvasText; }
}
`;
