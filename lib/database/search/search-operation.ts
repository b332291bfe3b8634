import { maskMessage } from '../../context/index.js';
import {
  DB_NAMESPACE,
  DB_RESPONSE_STATUS_CODE,
  ELASTICSEARCH_NODE_NAME,
  HTTP_REQUEST_RESEND_COUNT,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_FULL,
} from '../attributes.js';
import type { DatabaseOperation } from '../database-operation.js';
import { isEmitter, watchEvents } from '../watch-query.js';
import { describeSearchFailure, resultOfError } from './search-failure.js';
import type { SearchResult } from './search-shape.js';

/** A request under way. The first call of `finish` or `fail` ends its span. Does not throw. */
export class SearchOperation {
  readonly #operation: DatabaseOperation;
  readonly #shownPath: string;
  readonly #isNodeKnown: boolean;

  /** @param isNodeKnown whether the span names the node already, because there is only one */
  constructor(operation: DatabaseOperation, shownPath: string, isNodeKnown: boolean) {
    this.#operation = operation;
    this.#shownPath = shownPath;
    this.#isNodeKnown = isNodeKnown;
  }

  /** Ends the span of a request that was answered; with `asStream`, when the body is over. */
  finish(result: SearchResult): void {
    this.#describe(result);
    const { body } = result;
    if (isEmitter(body)) watchEvents(this.#operation, body);
    else this.#operation.finish(() => countHits(body));
  }

  fail(error: unknown): void {
    const result = resultOfError(error);
    if (result !== undefined) this.#describe(result);
    const failure = describeSearchFailure(error);
    this.#operation.fail(failure);
    maskMessage(error, failure.message);
  }

  #describe({ statusCode, headers, meta }: SearchResult): void {
    const { span, isFolded } = this.#operation;
    if (isFolded) return;
    if (typeof statusCode === 'number' && statusCode > 0) {
      span.setAttribute(DB_RESPONSE_STATUS_CODE, String(statusCode));
    }
    const attempts = meta?.attempts;
    if (typeof attempts === 'number' && attempts > 0) {
      span.setAttribute(HTTP_REQUEST_RESEND_COUNT, attempts);
    }
    const url = meta?.connection?.url;
    if (!this.#isNodeKnown && url instanceof URL) {
      span.setAttribute(URL_FULL, url.origin + this.#shownPath);
      span.setAttribute(SERVER_ADDRESS, url.hostname);
      span.setAttribute(SERVER_PORT, portOf(url));
    }
    // Elastic Cloud names the cluster and the node.
    const cluster = headers?.['x-found-handling-cluster'];
    if (typeof cluster === 'string') span.setAttribute(DB_NAMESPACE, cluster);
    const node = headers?.['x-found-handling-instance'];
    if (typeof node === 'string') span.setAttribute(ELASTICSEARCH_NODE_NAME, node);
  }
}

/** The port of a node, also if it is the default of its protocol. */
export function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

function countHits(body: unknown): number | undefined {
  const hits = (body as { hits?: { hits?: unknown } } | null | undefined)?.hits?.hits;
  return Array.isArray(hits) ? hits.length : undefined;
}
