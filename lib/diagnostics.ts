import { printable } from './printable.js';

/** Receives the messages of the library. Nest's `LoggerService` and `console` implement it. */
export interface DiagnosticsLogger {
  /** Writes a message of the library. An error that it throws is ignored. */
  warn(message: string): void;
}

let reportingCount = 0;

/**
 * Whether a message of the library is being logged. What takes log lines to an exporter ignores these: an exporter
 * that fails would log a warning, which would be exported, and fail again.
 */
export function isReportingDiagnostics(): boolean {
  return reportingCount > 0;
}

/**
 * Reports the library's own failures. A cause is reported when it occurs first, and afterwards only when its
 * count reaches another power of ten, so that a failure of every request is visible and does not flood the log.
 *
 * The methods do not throw, even if the logger or a reported error does.
 */
export class Diagnostics {
  readonly #logger: DiagnosticsLogger;
  readonly #counts = new Map<string, number>();
  #isMuted = false;

  constructor(logger: DiagnosticsLogger = console) {
    this.#logger = logger;
  }

  /**
   * Reports a failure that must not affect the user's code.
   *
   * @param cause a fixed text, so that equal failures are counted together and the number of causes is bounded;
   *   the varying part belongs in `detail`
   * @param detail the thrown error, or what identifies the failure
   * @param times how often it occurred since the last report, at least 1
   */
  report(cause: string, detail?: unknown, times = 1): void {
    const before = this.#counts.get(cause) ?? 0;
    const count = before + times;
    this.#counts.set(cause, count);
    if (!passesPowerOfTen(before, count)) return;
    const total = count === 1 ? '' : ` (${count} times so far)`;
    const reason = detail === undefined ? '' : `: ${describe(detail)}`;
    this.say(`${cause}${total}${reason}`);
  }

  /** Logs a message without a count, for changes of state that must appear in the log. */
  say(message: string): void {
    if (this.#isMuted) return;
    reportingCount++;
    try {
      this.#logger.warn(printable(message));
    } catch {
      // There is no other place to report that the logger throws.
    } finally {
      reportingCount--;
    }
  }

  /** Logs nothing from now on; {@link report} counts on. For a `log_level` above warnings. */
  mute(): void {
    this.#isMuted = true;
  }

  /** Returns how often each cause has occurred. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

/** Returns whether one of 1, 10, 100 … is greater than `before` and at most `count`. */
function passesPowerOfTen(before: number, count: number): boolean {
  let power = 1;
  while (power <= before) power *= 10;
  return power <= count;
}

/** In UTF-16 code units. A peer can send a text of any length that ends up in a message. */
const MAX_DETAIL_LENGTH = 1000;

function describe(detail: unknown): string {
  try {
    const text = detail instanceof Error ? `${detail.name}: ${detail.message}` : String(detail);
    return text.length > MAX_DETAIL_LENGTH ? `${text.slice(0, MAX_DETAIL_LENGTH)}…` : text;
  } catch {
    return 'something that cannot be described';
  }
}
