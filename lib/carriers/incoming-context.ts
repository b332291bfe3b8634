import {
  type Baggage,
  isSpanContextValid,
  type Link,
  propagation,
  type SpanContext,
  type TextMapGetter,
} from '@opentelemetry/api';
import { type LocalTracer, TracingContext, withSamplingRequest } from '../context/index.js';
import { checkOption, checkStrings } from '../option-checks.js';

/**
 * What a server does with the trace context of a request. `continue` makes the server's span a child of
 * the caller's span and follows the caller's sampling decision. `resample` makes it a child of the caller's span
 * too, but the sampler decides as for a root span. `link` and `ignore` start a new trace,
 * sampled like any root span; with `link`, the server's span has a link to the caller's span. `link` and
 * `ignore` use no other trace information of the request, and drop its baggage.
 */
export type IncomingContext = 'continue' | 'link' | 'ignore' | 'resample';

/**
 * Options for the trace context and baggage that a server accepts from its callers.
 *
 * @typeParam R a request or call as the server receives it
 */
export interface IncomingContextOptions<R> {
  /**
   * What the server does with the trace context of a caller; see {@link IncomingContext}. With
   * `continue`, every client can force the recording of its requests and add spans to any trace. With `resample`
   * it can only add spans; the `root` of a `ParentBasedSampler` decides. Use `link` for a public server. A function decides for each request, before the application handles it.
   * If the function throws or returns an invalid value, the library reports it and ignores the context.
   * @default 'continue'
   */
  readonly incomingContext?: IncomingContext | ((request: R) => IncomingContext);
  /**
   * Keys of the baggage entries to accept from callers whose trace is not continued.
   * @default []
   */
  readonly incomingBaggageKeys?: readonly string[];
}

/** Describes how one type of server reads contexts. */
export interface IncomingContextPlan<C> {
  /** Path of the server's options for messages, such as `http.server`. */
  readonly options: string;
  /** Name of a unit of work for messages, such as `request`. */
  readonly noun: string;
  readonly getter: TextMapGetter<C>;
}

/** The parent context and the links of a server span. */
export interface Beginning {
  /** Contains the caller's span if its trace is continued, and the accepted baggage. */
  readonly context: TracingContext;
  /** A link to the caller's span, for the decision `link`. */
  readonly links?: Link[];
}

/**
 * Extracts the caller's context from a request. The options of the server decide whether the caller's
 * trace is continued, and which baggage is accepted. If they do not continue the trace, the sampling flag
 * and the debug flag of the caller have no effect.
 *
 * @typeParam C the carrier, such as headers
 * @typeParam R the request
 */
export class IncomingContextReader<C, R> {
  readonly #tracer: LocalTracer;
  readonly #getter: TextMapGetter<C>;
  readonly #decide: (request: R) => IncomingContext;
  readonly #baggageKeys: readonly string[];

  /** @throws TracingConfigError for invalid options */
  constructor(
    tracer: LocalTracer,
    plan: IncomingContextPlan<C>,
    options: IncomingContextOptions<R>,
  ) {
    this.#tracer = tracer;
    this.#getter = plan.getter;
    this.#decide = toDecision(tracer, plan, options.incomingContext ?? 'continue');
    this.#baggageKeys = [
      ...checkStrings(
        `${plan.options}.incomingBaggageKeys`,
        options.incomingBaggageKeys ?? [],
        'Name the baggage entries to accept from untrusted callers, such as ["locale"].',
      ),
    ];
  }

  /** @param request the argument of a function in `incomingContext` */
  read(carrier: C, request: R): Beginning {
    const decision = this.#decide(request);
    if (decision === 'continue') return { context: this.#extract(carrier) };
    if (decision === 'resample') return { context: undecided(this.#extract(carrier)) };
    if (decision === 'ignore' && this.#baggageKeys.length === 0) return NOTHING;
    const { span, baggage } = this.#extract(carrier);
    const context = TracingContext.ROOT.withBaggage(this.#accepted(baggage));
    if (decision === 'ignore' || span === undefined) return { context };
    return { context, links: [{ context: span.spanContext() }] };
  }

  /**
   * Reads a context that spans get a link to instead of a parent, such as that of the handshake of a connection
   * which outlives its trace.
   *
   * @returns undefined if there is no context, or the options ignore it
   */
  readLinks(carrier: C, request: R): Link[] | undefined {
    const { context, links } = this.read(carrier, request);
    const caller = context.span?.spanContext() ?? links?.[0]?.context;
    return caller === undefined ? undefined : linksTo(caller);
  }

  #extract(carrier: C): TracingContext {
    const { propagator } = this.#tracer;
    return TracingContext.from(propagator.extract(TracingContext.ROOT, carrier, this.#getter));
  }

  #accepted(baggage: Baggage | undefined): Baggage | undefined {
    let accepted: Baggage | undefined;
    for (const key of this.#baggageKeys) {
      const entry = baggage?.getEntry(key);
      if (entry === undefined) continue;
      accepted = (accepted ?? propagation.createBaggage()).setEntry(key, entry);
    }
    return accepted;
  }
}

/** Returns a link to a span; undefined if there is none. The link does not hold the span. */
export function linksTo(span: SpanContext | undefined): Link[] | undefined {
  if (span === undefined || !isSpanContextValid(span)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = span;
  return [{ context: { traceId, spanId, traceFlags, traceState } }];
}

/**
 * Returns the object in a field of a message's data, which carries a context; undefined if there is none. Does not
 * read inherited fields.
 */
export function carrierIn(data: unknown, field: string): object | undefined {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, field)) return undefined;
  const value = (data as Record<string, unknown>)[field];
  return typeof value === 'object' && value !== null ? value : undefined;
}

/** Returns the context without the caller's decision and debug request. */
function undecided(context: TracingContext): TracingContext {
  const request = context.span === undefined ? undefined : 'defer';
  return TracingContext.from(withSamplingRequest(context, request));
}

const NOTHING: Beginning = { context: TracingContext.ROOT };
const DECISIONS: readonly unknown[] = [
  'continue',
  'link',
  'ignore',
  'resample',
] satisfies IncomingContext[];

function toDecision<R>(
  { diagnostics }: LocalTracer,
  plan: { readonly options: string; readonly noun: string },
  given: NonNullable<IncomingContextOptions<R>['incomingContext']>,
): (request: R) => IncomingContext {
  const option = `${plan.options}.incomingContext`;
  if (typeof given !== 'function') {
    checkOption(
      DECISIONS.includes(given),
      option,
      `must be 'continue', 'link', 'ignore', 'resample' or a function of the ${plan.noun}`,
      given,
      "Write 'continue' if you trust all callers, 'link' for a public server.",
    );
    return () => given;
  }
  return (request) => {
    try {
      const decision = given(request);
      if (DECISIONS.includes(decision)) return decision;
      diagnostics.report(
        `${option} must return 'continue', 'link', 'ignore' or 'resample', but returned another value. The caller's context is ignored`,
      );
    } catch (error) {
      diagnostics.report(`${option} threw; the caller's context is ignored`, error);
    }
    return 'ignore';
  };
}
