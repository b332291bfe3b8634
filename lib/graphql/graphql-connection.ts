import type { Link } from '@opentelemetry/api';
import type { GraphqlArrival } from './graphql-arrival.js';
import type { GraphqlHandler } from './graphql-handler.js';
import type { GraphqlClient } from './graphql-options.js';

/** The key in context values under which the connection is that an operation came over. */
const CONNECTION = Symbol('nestjs-traced.graphql-connection');

/** The beginning of the messages with which Mercurius ends an operation, in all of its protocols. */
const END_MESSAGE = /^\{"type":"(?:error|complete)"/;

/**
 * A WebSocket whose operations reach `graphql` without a hook that tells of each: those of Mercurius and of
 * `subscriptions-transport-ws`. Their drivers copy the context value of the connection for each operation, and
 * with it the connection.
 */
export class GraphqlConnection {
  readonly #handler: GraphqlHandler;
  readonly #client: GraphqlClient;
  #links: Link[] | undefined;
  #hasLinks = false;
  /** The operations that have a span, until Mercurius tells the client of their end. */
  readonly #known = new Set<unknown>();
  /** Errors that spans show, and that Mercurius has not sent yet. */
  #expectedErrorCount = 0;

  /** @param client the headers can get members until the first operation: Mercurius adds those of the client */
  constructor(handler: GraphqlHandler, client: GraphqlClient) {
    this.#handler = handler;
    this.#client = client;
  }

  /** Returns the connection of an operation; undefined for one that a request executes. */
  static in(contextValue: unknown): GraphqlConnection | undefined {
    if (typeof contextValue !== 'object' || contextValue === null) return undefined;
    return (contextValue as { [CONNECTION]?: GraphqlConnection })[CONNECTION];
  }

  /** The members of a context value that tell of this connection. */
  get members(): object {
    return { [CONNECTION]: this };
  }

  /** Tells that a subscription has a span, by the id that the client gave it. */
  add(id: unknown): void {
    this.#known.add(id);
  }

  /** Tells that a subscription is over. */
  delete(id: unknown): void {
    this.#known.delete(id);
  }

  /** Tells that Mercurius is going to send an error which a span shows. */
  expectError(): void {
    this.#expectedErrorCount++;
  }

  /**
   * Reads a message that Mercurius sends. No hook tells of subscription documents that it refuses, but the client
   * gets an error for them.
   */
  sent(text: unknown): void {
    if (typeof text !== 'string' || !END_MESSAGE.test(text)) return;
    const { type, id, payload } = JSON.parse(text) as {
      type: string;
      id?: unknown;
      payload?: unknown;
    };
    const isKnown = this.#known.delete(id);
    if (type !== 'error' || isKnown || id === undefined || id === null) return;
    if (this.#expectedErrorCount > 0) {
      this.#expectedErrorCount--;
      return;
    }
    const errors = Array.isArray(payload) ? payload : [payload];
    const named = errors.map((error) => ({ ...error, name: 'GraphQLError' }));
    this.#handler.refused(named, this.arrival());
  }

  /** Returns how an operation has arrived that begins now. */
  arrival(): GraphqlArrival {
    if (!this.#hasLinks) {
      this.#hasLinks = true;
      this.#links = this.#handler.linksOfHandshake(this.#client);
    }
    return this.#handler.arriveOverSocket(this.#links, undefined, this.#client);
  }
}
