import type { Link } from '@opentelemetry/api';
import { carrierGetter, carrierIn, IncomingContextReader, linksTo } from '../carriers/index.js';
import { contextStorage, type LocalTracer, TracingContext } from '../context/index.js';
import { checkString } from '../option-checks.js';
import type { GraphqlArrival } from './graphql-arrival.js';
import type { GraphqlClient, GraphqlTracingOptions } from './graphql-options.js';

/** Reads the contexts of clients that send operations over a WebSocket. */
export class SocketContextReader {
  readonly #tracer: LocalTracer;
  readonly #reader: IncomingContextReader<unknown, GraphqlClient>;
  readonly #field: string | undefined;

  /** @throws TracingConfigError for invalid options */
  constructor(tracer: LocalTracer, options: GraphqlTracingOptions) {
    this.#tracer = tracer;
    this.#reader = new IncomingContextReader(tracer, INCOMING, options);
    const remedy = 'Name the field, such as "trace", or leave the option out.';
    this.#field =
      options.contextField === undefined
        ? undefined
        : checkString('graphql.contextField', options.contextField, remedy);
  }

  /**
   * Reads the handshake of a connection: the active span, which is that of its HTTP request; or a context in what
   * the client sent to initialise the connection, or in the headers.
   */
  linksOfHandshake(client: GraphqlClient): Link[] | undefined {
    const { headers, connectionParams } = client;
    try {
      return (
        linksTo(contextStorage.active().span?.spanContext()) ??
        this.#linksIn(this.#field && carrierIn(connectionParams, this.#field), client) ??
        this.#linksIn(headers, client)
      );
    } catch (error) {
      this.#tracer.diagnostics.report('The handshake of a WebSocket could not be read', error);
      return undefined;
    }
  }

  /**
   * Reads the context of one operation.
   *
   * @param extensions what the client sent beside the document
   */
  arrivalOf(links: Link[] | undefined, extensions: unknown, client: GraphqlClient): GraphqlArrival {
    const startTime = this.#tracer.currentTime();
    const arrival = { startTime, outer: TracingContext.ROOT, isOwnEntry: true, links };
    try {
      const carrier = this.#field && carrierIn(extensions, this.#field);
      if (!carrier) return arrival;
      const { context, links: others = [] } = this.#reader.read(carrier, client);
      return { ...arrival, outer: context, links: [...(links ?? []), ...others] };
    } catch (error) {
      this.#tracer.diagnostics.report(
        'The context of a GraphQL operation could not be read',
        error,
      );
      return arrival;
    }
  }

  #linksIn(carrier: unknown, client: GraphqlClient): Link[] | undefined {
    if (typeof carrier !== 'object' || carrier === null) return undefined;
    return this.#reader.readLinks(carrier, client);
  }
}

const INCOMING = { options: 'graphql', noun: 'client', getter: carrierGetter };
