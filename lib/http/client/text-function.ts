import type { LocalTracer } from '../../context/index.js';
import { checkFunction } from '../../option-checks.js';
import type { OutgoingHttpRequest } from './http-client-options.js';

/**
 * A function of the user that returns a text for a request, such as `http.client.nameOf`. If it throws,
 * that is reported, and the request has no such text.
 */
export class TextFunction {
  readonly #option: string;
  readonly #fn: (request: OutgoingHttpRequest) => unknown;

  private constructor(option: string, fn: (request: OutgoingHttpRequest) => unknown) {
    this.#option = option;
    this.#fn = fn;
  }

  /** @throws TracingConfigError for anything but a function or undefined */
  static of(
    option: string,
    fn: ((request: OutgoingHttpRequest) => string | undefined) | undefined,
  ): TextFunction | undefined {
    const checked = checkFunction(option, fn, undefined);
    return checked && new TextFunction(option, checked);
  }

  /** @returns undefined if the function returns no text */
  call({ diagnostics }: LocalTracer, request: OutgoingHttpRequest): string | undefined {
    try {
      const text = this.#fn(request);
      return typeof text === 'string' && text !== '' ? text : undefined;
    } catch (error) {
      diagnostics.report(`${this.#option} threw`, error);
      return undefined;
    }
  }
}
