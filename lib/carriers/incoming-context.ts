import { type Baggage, type Link, propagation, type TextMapGetter } from '@opentelemetry/api';
import { type LocalTracer, TracingContext } from '../context/index.js';
import { checkOption, checkStrings } from '../option-checks.js';

/**
 * What a server does with the trace context that a request brings: `continue` makes the server's span
 * a child of the caller's span and follows the caller's sampling decision; `link` and `ignore` start a
 * new trace, sampled as any root, with a link to the caller's span or without. For `link` and `ignore`
 * nothing else that the request says about traces is used, and its baggage is dropped.
 */
export type IncomingContext = 'continue' | 'link' | 'ignore';

/**
 * How far a server trusts the trace context of its callers.
 *
 * @typeParam R a request or call as the server receives it
 */
export interface IncomingContextOptions<R> {
  /**
   * What the server does with the trace context of a caller; see {@link IncomingContext}. Where anybody
   * can send requests, anybody can have their traces recorded, and put into traces of others: `link`
   * keeps a public server's traces its own. A function decides for each request, before anything of
   * the application has run; if it throws or returns something else, that is reported and the context
   * is ignored.
   * @default 'continue'
   */
  readonly incomingContext?: IncomingContext | ((request: R) => IncomingContext);
  /**
   * Keys of the baggage entries that are accepted from callers whose trace is not continued.
   * @default []
   */
  readonly incomingBaggageKeys?: readonly string[];
}

/** What a kind of server reads contexts from. */
export interface IncomingContextPlan<C> {
  /** The server's options as the user knows them: `http.server`. */
  readonly options: string;
  /** What the server receives, for messages: `request`. */
  readonly noun: string;
  readonly getter: TextMapGetter<C>;
}

/** The context in which the handling of a request begins. */
export interface Beginning {
  /** Holds the caller's span if its trace is continued, and the baggage that is accepted. */
  readonly context: TracingContext;
  /** A link to the caller's span, if a new trace begins that shows where the request came from. */
  readonly links?: Link[];
}

/**
 * Extracts from a request as much of the caller's context as the server's options allow. Where the
 * trace is not continued, the caller's sampling flag and its requests in other headers, such as a debug
 * flag, have no effect.
 *
 * @typeParam C the request's carrier of the context
 * @typeParam R the request
 */
export class IncomingContextReader<C, R> {
  readonly #tracer: LocalTracer;
  readonly #getter: TextMapGetter<C>;
  readonly #decide: (request: R) => IncomingContext;
  readonly #baggageKeys: readonly string[];

  /** @throws TracingConfigError for options that cannot be used */
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
        'Name the baggage entries that are accepted from strangers, such as ["locale"].',
      ),
    ];
  }

  /** @param request what a function of the user decides by */
  read(carrier: C, request: R): Beginning {
    const decision = this.#decide(request);
    if (decision === 'continue') return { context: this.#extract(carrier) };
    if (decision === 'ignore' && this.#baggageKeys.length === 0) return NOTHING;
    const { span, baggage } = this.#extract(carrier);
    const context = TracingContext.ROOT.withBaggage(this.#accepted(baggage));
    if (decision === 'ignore' || span === undefined) return { context };
    return { context, links: [{ context: span.spanContext() }] };
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

const NOTHING: Beginning = { context: TracingContext.ROOT };
const DECISIONS: readonly unknown[] = ['continue', 'link', 'ignore'] satisfies IncomingContext[];

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
      `must be 'continue', 'link', 'ignore' or a function of the ${plan.noun}`,
      given,
      "Write 'continue' where all callers are your own, 'link' where they may be strangers.",
    );
    return () => given;
  }
  return (request) => {
    try {
      const decision = given(request);
      if (DECISIONS.includes(decision)) return decision;
      diagnostics.report(
        `${option} returned neither 'continue' nor 'link' nor 'ignore'; the caller's context is ignored`,
      );
    } catch (error) {
      diagnostics.report(`${option} threw; the caller's context is ignored`, error);
    }
    return 'ignore';
  };
}
