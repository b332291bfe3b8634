import { printable } from './printable.js';

/** Where the library's few words go. Nest's `LoggerService` and `console` both fit. */
export interface DiagnosticsLogger {
  /** Writes a message of the library. An error that it throws is ignored. */
  warn(message: string): void;
}

/**
 * What the library says about its own troubles. The observer is silent: a cause is reported the
 * first time it comes up, and after that only when its count reaches another power of ten, so that
 * a fault on every request neither hides nor floods the log.
 *
 * Nothing here throws, whatever the logger or the error do.
 */
export class Diagnostics {
  readonly #logger: DiagnosticsLogger;
  readonly #counts = new Map<string, number>();

  constructor(logger: DiagnosticsLogger = console) {
    this.#logger = logger;
  }

  /**
   * Reports a trouble that the user's code must not feel.
   *
   * @param cause a fixed sentence, so that equal troubles are counted together and the number of
   *   causes is bounded; whatever varies belongs into `detail`
   * @param detail what was thrown, or which one it was
   */
  report(cause: string, detail?: unknown): void {
    const count = (this.#counts.get(cause) ?? 0) + 1;
    this.#counts.set(cause, count);
    if (!isPowerOfTen(count)) return;
    const times = count === 1 ? '' : ` (${count} times by now)`;
    const reason = detail === undefined ? '' : `: ${describe(detail)}`;
    this.say(`${cause}${times}${reason}`);
  }

  /** Says something once, with no count: for changes of state that must stand in the log. */
  say(message: string): void {
    try {
      this.#logger.warn(printable(message));
    } catch {
      // A logger that throws leaves nobody to tell.
    }
  }

  /** How often each cause came up so far. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

function isPowerOfTen(count: number): boolean {
  let rest = count;
  while (rest % 10 === 0) rest /= 10;
  return rest === 1;
}

function describe(detail: unknown): string {
  try {
    return detail instanceof Error ? `${detail.name}: ${detail.message}` : String(detail);
  } catch {
    return 'something that cannot be described';
  }
}
