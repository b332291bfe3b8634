import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions';
import { contextStorage } from '../../../lib/context/index.js';
import { DatabaseHandler } from '../../../lib/database/database.handler.js';
import { QUERY_DURATION, QueryMeasurement } from '../../../lib/database/query-measurement.js';
import { RedisHandler } from '../../../lib/database/redis/redis.handler.js';
import { AlwaysOffSampler, AlwaysOnSampler } from '../../../lib/sampling/index.js';
import { createTestTracing, type TestTracingOptions } from '../../../lib/testing/index.js';
import { metricsAsText } from '../../support/metrics-as-text.js';

const SOURCE = {
  system: 'postgresql',
  namespace: 'shop',
  serverAddress: 'db.example',
  serverPort: 5432,
};
const COMMON = 'db.namespace=shop';
const SERVER = 'db.system.name=postgresql';
const AT = 'server.address=db.example server.port=5432';

function setUp(options: TestTracingOptions = {}) {
  const tests = createTestTracing({ metrics: true, ...options });
  const handler = new DatabaseHandler(SOURCE, { tracer: tests.tracer });
  const metrics = (): string[] => metricsAsText(tests.tracing.metrics.collect()).split('\n');
  return { ...tests, handler, metrics };
}

const SAMPLERS = [
  ['sampled', new AlwaysOnSampler()],
  ['unsampled', new AlwaysOffSampler()],
] as const;

describe.each(SAMPLERS)('the duration of a query in a trace that is %s', (kind, sampler) => {
  const isSampled = kind === 'sampled';

  it('is that of its span, or of the clock', () => {
    const { tracer, handler, recorder, clock, metrics, close } = setUp({ sampler });
    tracer.trace('request', () => {
      const operation = handler.begin({ text: 'SELECT * FROM orders WHERE id = 4711' });
      expect(operation?.textToSend('SELECT 1')).toBe('SELECT 1');
      clock.advance(3);
      operation?.finish();
      operation?.finish();
      operation?.fail(new Error('late'));
    });
    const exemplar = isSampled ? / exemplar 0\.004 \w+$/ : /$/;
    const [line = ''] = metrics();
    expect(line.replace(exemplar, '')).toBe(
      `db.client.operation.duration{${COMMON} db.query.summary=SELECT orders ${SERVER} ${AT}} 1 in 0.004 [0.005: 1]`,
    );
    expect(recorder.takeSpans()).toHaveLength(isSampled ? 2 : 0);
    close();
  });

  it('has the codes of a failure', () => {
    const { tracer, handler, recorder, metrics, close } = setUp({ sampler });
    tracer.trace('request', () => {
      const operation = handler.begin({ operation: 'find', collection: 'orders' });
      operation?.fail(Object.assign(new Error('duplicate'), { code: '23505' }));
    });
    expect(metrics()[0]).toMatch(
      `{db.collection.name=orders ${COMMON} db.operation.name=find db.response.status_code=23505 ${SERVER} error.type=23505 ${AT}} 1 in`,
    );
    recorder.takeSpans();
    close();
  });

  it('names the server that a query went to', () => {
    const { tracer, handler, recorder, metrics, close } = setUp({ sampler });
    tracer.trace('request', () => {
      const operation = handler.begin({ operation: 'find' });
      operation?.wentTo('replica.example', undefined);
      operation?.finish();
    });
    expect(metrics()[0]).toContain('server.address=replica.example server.port=5432');
    recorder.takeSpans();
    close();
  });

  it('counts once if a traced client is below an ORM', () => {
    const { tracer, handler, recorder, metrics, close } = setUp({ sampler });
    tracer.trace('request', () => {
      const operation = handler.begin({ operation: 'outer' });
      operation?.run(() => {
        expect(handler.begin({ operation: 'inner' })).toBeUndefined();
        operation.runOutside(() => handler.begin({ operation: 'outside' })?.finish());
      });
      operation?.finish();
      handler.begin({ operation: 'next' })?.finish();
    });
    expect(metrics().map((line) => /db\.operation\.name=(\w+)/.exec(line)?.[1])).toEqual([
      'outside',
      'outer',
      'next',
    ]);
    recorder.takeSpans();
    close();
  });

  it('is that of a Redis command too, by its name', () => {
    const { tracer, recorder, metrics, close } = setUp({ sampler });
    const handler = new DatabaseHandler({ system: 'redis' }, { tracer });
    const redis = new RedisHandler(handler, {}, 'redis');
    tracer.trace('request', () => {
      redis.begin({ name: 'get', args: ['cart:4711'] }, undefined)?.finish();
      redis.begin({ name: 'ping' }, undefined)?.finish();
    });
    expect(metrics().map((line) => line.replace(/ 1 in.*/, ''))).toEqual([
      'db.client.operation.duration{db.operation.name=GET db.system.name=redis}',
    ]);
    recorder.takeSpans();
    close();
  });

  it('is not measured without metrics, nor with suppressed tracing', () => {
    const { tracer, handler, recorder, close } = setUp({ sampler, metrics: false });
    tracer.trace('request', () => {
      const operation = handler.begin({ operation: 'find' });
      expect(operation === undefined).toBe(!isSampled);
      operation?.finish();
    });
    recorder.takeSpans();
    close();
    const suppressed = setUp({ sampler });
    contextStorage.run(contextStorage.active().withSuppressed(true), () => {
      expect(suppressed.handler.begin({ operation: 'find' })).toBeUndefined();
    });
    suppressed.close();
  });
});

describe('QueryMeasurement', () => {
  it('measures each of several queries that share a span', () => {
    const { tracer, handler, recorder, clock, metrics, close } = setUp({
      database: { foldQueriesAfter: 1 },
    });
    tracer.trace('request', () => {
      for (const millis of [1, 7, 30]) {
        const operation = handler.begin({ text: 'SELECT * FROM items WHERE id = $1' });
        clock.advance(millis);
        operation?.finish();
      }
    });
    expect(recorder.takeSpans()).toHaveLength(3);
    expect(metrics()).toHaveLength(1);
    expect(metrics()[0]).toMatch(/ 3 in 0\.0\d+ \[0\.005: 1, 0\.01: 1, 0\.05: 1\]/);
    close();
  });

  it('measures a query whose own span is not sampled', () => {
    const { handler, clock, metrics, close } = setUp({ sampler: new AlwaysOffSampler() });
    const operation = handler.begin({ operation: 'find' });
    clock.advance(80);
    operation?.run(() => expect(handler.begin({ operation: 'inner' })).toBeUndefined());
    operation?.finish();
    expect(metrics()[0]).toMatch(/ 1 in 0\.08\d* \[0\.1: 1\]$/);
    close();
  });

  it('has the name of the semantic conventions', () => {
    expect(QUERY_DURATION.name).toBe(conventions.METRIC_DB_CLIENT_OPERATION_DURATION);
    const { tracer, recorder, close } = createTestTracing();
    const span = tracer.startSpan('query');
    expect(QueryMeasurement.begin(tracer, SOURCE, {}, undefined, span)).toBeUndefined();
    span.end();
    recorder.takeSpans();
    close();
  });
});
