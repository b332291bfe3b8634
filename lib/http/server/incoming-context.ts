import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Baggage, type Link, propagation, type TextMapGetter } from '@opentelemetry/api';
import { type LocalTracer, TracingContext } from '../../context/index.js';
import { checkOption, checkStrings } from '../../option-checks.js';
import type { HttpServerOptions, IncomingContext } from './http-server-options.js';

const HEADER_GETTER: TextMapGetter<IncomingHttpHeaders> = {
  get: (headers, name) => headers[name] ?? headers[name.toLowerCase()],
  keys: (headers) => Object.keys(headers),
};

/** What a request begins with. */
export interface Beginning {
  /** Holds the caller's span if its trace is continued, and the baggage that is believed. */
  readonly context: TracingContext;
  /** To the caller's span, if the trace is a new one that tells of it. */
  readonly links?: Link[];
}

/**
 * The door to the outside: takes in as much of a caller's context as the caller is trusted with. Of
 * one whose trace is not continued nothing else is believed either: not its sampling flag, not what
 * it asks for by other headers, and of its baggage only the entries that are named.
 */
export class IncomingContextReader {
  readonly #tracer: LocalTracer;
  readonly #decide: (request: IncomingMessage) => IncomingContext;
  readonly #baggageKeys: readonly string[];

  /** @throws TracingConfigError for options that cannot be used */
  constructor(tracer: LocalTracer, options: HttpServerOptions) {
    this.#tracer = tracer;
    this.#decide = toDecision(tracer, options.incomingContext ?? 'continue');
    this.#baggageKeys = [
      ...checkStrings(
        'http.server.incomingBaggageKeys',
        options.incomingBaggageKeys ?? [],
        'Name the entries that are believed of strangers, such as ["locale"].',
      ),
    ];
  }

  read(request: IncomingMessage): Beginning {
    const way = this.#decide(request);
    if (way === 'continue') return { context: this.#extract(request) };
    if (way === 'ignore' && this.#baggageKeys.length === 0) return NOTHING;
    const { span, baggage } = this.#extract(request);
    const context = TracingContext.ROOT.withBaggage(this.#believed(baggage));
    if (way === 'ignore' || span === undefined) return { context };
    return { context, links: [{ context: span.spanContext() }] };
  }

  #extract(request: IncomingMessage): TracingContext {
    const { propagator } = this.#tracer;
    return TracingContext.from(
      propagator.extract(TracingContext.ROOT, request.headers, HEADER_GETTER),
    );
  }

  #believed(baggage: Baggage | undefined): Baggage | undefined {
    let believed: Baggage | undefined;
    for (const key of this.#baggageKeys) {
      const entry = baggage?.getEntry(key);
      if (entry === undefined) continue;
      believed = (believed ?? propagation.createBaggage()).setEntry(key, entry);
    }
    return believed;
  }
}

const NOTHING: Beginning = { context: TracingContext.ROOT };
const WAYS: readonly unknown[] = ['continue', 'link', 'ignore'] satisfies IncomingContext[];

function toDecision(
  { diagnostics }: LocalTracer,
  option: NonNullable<HttpServerOptions['incomingContext']>,
): (request: IncomingMessage) => IncomingContext {
  if (typeof option !== 'function') {
    checkOption(
      WAYS.includes(option),
      'http.server.incomingContext',
      "must be 'continue', 'link', 'ignore' or a function of the request",
      option,
      "Write 'continue' where all callers are your own, 'link' where they may be strangers.",
    );
    return () => option;
  }
  return (request) => {
    try {
      const way = option(request);
      if (WAYS.includes(way)) return way;
      diagnostics.report(
        "http.server.incomingContext answered neither 'continue' nor 'link' nor 'ignore'; the caller's context is ignored",
      );
    } catch (error) {
      diagnostics.report(
        "http.server.incomingContext threw; the caller's context is ignored",
        error,
      );
    }
    return 'ignore';
  };
}
