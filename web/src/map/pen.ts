/** What paints: the context of a canvas, in device pixels. */
export type Pen = CanvasRenderingContext2D;
