import type { LocalSpan } from '../context/index.js';
import { checkFunction } from '../option-checks.js';

/**
 * A user's function that is called after the span of a request or call has started, such as
 * `http.server.onRequest`. If it throws or rejects, the error is reported and has no other effect.
 *
 * @typeParam S the second argument of the function, after the span
 */
export class StartHook<S> {
  readonly #option: string;
  readonly #hook: (span: LocalSpan, subject: S) => unknown;

  private constructor(option: string, hook: (span: LocalSpan, subject: S) => unknown) {
    this.#option = option;
    this.#hook = hook;
  }

  /**
   * @param option name of the option for messages: `http.server.onRequest`
   * @returns undefined if the option is not set
   * @throws TracingConfigError for anything but a function or undefined
   */
  static of<S>(
    option: string,
    hook: ((span: LocalSpan, subject: S) => unknown) | undefined,
  ): StartHook<S> | undefined {
    const checked = checkFunction(
      option,
      hook,
      undefined,
      'Give a function that sets attributes on the span, or leave the option out.',
    );
    return checked && new StartHook(option, checked);
  }

  /** @param span a recorded span */
  call(span: LocalSpan, subject: S): void {
    try {
      const result = this.#hook(span, subject);
      // An unhandled rejection would end the process.
      if (result instanceof Promise) result.catch((error) => this.#report(span, error));
    } catch (error) {
      this.#report(span, error);
    }
  }

  #report({ tracer }: LocalSpan, error: unknown): void {
    tracer.diagnostics.report(`${this.#option} threw`, error);
  }
}
