import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import * as attributeNames from '../../../lib/database/attributes.js';
import { DatabaseHandler } from '../../../lib/database/database.handler.js';
import { isInsideQuery } from '../../../lib/database/database-operation.js';
import type { DatabaseTracingOptions } from '../../../lib/database/database-options.js';
import { configureDatabase, DatabaseSettings } from '../../../lib/database/database-settings.js';
import { redactParameter } from '../../../lib/database/redact-parameter.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function handlerWith(options: DatabaseTracingOptions = {}) {
  const tracing = createTracing();
  const settings = new DatabaseSettings(options);
  const handler = new DatabaseHandler(
    { system: 'postgresql', namespace: 'shop' },
    { tracer: tracing.tracer, settings },
  );
  return { ...tracing, handler };
}

describe('the names of attributes', () => {
  it.each(Object.entries(attributeNames))('are those of the conventions: %s', (constant, name) => {
    if (constant.endsWith('_PREFIX')) expect(name).toBe('db.query.parameter.');
    else expect(Object.values(conventions)).toContain(name);
  });
});

describe('DatabaseHandler', () => {
  it.each([
    [{ text: 'SELECT * FROM a' }, 'SELECT a'],
    [{ text: 'something else' }, 'shop'],
    [{ operation: 'find', collection: 'orders' }, 'find orders'],
    [{ operation: 'find' }, 'find shop'],
    [{}, 'shop'],
  ])('names a span by the best that is known of %j', (query, name) => {
    const { handler, recorder } = handlerWith();
    handler.begin(query)?.finish();
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(`${name} [client]`);
  });

  it.each<[string, DatabaseTracingOptions, unknown[], string | undefined]>([
    ['text with parameters as it is', {}, [1], "SELECT 'x', $1"],
    ['text without parameters without literals', {}, [], 'SELECT ?, $1'],
    ['all texts without literals', { queryText: 'sanitized' }, [1], 'SELECT ?, $1'],
    ['no text', { queryText: 'none' }, [1], undefined],
    ['text that is cut', { maxQueryTextLength: 6 }, [1], 'SELECT'],
  ])('shows %s', (_, options, parameters, shown) => {
    const { handler, recorder } = handlerWith(options);
    handler.begin({ text: "SELECT 'x', $1", parameters })?.finish();
    expect(recorder.takeSpan().attributes['db.query.text']).toBe(shown);
  });

  it('shows no parameters unless it is told to, and none of batches', () => {
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

  it('lets a function of the user fail that shows parameters', () => {
    const { handler, recorder, warnings } = handlerWith({
      captureParameters: () => {
        throw new Error('no');
      },
    });
    handler.begin({ text: 'SELECT $1', parameters: [1] })?.finish();
    expect(recorder.takeSpan().name).toBe('SELECT');
    expect(warnings).toEqual(['The parameters of a query could not be shown: Error: no']);
  });

  it('counts rows only if it is told to', () => {
    for (const captureReturnedRows of [false, true]) {
      const { handler, recorder } = handlerWith({ captureReturnedRows });
      handler.begin({ text: 'SELECT 1' })?.finish(() => 3);
      const count = recorder.takeSpan().attributes['db.response.returned_rows'];
      expect(count).toBe(captureReturnedRows ? 3 : undefined);
    }
  });

  it('takes a result whose rows cannot be counted', () => {
    const { handler, recorder } = handlerWith({ captureReturnedRows: true });
    handler.begin({ text: 'SELECT 1' })?.finish(() => {
      throw new Error('no');
    });
    expect(recorder.takeSpan().attributes['db.response.returned_rows']).toBeUndefined();
  });

  it('says why a query failed, once', () => {
    const { handler, recorder } = handlerWith();
    const operation = handler.begin({ text: 'SELECT 1' });
    operation?.fail({ code: '42601', message: 'syntax error at or near "hunter2"' });
    operation?.finish();
    const attributes = ['db.response.status_code', 'error.type'];
    expect(traceAsText(recorder.takeSpans(), { attributes })).toBe(
      'SELECT [client] db.response.status_code="42601" error.type="42601" ERROR "syntax error at or near ?"',
    );
  });

  it('makes no span where nothing is to be traced', () => {
    const { handler, recorder } = handlerWith();
    const query = { text: 'SELECT 1' };
    contextStorage.run(TracingContext.ROOT.withSuppressed(true), () => {
      expect(handler.begin(query)).toBeUndefined();
    });
    const outer = handler.begin(query);
    if (outer === undefined) throw new Error('The first query must have a span.');
    expect(isInsideQuery(outer.context)).toBe(true);
    expect(isInsideQuery(outer.outside)).toBe(false);
    contextStorage.run(outer.context, () => expect(handler.begin(query)).toBeUndefined());
    outer.finish();
    expect(recorder.takeSpans()).toHaveLength(1);
    expect(new DatabaseHandler({ system: 'sqlite' }).tracer).toBeDefined();
  });

  it('reads nothing below a span that is not sampled', () => {
    const { tracer } = createTracing({ sampler: new AlwaysOffSampler() });
    const handler = new DatabaseHandler({ system: 'sqlite' }, { tracer });
    tracer.trace('work', () => expect(handler.begin({ text: 'SELECT 1' })).toBeUndefined());
  });

  it('takes the settings of the application', () => {
    const { tracer, recorder } = createTracing();
    configureDatabase(tracer, { queryText: 'none' });
    new DatabaseHandler({ system: 'sqlite' }, { tracer }).begin({ text: 'SELECT 1' })?.finish();
    expect(recorder.takeSpan().attributes['db.query.text']).toBeUndefined();
  });
});

describe('DatabaseSettings', () => {
  it.each([
    [{ queryText: 'all' }, 'database.queryText must be'],
    [{ maxQueryTextLength: 0 }, 'database.maxQueryTextLength must be'],
    [{ captureParameters: 'yes' }, 'database.captureParameters must be'],
    [{ sqlCommenter: 'yes' }, 'database.sqlCommenter must be'],
    [{ foldQueriesAfter: 0 }, 'database.foldQueriesAfter must be'],
    [{ foldQueriesAfter: Infinity }, 'database.foldQueriesAfter must be'],
  ])('refuse %j', (options, message) => {
    expect(() => new DatabaseSettings(options as never)).toThrow(message);
  });
});

describe('redactParameter', () => {
  it.each([
    [1, '1'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    ['hunter2', 'string(7)'],
    [10n, 'bigint'],
    [Buffer.from('abc'), 'Buffer(3)'],
    [['a'], 'array(1)'],
    [new Date(), 'Date'],
    [Object.create(null), 'object'],
  ])('shows of %p %s', (value, shown) => {
    expect(redactParameter(value)).toBe(shown);
  });
});
