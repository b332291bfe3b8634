import {
  ROOT_CONTEXT as API_ROOT_CONTEXT,
  type Baggage,
  type Context,
  createContextKey,
  type Span,
} from '@opentelemetry/api';
import type { EntryOperation } from './entry-operation.js';

// The API and OpenTelemetry's SDK do not export their keys, but make them with `Symbol.for` under
// these names so that several copies of the packages agree; a test compares them with the API's.
const SPAN_KEY = createContextKey('OpenTelemetry Context Key SPAN');
const BAGGAGE_KEY = createContextKey('OpenTelemetry Baggage Key');
const SUPPRESS_TRACING_KEY = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * An immutable context: what belongs to one unit of work and travels with it.
 *
 * What tracing reads on every span (the span, the baggage, suppression, the entry) are fields of
 * their own; keys of other libraries live in a context of `@opentelemetry/api` that is made only
 * when one is set. Spec: OpenTelemetry, `context/README.md`.
 */
export class TracingContext implements Context {
  /** Nothing set: what is active outside any operation. */
  static readonly ROOT = new TracingContext(undefined, undefined, undefined, false, undefined);
  /** An empty context in which nothing is traced. */
  static readonly SUPPRESSED = TracingContext.ROOT.withSuppressed(true);

  private constructor(
    /** The active span: the parent of spans that start here. */
    readonly span: Span | undefined,
    readonly baggage: Baggage | undefined,
    /** How this unit of work came into the process, if a server or consumer of ours took it in. */
    readonly entry: EntryOperation | undefined,
    /** True where nothing may be traced: inside exports, or where the user said so. */
    readonly suppressed: boolean,
    private readonly others: Context | undefined,
  ) {}

  /**
   * The given context as one of ours; a foreign one keeps all its keys. Anything else, such as undefined,
   * is the root context: OpenTelemetry's context managers accept it too.
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

  /** The context in which a unit of work begins: its span and how it came in, in one step. */
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
  return context.getValue(SUPPRESS_TRACING_KEY) === true;
}
