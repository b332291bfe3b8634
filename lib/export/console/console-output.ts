import { contextStorage } from '../../context/index.js';

/** A writable text stream, such as `process.stdout`. */
export interface ConsoleStream {
  /** Writes a text, and calls `callback` after the text is written or the write failed. */
  write(text: string, callback: (error?: Error | null) => void): unknown;
  /** True for a terminal. @default false */
  readonly isTTY?: boolean;
  /** Number of columns of the terminal. @default 100 */
  readonly columns?: number;
  /** Whether the terminal supports `count` colours and `NO_COLOR` does not switch them off. */
  hasColors?(count: number): boolean;
  /** Adds a listener for an error of the stream. */
  once?(event: 'error', listener: (error: Error) => void): unknown;
  /** Removes a listener for an error of the stream. */
  removeListener?(event: 'error', listener: (error: Error) => void): unknown;
}

/** How long to wait for the callback of `write`, in milliseconds. */
const MAX_WRITE_MILLIS = 100;

/** Writes the texts of an exporter to a stream. */
export class ConsoleOutput {
  /** False after `write` of the stream did not call back once. */
  #callsBack = true;
  readonly #underWay = new Set<Promise<void>>();

  constructor(private readonly stream: ConsoleStream) {}

  /** Resolves when each text is written, or counts as written. */
  async drained(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /**
   * Writes a text and calls `callback` once. As with `console`, an error of the stream must not end the
   * process. Test runners and log interceptors replace `write` by functions that never call back: such a
   * text counts as written.
   */
  write(text: string, callback: (error?: Error) => void): void {
    if (text === '') {
      callback();
      return;
    }
    const { stream } = this;
    const ignore = () => {};
    stream.once?.('error', ignore);
    let isOver = false;
    let resolveWritten = ignore;
    let timer: NodeJS.Timeout | undefined;
    const finish = (error?: Error | null) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      // Node emits the 'error' event after this callback.
      setImmediate(() => stream.removeListener?.('error', ignore));
      callback(error ?? undefined);
      resolveWritten();
    };
    try {
      stream.write(text, finish);
    } catch (error) {
      finish(error as Error);
    }
    if (isOver) return;
    if (!this.#callsBack) {
      finish();
      return;
    }
    const giveUp = (): void => {
      this.#callsBack = false;
      finish();
    };
    timer = contextStorage.runSuppressed(() => setTimeout(giveUp, MAX_WRITE_MILLIS));
    const written: Promise<void> = new Promise((resolve) => {
      resolveWritten = () => {
        this.#underWay.delete(written);
        resolve();
      };
    });
    this.#underWay.add(written);
  }
}
