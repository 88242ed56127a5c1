/** What keys and the wheel ask of the camera. */

export type Ask = { type: "pan"; dx: number; dy: number } | { type: "zoom"; factor: number } | { type: "whole" };

export interface Key {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

export interface Wheel {
  deltaY: number;
  /** 0 in pixels, 1 in lines, 2 in pages. */
  deltaMode: number;
  ctrlKey: boolean;
  metaKey: boolean;
}

const PAN_PX = 80;
const FAR = 4;
export const ZOOM_STEP = 1.5;
/** Of the wheel's way; a trackpad's pinch comes in much smaller pieces. */
const WHEEL = 1 / 400;
const PINCH = 1 / 100;
const UNIT_PX = [1, 16, 400];

/** Null for keys that mean nothing here; those with a modifier are the browser's. */
export function keyAsk({ key, shiftKey, ctrlKey, metaKey, altKey }: Key): Ask | null {
  if (ctrlKey || metaKey || altKey) return null;
  const step = PAN_PX * (shiftKey ? FAR : 1);
  switch (key) {
    case "ArrowLeft": return { type: "pan", dx: -step, dy: 0 };
    case "ArrowRight": return { type: "pan", dx: step, dy: 0 };
    case "ArrowUp": return { type: "pan", dx: 0, dy: -step };
    case "ArrowDown": return { type: "pan", dx: 0, dy: step };
    case "+": case "=": return { type: "zoom", factor: ZOOM_STEP };
    case "-": case "_": return { type: "zoom", factor: 1 / ZOOM_STEP };
    case "0": return { type: "whole" };
    default: return null;
  }
}

/**
 * By how much the wheel zooms; null where it is the page's. It is the map's with Ctrl or ⌘, as a trackpad's pinch comes,
 * and once the map was pressed. Whoever zooms out of all of it scrolls on.
 */
export function wheelFactor(wheel: Wheel, isActive: boolean, isWhole: boolean): number | null {
  const { deltaY, deltaMode, ctrlKey, metaKey } = wheel;
  const hasModifier = ctrlKey || metaKey;
  if (!hasModifier && (!isActive || (isWhole && deltaY > 0))) return null;
  const way = Math.max(-300, Math.min(300, deltaY * (UNIT_PX[deltaMode] ?? 1)));
  const isPinch = ctrlKey && deltaMode === 0 && Math.abs(deltaY) < 50;
  return Math.exp(-way * (isPinch ? PINCH : WHEEL));
}
