import {
  type Context,
  isSpanContextValid,
  type Link,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { carrierGetter } from '../carriers/index.js';
import { type LocalTracer, TracingContext } from '../context/index.js';

/**
 * What a span can be linked to: a link, the context of a span, a context as `propagation.extract` returns it, or a
 * carrier with the fields of the propagator, such as the headers of a message.
 */
export type LinkSource = Link | SpanContext | Context | Readonly<Record<string, unknown>>;

/** Creates the links of a call from its arguments; undefined creates none. */
export type LinksFunction = (
  // biome-ignore lint/suspicious/noExplicitAny: The user declares the types; `unknown` would not allow that.
  this: any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  ...args: any[]
) => LinkSource | readonly (LinkSource | undefined)[] | undefined;

/** Returns the valid links. A source without the context of a span makes no link. */
export function toLinks(tracer: LocalTracer, sources: ReturnType<LinksFunction>): Link[] {
  const list = Array.isArray(sources) ? sources : [sources];
  return list.flatMap((source) => {
    const link = toLink(tracer, source);
    return link !== undefined && isSpanContextValid(link.context) ? [link] : [];
  });
}

function toLink(tracer: LocalTracer, source: unknown): Link | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const { context, traceId, getValue, setValue } = source as Record<string, unknown>;
  if (typeof traceId === 'string') return { context: source as SpanContext };
  if (typeof (context as SpanContext | undefined)?.traceId === 'string') return source as Link;
  const isContext = typeof getValue === 'function' && typeof setValue === 'function';
  const found = trace.getSpanContext(
    isContext
      ? (source as Context)
      : tracer.propagator.extract(TracingContext.ROOT, source, carrierGetter),
  );
  return found && { context: found };
}
