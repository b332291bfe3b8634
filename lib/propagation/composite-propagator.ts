import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { allFieldsOf } from '../carriers/context-fields.js';
import { Diagnostics } from '../diagnostics.js';
import { checkArray, checkMethods } from '../option-checks.js';
import { withCallerOf } from './with-caller-of.js';

/** The formats, and who hears of trouble with them. */
export interface CompositePropagatorOptions {
  /** In the order in which they are asked; for the caller's span the first that finds one wins. */
  readonly propagators: readonly TextMapPropagator[];
  /** Hears of propagators that throw. @default new Diagnostics() */
  readonly diagnostics?: Diagnostics;
}

/**
 * Several formats at once. Injects all of them. Extracts the caller's span from the first format
 * that has one, completed by what others say of the same span; everything else, such as baggage, is
 * taken from each.
 *
 * A propagator that throws is reported and passed over: the others still have their say.
 */
export class CompositePropagator implements TextMapPropagator {
  readonly #propagators: readonly TextMapPropagator[];
  readonly #fields: readonly string[];
  readonly #diagnostics: Diagnostics;

  /** @throws TracingConfigError if one of `propagators` is no propagator */
  constructor(options: CompositePropagatorOptions) {
    this.#propagators = checkPropagators(options?.propagators);
    this.#fields = [...new Set(this.#propagators.flatMap((propagator) => propagator.fields()))];
    this.#diagnostics = options.diagnostics ?? new Diagnostics();
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    for (const propagator of this.#propagators) {
      try {
        propagator.inject(context, carrier, setter);
      } catch (error) {
        this.#diagnostics.report(`${nameOf(propagator)} could not inject`, error);
      }
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    let extracted = context;
    let isFound = false;
    for (const propagator of this.#propagators) {
      try {
        const next = propagator.extract(extracted, carrier, getter);
        if (next === extracted) continue;
        if (isFound) {
          extracted = withCallerOf(extracted, next);
        } else {
          isFound = trace.getSpan(next) !== trace.getSpan(extracted);
          extracted = next;
        }
      } catch (error) {
        this.#diagnostics.report(`${nameOf(propagator)} could not extract`, error);
      }
    }
    return extracted;
  }

  fields(): string[] {
    return [...this.#fields];
  }

  /** The fields that the propagators read or write; a name that ends in `*` stands for a prefix. */
  allFields(): string[] {
    return [...new Set(this.#propagators.flatMap((propagator) => [...allFieldsOf(propagator)]))];
  }
}

const METHODS = ['inject', 'extract', 'fields'];

function checkPropagators(propagators: readonly TextMapPropagator[]): TextMapPropagator[] {
  const option = 'CompositePropagator.propagators';
  const remedy = 'Give an array of propagators, such as [new W3CTraceContextPropagator()].';
  return checkArray(option, propagators, remedy).map((propagator, index) =>
    checkMethods(`${option}[${index}]`, propagator, METHODS, remedy),
  );
}

function nameOf(propagator: TextMapPropagator): string {
  return propagator.constructor?.name || 'A propagator';
}
