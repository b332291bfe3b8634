import type { Span } from '@opentelemetry/api';
import { checkStrings } from '../option-checks.js';

/** Reads one header by its name in lower case; undefined where it is missing. */
export type HeaderReader = (name: string) => unknown;

/** The headers that a user asked to see in spans. None is taken unless it is named: they hold secrets. */
export class CapturedHeaders {
  readonly #headers: readonly { readonly name: string; readonly attribute: string }[];

  /**
   * @param attributePrefix what stands before the name in the attribute
   * @param option how the user knows the list, for the message of the error
   * @param names in any case
   * @throws TracingConfigError if it is no array of strings that are not empty
   */
  constructor(attributePrefix: string, option: string, names: readonly string[] = []) {
    checkStrings(option, names, 'Name the headers to be recorded, such as ["x-tenant-id"].');
    this.#headers = names
      .map((name) => name.trim().toLowerCase())
      .map((name) => ({ name, attribute: `${attributePrefix}${name}` }));
  }

  get isEmpty(): boolean {
    return this.#headers.length === 0;
  }

  /** Spec: `http.request.header.<key>`, an array of strings even for one value. */
  writeTo(attributes: Record<string, unknown>, read: HeaderReader): void {
    for (const { name, attribute } of this.#headers) {
      const values = textsOf(read(name));
      if (values !== undefined) attributes[attribute] = values;
    }
  }

  /** As {@link writeTo}, onto a span. */
  setOn(span: Span, read: HeaderReader): void {
    for (const { name, attribute } of this.#headers) {
      const values = textsOf(read(name));
      if (values !== undefined) span.setAttribute(attribute, values);
    }
  }
}

function textsOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
