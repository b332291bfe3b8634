import type { TextMapPropagator } from '@opentelemetry/api';

/** How fields are found and removed in one type of carrier. */
export interface FieldAccess<C> {
  /** The names of all fields, in any case. */
  keys(carrier: C): Iterable<string>;
  /** Removes a field, whose name is in lower case. Does nothing if it is missing. */
  remove(carrier: C, name: string): void;
}

/**
 * A propagator that also names the fields that it does not inject.
 *
 * @see ContextFields
 */
export interface FieldAwarePropagator {
  /** The names of all fields that it reads or writes; a name that ends in `*` stands for a prefix. */
  allFields(): readonly string[];
}

/**
 * The fields in which a propagator sends contexts. A carrier whose fields were copied from an incoming
 * request must lose them before a context is injected: otherwise the receiver gets the trace state, the
 * baggage and the ids of a stranger beside, or instead of, our own.
 */
export class ContextFields {
  static readonly #known = new WeakMap<TextMapPropagator, ContextFields>();
  readonly #names: readonly string[];
  readonly #prefixes: readonly string[];

  private constructor(fields: readonly string[]) {
    const lowerCase = [...new Set(fields.map((field) => String(field).toLowerCase()))];
    this.#names = lowerCase.filter((field) => !field.endsWith('*'));
    this.#prefixes = lowerCase
      .filter((field) => field.endsWith('*'))
      .map((field) => field.slice(0, -1));
  }

  static of(propagator: TextMapPropagator): ContextFields {
    let fields = ContextFields.#known.get(propagator);
    if (fields === undefined) {
      fields = new ContextFields(allFieldsOf(propagator));
      ContextFields.#known.set(propagator, fields);
    }
    return fields;
  }

  /** Removes all fields of the propagator. */
  removeFrom<C>(carrier: C, access: FieldAccess<C>): void {
    for (const name of this.#names) access.remove(carrier, name);
    if (this.#prefixes.length === 0) return;
    for (const key of [...access.keys(carrier)]) {
      const name = key.toLowerCase();
      if (this.#prefixes.some((prefix) => name.startsWith(prefix))) access.remove(carrier, name);
    }
  }
}

/** Returns the fields that a propagator reads or writes. */
export function allFieldsOf(propagator: TextMapPropagator): readonly string[] {
  const { allFields } = propagator as Partial<FieldAwarePropagator>;
  if (typeof allFields === 'function') return allFields.call(propagator);
  const fields = propagator.fields();
  // The Jaeger propagator of OpenTelemetry cannot name the headers of baggage.
  return fields.includes('uber-trace-id') ? [...fields, 'uberctx-*'] : fields;
}
