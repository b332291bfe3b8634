import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import {
  describeSearchFailure,
  resultOfError,
} from '../../../../lib/database/search/search-failure.js';
import { portOf, SearchOperation } from '../../../../lib/database/search/search-operation.js';
import {
  isSearchClient,
  nodesOf,
  systemOfClient,
} from '../../../../lib/database/search/search-shape.js';
import {
  TracedSearchClient,
  traceElasticsearch,
  traceOpenSearch,
} from '../../../../lib/database/search/traced-search-client.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string => traceAsText(tracing.recorder.takeSpans(), { attributes: [] });
const SEARCH = { method: 'GET', path: '/songs/_search' };

type Request = (params: unknown, options?: unknown, callback?: unknown) => unknown;

function createClient(request: Request, urls = ['http://jack:pw@a:9200/x']) {
  const connections = urls.map((url) => ({ url: new URL(url) }));
  const client = {
    name: 'opensearch-js',
    transport: { request },
    connectionPool: { connections },
    child: () => createClient(request, urls),
  };
  return client;
}

describe('isSearchClient', () => {
  it('knows clients by their members, and runs no accessors', () => {
    expect(isSearchClient(createClient(() => {}))).toBe(true);
    const accessors = {
      get transport() {
        throw new Error('no');
      },
      connectionPool: {},
    };
    for (const value of [null, 'a', {}, { transport: { request() {} } }, accessors]) {
      expect(isSearchClient(value)).toBe(false);
    }
  });

  it('knows the system and the nodes of a client', () => {
    expect(systemOfClient({ diagnostic: {} })).toBe('elasticsearch');
    expect(systemOfClient({ name: 'elasticsearch-js' })).toBe('elasticsearch');
    expect(systemOfClient({ name: 7 })).toBe('opensearch');
    const pool = { connectionPool: { connections: [{ url: new URL('http://a/') }, null, {}] } };
    expect(nodesOf({ transport: {}, ...pool }).map(portOf)).toEqual([80]);
    expect(nodesOf({ transport: {}, connectionPool: {} })).toEqual([]);
  });
});

describe('describeSearchFailure', () => {
  const response = (statusCode: unknown, body: unknown) =>
    Object.assign(new Error('secret'), { name: 'ResponseError', meta: { statusCode, body } });

  it.each([
    [response(404, { error: { type: 'a_b' } }), 'ResponseError', 404, 'a_b'],
    [response(400, { error: { type: 'secret value' } }), 'ResponseError', 400, 'status 400'],
    [response(401, 'secret'), 'ResponseError', 401, 'status 401'],
    [Object.assign(new Error('no'), { name: 'TimeoutError' }), 'TimeoutError', undefined, 'no'],
    [new SyntaxError('secret'), 'SyntaxError', undefined, 'SyntaxError'],
    ['secret', 'Error', undefined, 'Error'],
    [null, 'Error', undefined, 'Error'],
  ])('shows nothing of the request: %p', (error, name, code, message) => {
    expect(describeSearchFailure(error)).toEqual({ name, code, message });
  });

  it('finds the result in an error', () => {
    const error = response(404, {});
    expect(resultOfError(error)).toBe(error.meta);
    expect(resultOfError(null)).toBeUndefined();
    expect(resultOfError({ meta: 'a' })).toBeUndefined();
  });
});

describe('SearchOperation', () => {
  it('waits for the end of a body that is read as a stream', () => {
    const operation = new DatabaseHandler({ system: 'opensearch' }).begin({ operation: 'search' });
    if (operation === undefined) throw new Error('The request must have a span.');
    const body = new EventEmitter();
    new SearchOperation(operation, '/', true).finish({ body, statusCode: 200 });
    expect(tracing.recorder.takeSpans()).toEqual([]);
    body.emit('end');
    expect(taken()).toBe('search [client]');
  });
});

describe('traceOpenSearch', () => {
  it('returns the client, traces it once, and is undone', async () => {
    const client = createClient(async () => ({ body: {}, statusCode: 200, meta: {} }));
    const { request } = client.transport;
    expect(traceOpenSearch(client)).toBe(client);
    const traced = TracedSearchClient.attach(client);
    await client.transport.request(SEARCH);
    expect(taken()).toBe('search songs [client]');
    const child = client.child();
    expect(child.transport.request).not.toBe(request);
    traced.detach();
    expect([client.transport.request, child.transport.request]).toEqual([request, request]);
  });

  it.each([
    [traceOpenSearch, 'OpenSearch'],
    [traceElasticsearch, 'Elasticsearch'],
  ])('refuses anything else: %p', (trace, library) => {
    expect(() => trace({})).toThrow(`trace${library}.client must be a client of ${library}`);
    const client = createClient(() => {});
    expect(() => trace(client, { queryText: 'all' as never })).toThrow(`trace${library}.queryText`);
  });

  it('returns what a transport of the user returns', async () => {
    const results: unknown[] = [7, { statusCode: 1 }, Promise.resolve('body')];
    const client = traceOpenSearch(createClient(() => results.shift()));
    expect(client.transport.request(SEARCH)).toBe(7);
    expect(client.transport.request(SEARCH)).toEqual({ statusCode: 1 });
    expect(await client.transport.request(SEARCH)).toBe('body');
    expect(taken().split('\n\n')).toHaveLength(3);
  });

  it('passes on what a transport throws, and options in place of a callback', () => {
    const calls: unknown[][] = [];
    const client = traceOpenSearch(
      createClient((...values) => {
        calls.push(values);
        throw new RangeError('no');
      }),
    );
    expect(() => client.transport.request(SEARCH, () => {})).toThrow('no');
    expect(calls[0]).toEqual([
      SEARCH,
      { meta: true, openTelemetry: { enabled: false } },
      expect.any(Function),
    ]);
    expect(taken()).toBe('search songs [client] ERROR "RangeError"');
  });

  it('lets a request pass that it cannot read', async () => {
    const client = traceOpenSearch(createClient(async (...values) => values));
    const hostile = Object.defineProperty({}, 'path', {
      get() {
        throw new Error('no');
      },
    });
    expect(await client.transport.request(hostile)).toEqual([hostile]);
    expect(tracing.recorder.takeSpans()).toEqual([]);
  });

  it('names what its nodes have in common', async () => {
    const request = async () => ({ body: {}, statusCode: 200, meta: {} });
    const client = traceOpenSearch(createClient(request, ['https://a', 'https://b']));
    await client.transport.request(SEARCH);
    const { attributes } = tracing.recorder.takeSpan();
    expect(attributes).toMatchObject({ 'server.port': 443 });
    expect(attributes).not.toHaveProperty('server.address');
    expect(attributes).not.toHaveProperty('url.full');
  });

  it('sets no attributes of one request on a span that several share', async () => {
    const request = async () => ({ body: {}, statusCode: 200, meta: { attempts: 2 } });
    const client = traceOpenSearch(createClient(request), { foldQueriesAfter: 1 });
    await tracing.tracer.trace('work', async () => {
      for (let count = 0; count < 3; count++) await client.transport.request(SEARCH);
    });
    const spans = tracing.recorder.takeSpans();
    expect(spans.map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([
      2,
      undefined,
      undefined,
    ]);
  });
});
