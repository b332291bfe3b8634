import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '../../trace/index.js';
import { didYouMean } from './closest-word.js';
import {
  type ExpectedEvent,
  type ExpectedSpan,
  kindOf,
  readExpectedSpan,
  statusCodeOf,
} from './expected-span.js';
import type { TraceMatcherContext } from './matcher-context.js';
import { valueAsText } from './value-as-text.js';

/** Compares spans with an expectation. */
export class SpanComparison {
  readonly #expected: ExpectedSpan;
  readonly #context: TraceMatcherContext;
  readonly #byId: ReadonlyMap<string, ReadableSpan>;
  readonly #known: readonly ReadableSpan[];

  /** @param known the spans among which parents are found */
  constructor(
    expected: ExpectedSpan,
    known: readonly ReadableSpan[],
    context: TraceMatcherContext,
  ) {
    this.#expected = expected;
    this.#context = context;
    this.#known = known;
    this.#byId = new Map(known.map((span) => [idOf(span.spanContext()), span]));
  }

  matches(span: ReadableSpan): boolean {
    return this.mismatchesOf(span).length === 0;
  }

  /** Whether the name is as expected, or no name is expected. */
  hasName({ name }: ReadableSpan): boolean {
    return this.#isText(name, this.#expected.name);
  }

  /** Returns what differs, as sentences without a full stop; an empty list for the expected span. */
  mismatchesOf(span: ReadableSpan): string[] {
    const { name, kind, attributes = {}, events = [] } = this.#expected;
    const found: string[] = [];
    if (!this.hasName(span)) {
      found.push(`the name is ${JSON.stringify(span.name)}, not ${this.#show(name)}`);
    }
    if (kind !== undefined && kindOf(kind) !== span.kind) {
      found.push(
        `the kind is ${wordOf(SpanKind, span.kind)}, not ${wordOf(SpanKind, kindOf(kind))}`,
      );
    }
    for (const [key, value] of Object.entries(attributes)) {
      found.push(...this.#attributeMismatch(span, key, value));
    }
    found.push(...this.#statusMismatches(span));
    for (const event of events) {
      if (this.#hasEvent(span, typeof event === 'string' ? { name: event } : event)) continue;
      const names = span.events.map((other) => JSON.stringify(other.name)).join(', ');
      const others = names === '' ? 'the span has none' : `the events are ${names}`;
      found.push(`there is no event ${this.#show(event)}; ${others}`);
    }
    found.push(...this.#parentMismatches(span), ...this.#ancestorMismatches(span));
    return found;
  }

  #attributeMismatch({ attributes }: ReadableSpan, key: string, expected: unknown): string[] {
    const actual = attributes[key];
    if (this.#context.equals(actual, expected)) return [];
    if (actual !== undefined) {
      const wanted =
        expected === undefined ? 'expected to be absent' : `not ${this.#show(expected)}`;
      return [`the attribute ${key} is ${this.#show(actual)}, ${wanted}`];
    }
    return [`the attribute ${key} is missing.${didYouMean(key, Object.keys(attributes))}`];
  }

  #statusMismatches({ status }: ReadableSpan): string[] {
    const { status: given } = this.#expected;
    if (given === undefined) return [];
    const { code, message } = typeof given === 'object' ? given : { code: given };
    const found: string[] = [];
    if (code !== undefined && statusCodeOf(code) !== status.code) {
      const wanted = wordOf(SpanStatusCode, statusCodeOf(code));
      found.push(`the status is ${wordOf(SpanStatusCode, status.code)}, not ${wanted}`);
    }
    if (!this.#isText(status.message, message)) {
      const actual = this.#show(status.message);
      found.push(`the message of the status is ${actual}, not ${this.#show(message)}`);
    }
    return found;
  }

  #hasEvent({ events }: ReadableSpan, { name, attributes = {} }: ExpectedEvent): boolean {
    return events.some(
      (event) =>
        this.#isText(event.name, name) &&
        Object.entries(attributes).every(([key, value]) =>
          this.#context.equals(event.attributes?.[key], value),
        ),
    );
  }

  #parentMismatches(span: ReadableSpan): string[] {
    const { parent: expected } = this.#expected;
    if (expected === undefined) return [];
    const parent = this.#parentOf(span);
    if (expected === null) {
      if (span.parentSpanContext === undefined) return [];
      const name = parent === undefined ? 'a span that is not recorded' : `"${parent.name}"`;
      return [`the parent is ${name}, and the span is not a root`];
    }
    if (parent === undefined) {
      const isRoot = span.parentSpanContext === undefined;
      return [isRoot ? 'the span is a root and has no parent' : 'the parent is not recorded'];
    }
    const isParent = this.#comparisonWith(expected).matches(parent);
    return isParent ? [] : [`the parent is "${parent.name}", not ${this.#show(expected)}`];
  }

  #ancestorMismatches(span: ReadableSpan): string[] {
    const { within } = this.#expected;
    if (within === undefined) return [];
    const comparison = this.#comparisonWith(within);
    const visited = new Set<ReadableSpan>([span]);
    for (let above = this.#parentOf(span); above !== undefined; above = this.#parentOf(above)) {
      if (visited.has(above)) break;
      if (comparison.matches(above)) return [];
      visited.add(above);
    }
    return [`no span above it is ${this.#show(within)}`];
  }

  #comparisonWith(expected: string | RegExp | ExpectedSpan): SpanComparison {
    return new SpanComparison(readExpectedSpan(expected), this.#known, this.#context);
  }

  #parentOf({ parentSpanContext }: ReadableSpan): ReadableSpan | undefined {
    return parentSpanContext && this.#byId.get(idOf(parentSpanContext));
  }

  #isText(actual: string | undefined, expected: unknown): boolean {
    if (expected === undefined) return true;
    if (expected instanceof RegExp) return actual !== undefined && actual.search(expected) >= 0;
    return this.#context.equals(actual, expected);
  }

  #show(value: unknown): string {
    return valueAsText(value, this.#context);
  }
}

function idOf({ traceId, spanId }: { traceId: string; spanId: string }): string {
  return `${traceId}-${spanId}`;
}

function wordOf(names: Readonly<Record<number, string>>, value: number): string {
  return (names[value] ?? String(value)).toLowerCase();
}
