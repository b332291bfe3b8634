import type { DiagnosticsLogger } from '../diagnostics.js';

/**
 * The warnings that the library logs during a test, in the place of the logger of the application.
 *
 * @example
 * expect(app.get(TracingWarnings).messages).toEqual([]);
 */
export class TracingWarnings implements DiagnosticsLogger {
  readonly #messages: string[] = [];

  /** The messages, in the order in which the library logged them. */
  get messages(): readonly string[] {
    return [...this.#messages];
  }

  warn(message: string): void {
    this.#messages.push(message);
  }
}
