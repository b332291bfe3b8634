import type { IncomingContextOptions } from '../carriers/index.js';
import type { LocalSpan } from '../context/index.js';

/** An operation of a document that is about to be executed. */
export interface GraphqlOperationInfo {
  /** `query`, `mutation` or `subscription`. */
  readonly type: string;
  /** The name that the client gave the operation; undefined for anonymous operations. */
  readonly name: string | undefined;
  /** The parsed document, a `DocumentNode` of `graphql`; undefined for subscriptions of Mercurius. */
  readonly document: object | undefined;
}

/**
 * Matches operations that are not traced: a name (`IntrospectionQuery`), a regular expression for it, or a
 * function of the operation. A function that throws is reported and does not match.
 */
export type GraphqlIgnoreRule = string | RegExp | ((operation: GraphqlOperationInfo) => boolean);

/** Options for the spans of resolvers. */
export interface GraphqlResolverSpanOptions {
  /**
   * The number of levels with spans, from 1 to 100: the fields of the operation are level 1. Resolvers below run
   * in the span of the closest field above.
   * @default 3
   */
  readonly depth?: number;
}

/** A client that sends operations over a WebSocket. */
export interface GraphqlClient {
  /** The headers of the request that opened the connection; empty if they are not known. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** What the client sent to initialise the connection; undefined if it sent nothing. */
  readonly connectionParams: unknown;
}

/**
 * Options for the spans of GraphQL operations. The options for the context of callers are for operations over
 * WebSockets; those in HTTP requests belong to the trace of their request.
 */
export interface GraphqlTracingOptions extends IncomingContextOptions<GraphqlClient> {
  /**
   * Operations without spans, such as `IntrospectionQuery`. The work of their resolvers has no spans either. The
   * span of the HTTP request is not affected.
   * @default []
   */
  readonly ignore?: readonly GraphqlIgnoreRule[];
  /**
   * The greatest number of different operation names in names of spans, from 0 to 10,000. Clients choose the
   * names of their operations: further names are only recorded as `graphql.operation.name`.
   * @default 200
   */
  readonly maxOperationNames?: number;
  /**
   * True or an object creates spans for resolvers, for each field of the schema and level. The span stands for
   * all calls of the field on that level, such as those for the items of a list.
   * @default false
   */
  readonly resolverSpans?: boolean | GraphqlResolverSpanOptions;
  /**
   * The name of a field that carries a trace context as an object of headers: `{ traceparent: '00-…' }`. In the
   * `extensions` of an operation over graphql-ws, it is that of the sender, whose trace the span of the operation
   * continues. In the `connectionParams`, it is that of the handshake, which operations get a link to: browsers
   * cannot add headers to it.
   * @default none: each operation over a WebSocket starts a new trace
   */
  readonly contextField?: string;
  /**
   * Called after the start of a recorded span and before the operation is executed, to set attributes. If the
   * function throws, the library reports it and the operation is executed.
   * @default none
   */
  readonly onOperation?: (span: LocalSpan, operation: GraphqlOperationInfo) => void;
}
