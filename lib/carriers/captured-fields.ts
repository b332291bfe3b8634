import type { Span } from '@opentelemetry/api';
import { checkStrings } from '../option-checks.js';

/**
 * The fields of a carrier, such as headers or metadata, that a user asked to see in spans. No field is
 * recorded unless it is named, because fields hold secrets.
 *
 * @typeParam C the carrier
 */
export class CapturedFields<C> {
  readonly #fields: readonly { readonly name: string; readonly attribute: string }[];
  readonly #read: (carrier: C, name: string) => unknown;

  private constructor(
    fields: readonly { readonly name: string; readonly attribute: string }[],
    read: (carrier: C, name: string) => unknown,
  ) {
    this.#fields = fields;
    this.#read = read;
  }

  /**
   * @param option the option as the user knows it: `http.server.captureRequestHeaders`
   * @param attributePrefix the attribute's name before the field's
   * @param read the value of a field, by its name in lower case; undefined or null where it is missing
   * @param names in any case
   * @returns undefined where no field is named
   * @throws TracingConfigError unless `names` is an array of strings that are not empty
   */
  static of<C>(
    option: string,
    attributePrefix: string,
    read: (carrier: C, name: string) => unknown,
    names: readonly string[] = [],
  ): CapturedFields<C> | undefined {
    checkStrings(option, names, 'Name the fields to record, such as ["x-tenant-id"].');
    if (names.length === 0) return undefined;
    const fields = names
      .map((name) => name.trim().toLowerCase())
      .map((name) => ({ name, attribute: `${attributePrefix}${name}` }));
    return new CapturedFields(fields, read);
  }

  /**
   * Spec: `http.request.header.<key>`, `rpc.request.metadata.<key>`, an array of strings even for one
   * value. Binary values are written in base64, as they are sent.
   */
  writeTo(attributes: Record<string, unknown>, carrier: C): void {
    for (const { name, attribute } of this.#fields) {
      const values = textsOf(this.#read(carrier, name));
      if (values !== undefined) attributes[attribute] = values;
    }
  }

  /** As {@link writeTo}, onto a span. */
  setOn(span: Span, carrier: C): void {
    for (const { name, attribute } of this.#fields) {
      const values = textsOf(this.#read(carrier, name));
      if (values !== undefined) span.setAttribute(attribute, values);
    }
  }
}

function textsOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return [textOf(value)];
  return value.length === 0 ? undefined : value.map(textOf);
}

function textOf(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('base64') : String(value);
}
