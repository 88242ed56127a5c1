/** Two tones for whoever looks elsewhere when the turn comes. They are made here, so that nothing has to be loaded. */
import { recall, remember } from "../../sale/memory.js";

const KEY = "holdfast/chime";
/** In Hertz, and seconds after the first. */
const TONES = [[660, 0], [880, 0.2]] as const;
const LOUDNESS = 0.2;
const SILENCE = 0.001;
const FADES_WITHIN_S = 0.7;

export class Chime {
  isOn = recall(KEY) !== null;
  #context: AudioContext | null = null;

  readonly #wake = () => {
    if (this.isOn && this.isPossible) void (this.#context ??= new AudioContext()).resume();
  };

  get isPossible(): boolean {
    return "AudioContext" in globalThis;
  }

  /** Browsers let no page sound unasked. After a refresh the wish is still there, and any press or key on the page will do. */
  wakes(isAwaited: boolean): void {
    const change = isAwaited ? addEventListener : removeEventListener;
    change("pointerdown", this.#wake);
    change("keydown", this.#wake);
  }

  /** Nothing of the page refers to it any more, and nothing of the machine is kept. */
  rest(): void {
    this.wakes(false);
    void this.#context?.close();
    this.#context = null;
  }

  /** To be called in a click; the buyer hears what it will be. */
  turn(isOn: boolean): void {
    this.isOn = isOn;
    remember(KEY, isOn ? "" : null);
    this.ring();
  }

  /** Nothing where the buyer has not asked for it. */
  ring(): void {
    this.#wake();
    const context = this.#context;
    if (!this.isOn || !context) return;
    for (const [hertz, after] of TONES) {
      const at = context.currentTime + after;
      const [tone, volume] = [context.createOscillator(), context.createGain()];
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(LOUDNESS, at);
      volume.gain.exponentialRampToValueAtTime(SILENCE, at + FADES_WITHIN_S);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + FADES_WITHIN_S);
    }
  }
}
