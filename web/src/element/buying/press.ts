/** A button whose deed takes its time: a second press while the first is not answered does nothing. */

export class Press {
  isBusy = false;

  /** `changed` is called when it begins to be busy, and when it is no more. */
  constructor(private readonly changed: () => void) {}

  async run(deed: () => Promise<unknown>, failed?: (error: unknown) => void): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.changed();
    try {
      await deed();
    } catch (error) {
      failed?.(error);
    } finally {
      this.isBusy = false;
      this.changed();
    }
  }
}
