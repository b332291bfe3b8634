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
   * @param times how often it came up since the last report, at least 1
   */
  report(cause: string, detail?: unknown, times = 1): void {
    const before = this.#counts.get(cause) ?? 0;
    const count = before + times;
    this.#counts.set(cause, count);
    if (!passesPowerOfTen(before, count)) return;
    const total = count === 1 ? '' : ` (${count} times by now)`;
    const reason = detail === undefined ? '' : `: ${describe(detail)}`;
    this.say(`${cause}${total}${reason}`);
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

/** Whether 1, 10, 100 … lies above `before` and not above `count`. */
function passesPowerOfTen(before: number, count: number): boolean {
  let power = 1;
  while (power <= before) power *= 10;
  return power <= count;
}

/** A message that repeats what a peer sent must not fill the log. */
const MAX_DETAIL_LENGTH = 1000;

function describe(detail: unknown): string {
  try {
    const text = detail instanceof Error ? `${detail.name}: ${detail.message}` : String(detail);
    return text.length > MAX_DETAIL_LENGTH ? `${text.slice(0, MAX_DETAIL_LENGTH)}…` : text;
  } catch {
    return 'something that cannot be described';
  }
}
