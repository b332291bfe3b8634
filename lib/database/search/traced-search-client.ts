import type { LocalTracer } from '../../context/index.js';
import { wrapMethod } from '../../operation/index.js';
import { checkChoice } from '../../option-checks.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseTracingOptions } from '../database-options.js';
import type { DatabaseSource } from '../database-source.js';
import { sendOverHttp } from '../http-query.js';
import { type Adapter, setUpAdapter } from '../set-up-adapter.js';
import { portOf, SearchOperation } from './search-operation.js';
import { readSearchQuery } from './search-query.js';
import {
  isSearchClient,
  nodesOf,
  type SearchClientShape,
  type SearchOptions,
  type SearchParams,
  type SearchResult,
  systemOfClient,
} from './search-shape.js';

/** Options of {@link traceElasticsearch} and {@link traceOpenSearch}. */
export interface SearchTracingOptions
  extends Pick<
    DatabaseTracingOptions,
    'maxQueryTextLength' | 'captureReturnedRows' | 'foldQueriesAfter'
  > {
  /**
   * How `db.query.text` shows the bodies of searches. `sanitized` shows them as JSON with `?` for each value and with
   * the names of fields. `none` omits the attribute.
   * @default 'none'
   */
  readonly queryText?: 'sanitized' | 'none';
  /** @default the tracer of the active span, else the tracer of the running application */
  readonly tracer?: LocalTracer;
}

type Method = (this: unknown, ...values: unknown[]) => unknown;
type Callback = (error: unknown, result: SearchResult) => unknown;

const clients = new WeakMap<object, TracedSearchClient>();

/**
 * Traces one client of Elasticsearch or OpenSearch: each request is a span, with all of its attempts. It replaces
 * the method of the client's transport through which all requests pass, and `child`, so that children are traced
 * too; the packages are unchanged.
 */
export class TracedSearchClient {
  readonly #client: object;
  readonly #handler: DatabaseHandler;
  readonly #showsBody: boolean;
  /** Of the only node; undefined if there are several. */
  readonly #origin: string | undefined;
  readonly #children: TracedSearchClient[] = [];
  readonly #restore: (() => void)[] = [];

  private constructor(client: SearchClientShape, handler: DatabaseHandler, showsBody: boolean) {
    this.#client = client;
    this.#handler = handler;
    this.#showsBody = showsBody;
    const [node, ...others] = nodesOf(client);
    this.#origin = others.length === 0 ? node?.origin : undefined;
    clients.set(client, this);
    this.#restore.push(
      wrapMethod(client.transport, 'request', (original, self, values) =>
        this.#send(original, self, values),
      ),
      wrapMethod(client, 'child', (original, self, values) => {
        const child = Reflect.apply(original, self, values);
        if (isSearchClient(child) && !clients.has(child)) {
          this.#children.push(new TracedSearchClient(child, handler, showsBody));
        }
        return child;
      }),
    );
  }

  /**
   * Traces a client. If it is traced already, returns its tracing, whatever the options.
   *
   * @param name the function that the user calls
   * @throws TracingConfigError for any other value, and for an invalid option
   */
  static attach(
    client: object,
    options: SearchTracingOptions = {},
    name = 'traceElasticsearch',
  ): TracedSearchClient {
    const { queryText, ...others } = options;
    const { handler, target } = setUpAdapter(adapterOf(name), client, others);
    const shownText = checkChoice(`${name}.queryText`, queryText, 'none', ['sanitized', 'none']);
    const known = clients.get(target);
    return known ?? new TracedSearchClient(target, handler, shownText === 'sanitized');
  }

  /** Stops the tracing, also of the client's children. */
  detach(): void {
    clients.delete(this.#client);
    for (const restore of this.#restore.splice(0)) restore();
    for (const child of this.#children.splice(0)) child.detach();
  }

  #send(original: Method, self: unknown, values: unknown[]): unknown {
    const started = this.#begin(values[0]);
    if (started === undefined) return Reflect.apply(original, self, values);
    const { operation, run } = started;
    const [params, second, third] = values;
    const given = typeof second === 'function' ? undefined : (second as SearchOptions | undefined);
    const callback = typeof second === 'function' ? second : third;
    // `meta` asks for the whole result, which is unwrapped below for a caller who has not asked for it.
    const options = {
      ...given,
      meta: true,
      openTelemetry: { ...given?.openTelemetry, enabled: false },
    };
    const hasCallback = typeof callback === 'function';
    const returned = hasCallback
      ? [watchedCallback(operation, callback as Callback, started.runOutside)]
      : [];
    let result: unknown;
    try {
      result = run(() => Reflect.apply(original, self, [params, options, ...returned]));
    } catch (error) {
      operation.fail(error);
      throw error;
    }
    if (hasCallback) return result;
    const isWhole = given?.meta === true;
    return watchedRequest(operation, result, isWhole);
  }

  #begin(params: unknown):
    | {
        readonly operation: SearchOperation;
        run<T>(send: () => T): T;
        runOutside<T>(callback: () => T): T;
      }
    | undefined {
    // Asked first: reading a request is not free.
    if (this.#handler.observingTracer === undefined) return undefined;
    try {
      const query = readSearchQuery(params as SearchParams, this.#origin, this.#showsBody);
      const operation = this.#handler.begin(query);
      return (
        operation && {
          operation: new SearchOperation(operation, query.shownPath, this.#origin !== undefined),
          run: (send) => sendOverHttp(operation, send),
          runOutside: (callback) => operation.runOutside(callback),
        }
      );
    } catch (error) {
      this.#handler.observingTracer?.diagnostics.report(
        'A request to Elasticsearch or OpenSearch could not be read; it has no span',
        error,
      );
      return undefined;
    }
  }
}

/**
 * Traces the requests of a client of Elasticsearch 8 and later in place: searches, documents, indices and helpers, also
 * of its children. `TracingModule` does so for each client among the providers of its application; call this for
 * any other. Spans that the client creates itself through OpenTelemetry are switched off for requests that have a
 * span of this adapter. Tracing a client again changes nothing.
 *
 * @param client of `@elastic/elasticsearch`
 * @returns the given client
 * @throws TracingConfigError for any other value, and for an invalid option
 * @example
 * const client = traceElasticsearch(new Client({ node: 'http://localhost:9200' }));
 */
export function traceElasticsearch<T extends object>(
  client: T,
  options: SearchTracingOptions = {},
): T {
  TracedSearchClient.attach(client, options, 'traceElasticsearch');
  return client;
}

/**
 * Traces the requests of a client of OpenSearch 2 and later in place, as `traceElasticsearch` does.
 *
 * @param client of `@opensearch-project/opensearch`
 * @returns the given client
 * @throws TracingConfigError for any other value, and for an invalid option
 * @example
 * const client = traceOpenSearch(new Client({ node: 'http://localhost:9200' }));
 */
export function traceOpenSearch<T extends object>(
  client: T,
  options: SearchTracingOptions = {},
): T {
  TracedSearchClient.attach(client, options, 'traceOpenSearch');
  return client;
}

function adapterOf(name: string): Adapter<SearchClientShape> {
  const library = name === 'traceOpenSearch' ? 'OpenSearch' : 'Elasticsearch';
  return {
    name,
    target: 'client',
    requirement: `must be a client of ${library}`,
    remedy: `Give a Client of ${library}'s own package.`,
    read: (value) => (isSearchClient(value) ? value : undefined),
    findSource: sourceOf,
  };
}

/** What all nodes have in common. */
function sourceOf(client: SearchClientShape): DatabaseSource {
  const [node, ...others] = nodesOf(client);
  const system = systemOfClient(client);
  if (node === undefined) return { system };
  const isSame = (read: (url: URL) => unknown): boolean =>
    others.every((other) => read(other) === read(node));
  return {
    system,
    serverAddress: isSame(({ hostname }) => hostname) ? node.hostname : undefined,
    serverPort: isSame(portOf) ? portOf(node) : undefined,
  };
}

function watchedCallback(
  operation: SearchOperation,
  callback: Callback,
  runOutside: <T>(call: () => T) => T,
): Callback {
  return function (this: unknown, error, result) {
    if (error) operation.fail(error);
    else operation.finish(result ?? {});
    return runOutside(() => Reflect.apply(callback, this, [error, result]));
  };
}

/** What a caller without a callback gets. */
function watchedRequest(operation: SearchOperation, request: unknown, isWhole: boolean): unknown {
  if (!isThenable(request)) {
    operation.finish({});
    return request;
  }
  const watched = new Promise<unknown>((resolve, reject) => {
    request.then(
      (result) => {
        const whole = isResult(result) ? result : undefined;
        operation.finish(whole ?? {});
        // OpenSearch always returns the whole result.
        resolve(isWhole || whole === undefined || 'abort' in request ? result : whole.body);
      },
      (error) => {
        operation.fail(error);
        reject(error);
      },
    );
  });
  return 'abort' in request ? abortable(watched, request) : watched;
}

interface Thenable {
  then(fulfil: (value: unknown) => void, reject: (error: unknown) => void): unknown;
}

function isThenable(value: unknown): value is Thenable {
  return typeof (value as Thenable | null | undefined)?.then === 'function';
}

/** A transport of the user's own may return only the body, whatever it was asked for. */
function isResult(value: unknown): value is SearchResult {
  if (typeof value !== 'object' || value === null) return false;
  const { statusCode, meta } = value as SearchResult;
  return 'body' in value && statusCode !== undefined && typeof meta === 'object';
}

/** The request of a client whose requests are no promises but have their methods, and `abort`. */
function abortable(watched: Promise<unknown>, request: object): object {
  const self = {
    // biome-ignore lint/suspicious/noThenProperty: it stands for an object that has this method
    then: watched.then.bind(watched),
    catch: watched.catch.bind(watched),
    finally: watched.finally.bind(watched),
    abort: () => {
      (request as { abort(): unknown }).abort();
      return self;
    },
  };
  return self;
}
