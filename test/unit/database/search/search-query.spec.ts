import { describe, expect, it } from '@jest/globals';
import { readSearchPath } from '../../../../lib/database/search/search-path.js';
import { readSearchQuery } from '../../../../lib/database/search/search-query.js';

describe('readSearchPath', () => {
  it.each([
    ['GET', '/', 'info', undefined, '/'],
    ['HEAD', '', 'ping', undefined, '/'],
    ['PUT', '/songs', 'indices.create', 'songs', '/songs'],
    ['PATCH', '/songs', undefined, 'songs', '/songs'],
    ['POST', '/a%2Cb/_search?q=secret', 'search', 'a,b', '/a%2Cb/_search'],
    ['GET', '/_all/_count', 'count', '_all', '/_all/_count'],
    ['GET', '/songs/_doc/secret', 'get', 'songs', '/songs/_doc/{id}'],
    ['DELETE', '/songs/_doc/_secret', 'delete', 'songs', '/songs/_doc/{id}'],
    ['GET', '/songs/_source/secret', 'get_source', 'songs', '/songs/_source/{id}'],
    ['POST', '/_search/scroll/secret', 'scroll', undefined, '/_search/scroll/{id}'],
    ['DELETE', '/_search/scroll', 'clear_scroll', undefined, '/_search/scroll'],
    ['POST', '/songs/_bulk', 'bulk', 'songs', '/songs/_bulk'],
    ['POST', '/_msearch/template', 'msearch_template', undefined, '/_msearch/template'],
    ['PUT', '/songs/_mapping', 'indices.put_mapping', 'songs', '/songs/_mapping'],
    ['PATCH', '/songs/_mapping', undefined, 'songs', '/songs/_mapping'],
    ['POST', '/songs/_refresh', 'indices.refresh', 'songs', '/songs/_refresh'],
    ['GET', '/_cat/indices/songs', 'cat.indices', undefined, '/_cat/indices/{id}'],
    ['GET', '/_cluster/health', 'cluster.health', undefined, '/_cluster/health'],
    ['PUT', '/_scripts/secret', 'put_script', undefined, '/_scripts/{id}'],
    ['GET', '/_tasks/secret', 'tasks', undefined, '/_tasks/{id}'],
    ['GET', '/songs/secret', undefined, 'songs', '/songs/{id}'],
    ['GET', '/_a1/b', undefined, undefined, '/{id}/{id}'],
    ['GET', '/%E0%A4%A/_search', 'search', '%E0%A4%A', '/%E0%A4%A/_search'],
  ])('reads %s %s', (method, path, operation, index, shownPath) => {
    expect(readSearchPath(method, path)).toEqual({ operation, index, shownPath });
  });
});

describe('readSearchQuery', () => {
  const read = (params: object, showsBody = true) =>
    readSearchQuery(params, 'http://a:9200', showsBody);

  it('prefers what the client knows to what the path tells', () => {
    const meta = { name: 'ml.close_job', pathParts: { job_id: 'secret', index: ['a', 'b'] } };
    expect(read({ method: 'post', path: '/_ml/jobs/secret', meta })).toMatchObject({
      operation: 'ml.close_job',
      collection: 'a,b',
      attributes: {
        'db.operation.parameter.index': 'a,b',
        'http.request.method': 'POST',
        'url.full': 'http://a:9200/_ml/{id}/{id}',
      },
    });
  });

  it('reads a request with members of any type', () => {
    const query = read({ method: 7, path: null, body: 7, meta: { name: 7, pathParts: 7 } });
    expect(query).toMatchObject({ operation: 'info', collection: undefined, batchSize: undefined });
    expect(read({ method: 'BREW', path: '/' }).attributes).toMatchObject({
      'http.request.method': '_OTHER',
    });
  });

  it.each([
    [{ query: { term: { a: 'secret' } } }, '{"query":{"term":{"a":"?"}}}'],
    ['{"query":{"term":{"a":"secret"}}}', '{"query":{"term":{"a":"?"}}}'],
    ['{"query', undefined],
    [Buffer.from('{}'), undefined],
    [{ pipe() {} }, undefined],
    [undefined, undefined],
  ])('shows the body of a search without values: %p', (body, text) => {
    const params = { method: 'POST', path: '/a/_search', body };
    expect(read(params).shownText?.(100)).toBe(text);
    expect(read(params, false).shownText).toBeUndefined();
    expect(read({ ...params, path: '/a/_doc/1' }).shownText).toBeUndefined();
  });

  it.each([
    ['/_bulk', [{ index: {} }, { a: 1 }, { delete: {} }, { update: {} }, { doc: {} }], 3],
    ['/_bulk', [], 0],
    ['/_bulk', ['{"index":{}}', '{"a":1}'], undefined],
    ['/_bulk', '{"index":{}}\n{"a":1}\n', undefined],
    ['/_msearch', [{}, { query: {} }, {}, { query: {} }], 2],
    ['/_msearch/template', [{}, { id: '1' }], 1],
    ['/a/_search', [{}, {}], undefined],
  ])('counts the operations of a batch: %s %j', (path, bulkBody, size) => {
    expect(read({ method: 'POST', path, bulkBody }).batchSize).toBe(size);
  });
});
