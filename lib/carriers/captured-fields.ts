import type { Span } from '@opentelemetry/api';
import type { AttributeList } from '../context/index.js';
import { checkStrings } from '../option-checks.js';

/**
 * Records selected fields of a carrier, such as headers or metadata, as span attributes. Only the named
 * fields are recorded, because fields can hold secrets.
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
   * @param option name of the option for error messages, such as `http.server.captureRequestHeaders`
   * @param attributePrefix prefix of the attribute key; the name of the field follows it
   * @param read returns the value of a field by its name in lower case; undefined or null if it is missing
   * @param names names of the fields, in any case
   * @returns undefined if `names` is empty
   * @throws TracingConfigError unless `names` is an array of non-empty strings
   */
  static of<C>(
    option: string,
    attributePrefix: string,
    read: (carrier: C, name: string) => unknown,
    names: readonly string[] = [],
  ): CapturedFields<C> | undefined {
    checkStrings(option, names, 'Name the fields to record, such as ["x-tenant-id"].');
    if (names.length === 0) return undefined;
    const distinct = new Set(names.map((name) => name.trim().toLowerCase()));
    const fields = [...distinct].map((name) => ({ name, attribute: `${attributePrefix}${name}` }));
    return new CapturedFields(fields, read);
  }

  /**
   * Writes the fields into `attributes`. Each value is an array of strings, also for a single value.
   * Binary values are encoded in base64.
   *
   * Spec: `http.request.header.<key>`, `rpc.request.metadata.<key>`.
   */
  writeTo(attributes: Record<string, unknown>, carrier: C): void {
    for (const { name, attribute } of this.#fields) {
      const values = textsOf(this.#read(carrier, name));
      if (values !== undefined) attributes[attribute] = values;
    }
  }

  /** Writes the fields like {@link writeTo}, to the end of a list that has none of them. */
  pushTo(list: AttributeList, carrier: C): void {
    for (const { name, attribute } of this.#fields) {
      const values = textsOf(this.#read(carrier, name));
      if (values !== undefined) list.push(attribute, values);
    }
  }

  /** Writes the fields like {@link writeTo}, as attributes of a span. */
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
