import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import { DatabaseHandler } from '../../../lib/database/database.handler.js';
import type { DatabaseTracingOptions } from '../../../lib/database/database-options.js';
import { configureDatabase } from '../../../lib/database/database-settings.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function handlerWith(options: DatabaseTracingOptions = {}) {
  const tracing = createTracing();
  const source = { system: 'postgresql', namespace: 'shop' };
  const handler = new DatabaseHandler(source, { ...options, tracer: tracing.tracer });
  return { ...tracing, handler };
}

describe('DatabaseHandler', () => {
  it.each([
    [{ text: 'SELECT * FROM a' }, 'SELECT a'],
    [{ text: 'something else' }, 'shop'],
    [{ operation: 'find', collection: 'orders' }, 'find orders'],
    [{ operation: 'find' }, 'find shop'],
    [{}, 'shop'],
  ])('names the span of %j', (query, name) => {
    const { handler, recorder } = handlerWith();
    handler.begin(query)?.finish();
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(`${name} [client]`);
  });

  it.each([
    [{ system: 'sqlite', serverAddress: 'db', serverPort: 1 }, 'db:1'],
    [{ system: 'sqlite', serverAddress: 'db' }, 'db'],
    [{ system: 'sqlite' }, 'sqlite'],
  ])('names a span without summary by %j', (source, name) => {
    const { tracer, recorder } = createTracing();
    new DatabaseHandler(source, { tracer }).begin({})?.finish();
    expect(recorder.takeSpan().name).toBe(name);
  });

  it.each<[string, DatabaseTracingOptions, unknown[], string | undefined]>([
    ['a text with parameters unchanged', {}, [1], "SELECT 'x', $1"],
    ['a text without parameters without literals', {}, [], 'SELECT ?, $1'],
    ['every text without literals', { queryText: 'sanitized' }, [1], 'SELECT ?, $1'],
    ['no text', { queryText: 'none' }, [1], undefined],
    ['a cut text', { maxQueryTextLength: 6 }, [1], 'SELECT'],
  ])('shows %s', (_, options, parameters, shown) => {
    const { handler, recorder } = handlerWith(options);
    handler.begin({ text: "SELECT 'x', $1", parameters })?.finish();
    expect(recorder.takeSpan().attributes['db.query.text']).toBe(shown);
  });

  it('sanitizes a text with parameters into which a query builder writes values', () => {
    const { handler, recorder } = handlerWith();
    const text = 'SELECT * FROM a WHERE b = $1 AND c IN (4711)';
    handler.begin({ text, parameters: [1], hasInlineValues: true })?.finish();
    expect(recorder.takeSpan().attributes['db.query.text']).toBe(
      'SELECT * FROM a WHERE b = $1 AND c IN (?)',
    );
  });

  it('shows parameters only if an option asks for it, and not those of a batch', () => {
    const query = { text: 'SELECT $1', parameters: ['hunter2'] };
    const plain = handlerWith();
    plain.handler.begin(query)?.finish();
    expect(JSON.stringify(plain.recorder.takeSpan().attributes)).not.toMatch(/hunter2|parameter/);
    const told = handlerWith({ captureParameters: (value, key) => `${key} is ${value}` });
    told.handler.begin(query)?.finish();
    told.handler.begin({ ...query, batchSize: 2 })?.finish();
    const [one, batch] = told.recorder.takeSpans().map(({ attributes }) => attributes);
    expect(one?.['db.query.parameter.0']).toBe('0 is hunter2');
    expect(batch?.['db.query.parameter.0']).toBeUndefined();
    expect(batch?.['db.operation.batch.size']).toBe(2);
  });

  it('reports a redactor that throws, and keeps the span', () => {
    const { handler, recorder, warnings } = handlerWith({
      captureParameters: () => {
        throw new Error('no');
      },
    });
    handler.begin({ text: 'SELECT $1', parameters: [1] })?.finish();
    expect(recorder.takeSpan().name).toBe('SELECT');
    expect(warnings).toEqual([
      'captureParameters threw; the span does not show the remaining parameters of the query: Error: no',
    ]);
  });

  it('reports a query that throws when it is read, and starts no span', () => {
    const { handler, recorder, warnings } = handlerWith();
    const query = {
      get text(): string {
        throw new Error('no');
      },
    };
    expect(handler.begin(query)).toBeUndefined();
    expect(recorder.spans).toEqual([]);
    expect(warnings).toEqual(['A query could not be traced; it has no span: Error: no']);
  });

  it('has a tracer only if a span would be recorded', () => {
    const { handler, tracer } = handlerWith();
    expect(handler.tracer).toBe(tracer);
    contextStorage.runSuppressed(() => expect(handler.tracer).toBeUndefined());
    const query = handler.begin({ text: 'SELECT 1' });
    query?.run(() => {
      expect(handler.tracer).toBeUndefined();
      expect(handler.begin({ text: 'SELECT 1' })).toBeUndefined();
    });
    query?.finish();
    const unsampled = createTracing({ sampler: new AlwaysOffSampler() });
    unsampled.tracer.trace('work', () => expect(handler.tracer).toBeUndefined());
    expect(contextStorage.active().span).toBeUndefined();
  });

  it('uses the settings of the application, and its own options before them', () => {
    const { tracer, recorder } = createTracing();
    configureDatabase(tracer, { queryText: 'none' });
    const query = { text: 'SELECT 1' };
    new DatabaseHandler({ system: 'sqlite' }, { tracer }).begin(query)?.finish();
    const options = { tracer, queryText: 'sanitized' } as const;
    new DatabaseHandler({ system: 'sqlite' }, options).begin(query)?.finish();
    expect(recorder.takeSpans().map(({ attributes }) => attributes['db.query.text'])).toEqual([
      undefined,
      'SELECT ?',
    ]);
  });

  it('has a handler with the same options for another database', () => {
    const { handler, recorder } = handlerWith({ queryText: 'none' });
    const other = handler.withSource({ system: 'mysql' });
    other.begin({ text: 'SELECT * FROM a' })?.finish();
    expect(other.source).toEqual({ system: 'mysql' });
    expect(recorder.takeSpan().attributes).toEqual({
      'db.system.name': 'mysql',
      'db.query.summary': 'SELECT a',
    });
  });

  it('refuses invalid options', () => {
    const options = { foldQueriesAfter: 0 };
    expect(() => new DatabaseHandler({ system: 'sqlite' }, options)).toThrow(
      'DatabaseHandler.foldQueriesAfter must be',
    );
  });
});
