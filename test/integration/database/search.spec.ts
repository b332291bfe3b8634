import { Client as ElasticClient } from '@elastic/elasticsearch';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Client as OpenSearchClient } from '@opensearch-project/opensearch';
import { traceElasticsearch, traceOpenSearch } from '../../../lib/index.js';
import { type SpanRecorder, traceAsText } from '../../../lib/testing/index.js';
import {
  type SearchAnswer,
  type SearchRequest,
  type SearchServer,
  startSearchServer,
} from '../../support/search-server.js';
import { type SongsApplication, songsApplications } from './songs-application.js';

const HITS = { took: 1, hits: { total: { value: 2 }, hits: [{ _id: '1' }, { _id: '2' }] } };
const SHOWN = [
  'db.operation.batch.size',
  'db.response.status_code',
  'error.type',
  'http.request.resend_count',
];

let server: SearchServer;
let answers: (request: SearchRequest) => SearchAnswer;
const applications = songsApplications();

beforeEach(async () => {
  answers = () => ({ body: HITS });
  server = await startSearchServer((request) => answers(request));
  applications.atEnd(() => server.close());
});

function elastic(options: object = {}): ElasticClient {
  const client = new ElasticClient({
    node: server.url.replace('//', '//jack:hunter2@'),
    maxRetries: 1,
    ...options,
  });
  applications.atEnd(() => client.close());
  return client;
}

function openSearch(options: object = {}): OpenSearchClient {
  const client = new OpenSearchClient({ node: server.url, maxRetries: 1, ...options });
  applications.atEnd(() => client.close());
  return client;
}

/** Starts an application whose providers are these clients, by name. */
async function start(clients: Record<string, object> = {}): Promise<SpanRecorder> {
  const { recorder, run } = await applications.start(clients);
  runInService = run;
  return recorder;
}

let runInService: SongsApplication['run'];

const taken = (recorder: SpanRecorder): string =>
  traceAsText(recorder.takeSpans(), { attributes: SHOWN });

describe('a client of Elasticsearch among the providers', () => {
  it('has one span for each request, which carries its context', async () => {
    const client = elastic();
    const recorder = await start({ client });
    await runInService(async () => {
      const found = await client.search({ index: 'songs', query: { term: { artist: 'Nina' } } });
      expect(found.hits.hits).toHaveLength(2);
      await client.index({ index: 'songs', id: 'hunter2', document: { artist: 'Nina' } });
    });
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: [] })).toBe(
      ['SongsService.run', '  search songs [client]', '  index songs [client]'].join('\n'),
    );
    const search = spans.find(({ name }) => name === 'search songs');
    const index = spans.find(({ name }) => name === 'index songs');
    const context = search?.spanContext();
    expect(server.requests[0]?.headers.traceparent).toBe(
      `00-${context?.traceId}-${context?.spanId}-01`,
    );
    expect(search?.attributes).toEqual({
      'db.system.name': 'elasticsearch',
      'db.operation.name': 'search',
      'db.collection.name': 'songs',
      'db.operation.parameter.index': 'songs',
      'db.response.status_code': '200',
      'http.request.method': 'POST',
      'url.full': `${server.url}/songs/_search`,
      'server.address': '127.0.0.1',
      'server.port': server.port,
    });
    expect(index?.attributes['url.full']).toBe(`${server.url}/songs/_doc/{id}`);
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toMatch(/hunter2|Nina/);
  });

  it('shows children, helpers, batches and requests by hand', async () => {
    const client = elastic();
    const recorder = await start({ client });
    answers = ({ path }) =>
      path.endsWith('/_bulk')
        ? {
            body: {
              errors: false,
              items: [{ index: { status: 201 } }, { delete: { status: 200 } }],
            },
          }
        : { body: HITS };
    await runInService(async () => {
      await client.child({}).count({ index: ['songs', 'artists'] });
      await client.bulk({
        operations: [
          { index: { _index: 'songs', _id: '1' } },
          { artist: 'Nina' },
          { delete: { _index: 'songs', _id: '2' } },
        ],
      });
      await client.helpers.search({ index: 'songs' });
      await client.transport.request({ method: 'GET', path: '/_cat/indices/songs?v=hunter2' });
    });
    expect(taken(recorder)).toBe(
      [
        'SongsService.run',
        '  count songs,artists [client] db.response.status_code="200"',
        '  bulk 127.0.0.1:PORT [client] db.operation.batch.size=2 db.response.status_code="200"',
        '  search songs [client] db.response.status_code="200"',
        '  cat.indices 127.0.0.1:PORT [client] db.response.status_code="200"',
      ]
        .join('\n')
        .replaceAll('PORT', String(server.port)),
    );
  });

  it('returns what the client returns, with and without the meta data', async () => {
    const client = elastic();
    const recorder = await start({ client });
    const body = await client.search({ index: 'songs' });
    const whole = await client.search({ index: 'songs' }, { meta: true });
    expect([body, whole.statusCode, whole.body]).toEqual([HITS, 200, HITS]);
    answers = () => ({ status: 404, body: { error: 'no' } });
    expect(await client.exists({ index: 'songs', id: '1' })).toBe(false);
    const ignored = await client.get({ index: 'songs', id: '1' }, { ignore: [404] });
    expect(ignored).toEqual({ error: 'no' });
    expect(taken(recorder)).toBe(
      [
        'search songs [client] db.response.status_code="200"',
        'search songs [client] db.response.status_code="200"',
        'exists songs [client] db.response.status_code="404"',
        'get songs [client] db.response.status_code="404"',
      ].join('\n\n'),
    );
  });

  it('shows attempts and failures without the values in messages', async () => {
    const client = elastic({ maxRetries: 2 });
    const recorder = await start({ client });
    const error = {
      type: 'index_not_found_exception',
      reason: 'no such index [hunter2]',
      root_cause: [{ type: 'index_not_found_exception', reason: 'no such index [hunter2]' }],
    };
    answers = () => ({ status: 404, body: { error, status: 404 } });
    const failing = runInService(() => client.search({ index: 'songs' }));
    await expect(failing).rejects.toThrow('hunter2');
    answers = () => (server.requests.length < 3 ? { status: 503 } : { body: HITS });
    await client.search({ index: 'songs' });
    answers = () => 'close';
    await expect(client.info({}, { maxRetries: 0 })).rejects.toThrow();
    const spans = recorder.takeSpans();
    const text = traceAsText(spans, { attributes: SHOWN });
    expect(text.replace(/ - Local: [^"]*/, '')).toBe(
      [
        'SongsService.run error.type=ResponseError ERROR "index_not_found_exception" exception ResponseError',
        '  search songs [client] db.response.status_code="404" error.type="404" ERROR "index_not_found_exception"',
        '',
        'search songs [client] db.response.status_code="200" http.request.resend_count=1',
        '',
        `info 127.0.0.1:${server.port} [client] error.type=ConnectionError ERROR "other side closed"`,
      ].join('\n'),
    );
    const shown = spans.map(({ attributes, status, events }) => [attributes, status, events]);
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });

  it('names the node that answered, if there are several', async () => {
    const other = await startSearchServer(() => ({
      body: HITS,
      headers: { 'x-found-handling-cluster': 'shop', 'x-found-handling-instance': 'instance-1' },
    }));
    applications.atEnd(() => other.close());
    const client = elastic({ node: undefined, nodes: [other.url, server.url] });
    const recorder = await start({ client });
    await client.search({ index: 'songs' });
    await client.search({ index: 'songs' });
    const spans = recorder.takeSpans();
    const ports = spans.map(({ attributes }) => attributes['server.port']);
    expect(ports.sort()).toEqual([server.port, other.port].sort());
    const cloud = spans.find(({ attributes }) => attributes['server.port'] === other.port);
    expect(cloud?.attributes).toMatchObject({
      'url.full': `${other.url}/songs/_search`,
      'db.namespace': 'shop',
      'elasticsearch.node.name': 'instance-1',
    });
  });

  it('is as before when the application has shut down', async () => {
    const client = elastic();
    const { request } = client.transport;
    const { close } = await applications.start({ client });
    expect(client.transport.request).not.toBe(request);
    await close();
    expect(client.transport.request).toBe(request);
    expect(Object.keys(client.transport)).not.toContain('request');
  });
});

describe('traceElasticsearch', () => {
  it('shows searches without their values, and the number of hits, if asked', async () => {
    const recorder = await start();
    const client = traceElasticsearch(elastic(), {
      queryText: 'sanitized',
      captureReturnedRows: true,
    });
    const query = { bool: { filter: [{ terms: { artist: ['hunter2', 'hunter3'] } }] } };
    await client.search({ index: 'songs', query, size: 3 });
    expect(recorder.takeSpan().attributes).toMatchObject({
      'db.query.text': '{"query":{"bool":{"filter":[{"terms":{"artist":["?","?"]}}]}},"size":"?"}',
      'db.response.returned_rows': 2,
    });
    await client.index({ index: 'songs', document: { artist: 'hunter2' } });
    expect(recorder.takeSpan().attributes).not.toHaveProperty('db.query.text');
  });

  it('ends the span of a stream when it is read', async () => {
    const recorder = await start();
    const client = traceElasticsearch(elastic());
    const stream = await client.search({ index: 'songs' }, { asStream: true });
    expect(recorder.takeSpans()).toEqual([]);
    let text = '';
    for await (const chunk of stream as unknown as AsyncIterable<Buffer>) text += chunk;
    expect(JSON.parse(text)).toEqual(HITS);
    expect(recorder.takeSpan().name).toBe('search songs');
  });
});

describe('a client of OpenSearch among the providers', () => {
  it('has one span for each request, named by its path', async () => {
    const client = openSearch();
    const recorder = await start({ client });
    await runInService(async () => {
      const { body } = await client.search({ index: 'songs', body: { query: {} } });
      expect(body.hits?.hits).toHaveLength(2);
      await client.index({ index: 'songs', id: 'hunter2', body: { artist: 'Nina' } });
      await client.indices.create({ index: 'artists' });
      await client.child({}).delete({ index: 'songs', id: 'hunter2' });
      await client.bulk({ index: 'songs', body: [{ index: {} }, { artist: 'Nina' }] });
    });
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: SHOWN })).toBe(
      [
        'SongsService.run',
        '  search songs [client] db.response.status_code="200"',
        '  index songs [client] db.response.status_code="200"',
        '  indices.create artists [client] db.response.status_code="200"',
        '  delete songs [client] db.response.status_code="200"',
        '  bulk songs [client] db.response.status_code="200"',
      ].join('\n'),
    );
    const search = spans.find(({ name }) => name === 'search songs');
    expect(search?.attributes).toMatchObject({
      'db.system.name': 'opensearch',
      'url.full': `${server.url}/songs/_search`,
    });
    expect(server.requests[0]?.headers.traceparent).toContain(search?.spanContext().spanId);
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toMatch(/hunter2|Nina/);
  });

  it('keeps callbacks, their context, and `abort`', async () => {
    const recorder = await start();
    const client = traceOpenSearch(openSearch());
    await runInService(
      () =>
        new Promise<void>((resolve, reject) => {
          client.search({ index: 'songs' }, (error: unknown) => {
            if (error) return reject(error);
            void client.count({ index: 'songs' }).then(() => resolve(), reject);
          });
        }),
    );
    const request = client.search({ index: 'songs' });
    expect(request.abort()).toBe(request);
    await expect(request).rejects.toThrow('aborted');
    expect(taken(recorder)).toBe(
      [
        'SongsService.run',
        '  search songs [client] db.response.status_code="200"',
        '  count songs [client] db.response.status_code="200"',
        '',
        'search songs [client] error.type=RequestAbortedError ERROR "Request aborted"',
      ].join('\n'),
    );
  });
});
