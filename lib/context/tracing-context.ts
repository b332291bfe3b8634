import {
  ROOT_CONTEXT as API_ROOT_CONTEXT,
  type Baggage,
  type Context,
  createContextKey,
  type Span,
} from '@opentelemetry/api';
import type { EntryOperation } from './entry-operation.js';

// The API and OpenTelemetry's SDK do not export their keys. They create them with `Symbol.for` and these
// names, so that several copies of the packages use the same keys. A test compares them.
const SPAN_KEY = createContextKey('OpenTelemetry Context Key SPAN');
const BAGGAGE_KEY = createContextKey('OpenTelemetry Baggage Key');
const SUPPRESS_TRACING_KEY = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * An immutable context with the data of one unit of work.
 *
 * The values that tracing reads for every span (the span, baggage, suppression, the entry) are fields. Keys
 * of other libraries are stored in a context of `@opentelemetry/api`, which is created when a key is set.
 * Spec: OpenTelemetry, `context/README.md`.
 */
export class TracingContext implements Context {
  /** The empty context, which is active outside any operation. */
  static readonly ROOT = new TracingContext(undefined, undefined, undefined, false, undefined);
  /** An empty context in which nothing is traced. */
  static readonly SUPPRESSED = TracingContext.ROOT.withSuppressed(true);

  private constructor(
    /** The active span, which is the parent of new spans. */
    readonly span: Span | undefined,
    readonly baggage: Baggage | undefined,
    /** The incoming unit of work; undefined if no server or consumer of this library received it. */
    readonly entry: EntryOperation | undefined,
    /** True if tracing is suppressed: inside exports, or by the user. */
    readonly suppressed: boolean,
    private readonly others: Context | undefined,
  ) {}

  /**
   * Converts a context to a `TracingContext`; a foreign context keeps all its keys. Any other value, such as
   * undefined, becomes the root context, as in OpenTelemetry's context managers.
   */
  static from(context: Context): TracingContext {
    if (context instanceof TracingContext) return context;
    if (typeof context?.getValue !== 'function') return TracingContext.ROOT;
    return new TracingContext(
      context.getValue(SPAN_KEY) as Span | undefined,
      context.getValue(BAGGAGE_KEY) as Baggage | undefined,
      undefined,
      context.getValue(SUPPRESS_TRACING_KEY) === true,
      context === API_ROOT_CONTEXT ? undefined : context,
    );
  }

  withSpan(span: Span | undefined): TracingContext {
    return new TracingContext(span, this.baggage, this.entry, this.suppressed, this.others);
  }

  withBaggage(baggage: Baggage | undefined): TracingContext {
    return new TracingContext(this.span, baggage, this.entry, this.suppressed, this.others);
  }

  /** Returns the context of an incoming unit of work, with its span. */
  withEntry(span: Span | undefined, entry: EntryOperation): TracingContext {
    return new TracingContext(span, this.baggage, entry, this.suppressed, this.others);
  }

  withSuppressed(suppressed: boolean): TracingContext {
    return new TracingContext(this.span, this.baggage, this.entry, suppressed, this.others);
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.span;
    if (key === BAGGAGE_KEY) return this.baggage;
    if (key === SUPPRESS_TRACING_KEY) return this.suppressed;
    return this.others?.getValue(key);
  }

  setValue(key: symbol, value: unknown): TracingContext {
    if (key === SPAN_KEY) return this.withSpan(value as Span | undefined);
    if (key === BAGGAGE_KEY) return this.withBaggage(value as Baggage | undefined);
    if (key === SUPPRESS_TRACING_KEY) return this.withSuppressed(value === true);
    const others = (this.others ?? API_ROOT_CONTEXT).setValue(key, value);
    return new TracingContext(this.span, this.baggage, this.entry, this.suppressed, others);
  }

  deleteValue(key: symbol): TracingContext {
    if (key === SPAN_KEY) return this.withSpan(undefined);
    if (key === BAGGAGE_KEY) return this.withBaggage(undefined);
    if (key === SUPPRESS_TRACING_KEY) return this.withSuppressed(false);
    if (this.others === undefined) return this;
    const others = this.others.deleteValue(key);
    return new TracingContext(this.span, this.baggage, this.entry, this.suppressed, others);
  }
}

/** Whether tracing is suppressed in a context: no span is started, and no context is injected. */
export function isSuppressed(context: Context): boolean {
  if (context instanceof TracingContext) return context.suppressed;
  return context.getValue(SUPPRESS_TRACING_KEY) === true;
}

/** Returns the span of a context, like `trace.getSpan` of the API; faster for contexts of this library. */
export function spanOf(context: Context): Span | undefined {
  if (context instanceof TracingContext) return context.span;
  return context.getValue(SPAN_KEY) as Span | undefined;
}
