import { describe, expect, it, jest } from '@jest/globals';
import { contextStorage, maskedMessageOf } from '../../../lib/context/index.js';
import { takeWaitMillis } from '../../../lib/database/connection-wait.js';
import { DatabaseHandler } from '../../../lib/database/database.handler.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';
import { until } from '../../support/until.js';

const createTracing = tracingsOfTest();
const source = { system: 'postgresql', namespace: 'shop', serverPort: 5432 };
const WAIT = 'nestjs_traced.db.connection.wait_millis';
const refused = Object.assign(new Error("no connection for 'hunter2'"), { code: 'ECONNREFUSED' });

/** Lasts two milliseconds. */
async function pause(): Promise<void> {
  const start = performance.now();
  await until(
    () => performance.now() - start >= 2,
    () => performance.now() - start,
  );
}

describe('a wait for a connection', () => {
  const connection = {};

  it('has a span if it is as long as the threshold', async () => {
    const { tracer, recorder } = createTracing();
    const handler = new DatabaseHandler(source, { connectionWaitThresholdMillis: 2 });
    await tracer.trace('work', async () => {
      const wait = handler.beginWait();
      await wait.run(pause);
      wait.succeed(connection);
      wait.succeed(connection);
      wait.fail(refused);
      handler.begin({ text: 'SELECT 1', connection })?.finish();
    });
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: ['db.namespace', 'server.port', WAIT] })).toBe(
      [
        'work',
        '  connect shop [client] db.namespace=shop server.port=5432',
        '  SELECT [client] db.namespace=shop server.port=5432',
      ].join('\n'),
    );
    const [seconds, nanos] = spans[0]?.duration ?? [0, 0];
    expect(seconds * 1000 + nanos / 1e6).toBeGreaterThanOrEqual(2);
  });

  it('is an attribute of the next query of its connection if it is shorter', async () => {
    const { tracer, recorder } = createTracing();
    const handler = new DatabaseHandler(source, { connectionWaitThresholdMillis: 60_000 });
    await tracer.trace('work', async () => {
      const wait = handler.beginWait();
      await pause();
      wait.succeed(connection);
      handler.begin({ text: 'SELECT 1' })?.finish();
      handler.begin({ text: 'SELECT 1', connection })?.finish();
      handler.begin({ text: 'SELECT 1', connection })?.finish();
    });
    const [other, first, second] = recorder.takeSpans();
    expect([other?.attributes[WAIT], second?.attributes[WAIT]]).toEqual([undefined, undefined]);
    expect(first?.attributes[WAIT]).toBeGreaterThanOrEqual(2);
  });

  it('belongs to the query that has begun before it', async () => {
    const { tracer, recorder } = createTracing();
    for (const connectionWaitThresholdMillis of [0, 60_000]) {
      const handler = new DatabaseHandler(source, { connectionWaitThresholdMillis, tracer });
      const given = handler.begin({ text: 'SELECT 1' });
      const wait = handler.beginWait(given);
      await pause();
      wait.succeed();
      given?.finish();
      const active = handler.begin({ text: 'SELECT 2' });
      await active?.run(async () => {
        const inner = handler.beginWait();
        await pause();
        inner.succeed();
      });
      active?.finish();
    }
    const text = traceAsText(recorder.takeSpans(), { attributes: [WAIT], mask: [WAIT] });
    const long = ['SELECT [client]', '  connect shop [client]'].join('\n');
    const short = `SELECT [client] ${WAIT}=*`;
    expect(text).toBe([long, long, short, short].join('\n\n'));
  });

  it('outside of any span is an attribute, however long it is', async () => {
    const { tracer, recorder } = createTracing();
    const handler = new DatabaseHandler(source, { connectionWaitThresholdMillis: 0, tracer });
    const wait = handler.beginWait();
    await pause();
    wait.succeed(connection);
    handler.begin({ text: 'SELECT 1', connection })?.finish();
    expect(recorder.takeSpan().attributes[WAIT]).toBeGreaterThanOrEqual(2);
  });

  it('is not shown if it is shorter than a tenth of a millisecond, and forgets an earlier one', async () => {
    const { tracer } = createTracing();
    const handler = new DatabaseHandler(source, { connectionWaitThresholdMillis: 60_000, tracer });
    const wait = handler.beginWait();
    await pause();
    wait.succeed(connection);
    // One of a hundred is that short, however busy the machine is.
    for (let count = 0; count < 100; count++) {
      handler.beginWait().succeed(connection);
      if (takeWaitMillis(connection) === undefined) return;
    }
    throw new Error('Every wait was shown.');
  });

  it.each([false, 60_000] as const)('has a span with the error if it fails (%s)', (threshold) => {
    const { tracer, recorder } = createTracing();
    const handler = new DatabaseHandler(source, {
      connectionWaitThresholdMillis: threshold,
      tracer,
    });
    const wait = handler.beginWait();
    wait.fail(refused);
    wait.fail(refused);
    expect(traceAsText(recorder.takeSpans(), { attributes: ['error.type'] })).toBe(
      'connect shop [client] error.type=ECONNREFUSED ERROR "no connection for ?"',
    );
    expect(maskedMessageOf(refused)).toBe('no connection for ?');
  });

  it('has no span if it fails and its query has one', () => {
    const { tracer, recorder } = createTracing();
    const handler = new DatabaseHandler(source, { tracer });
    const query = handler.begin({ text: 'SELECT 1' });
    handler.beginWait(query).fail(refused);
    query?.fail(refused);
    expect(recorder.takeSpan().name).toBe('SELECT');
  });

  it('is shown once if a traced pool waits inside it', () => {
    const { tracer, recorder } = createTracing();
    const handler = new DatabaseHandler(source, { connectionWaitThresholdMillis: 0 });
    tracer.trace('work', () => {
      const outer = handler.beginWait();
      outer.run(() => handler.beginWait().succeed(connection));
      outer.succeed(connection);
    });
    expect(traceAsText(recorder.takeSpans(), { attributes: [] })).toBe(
      'work\n  connect shop [client]',
    );
  });

  it('is not shown below an unsampled span, while tracing is suppressed, and without an application', () => {
    const { tracer, recorder } = createTracing({ sampler: new AlwaysOffSampler() });
    const handler = new DatabaseHandler(source, { connectionWaitThresholdMillis: 0, tracer });
    const startSpan = jest.spyOn(tracer, 'startSpan');
    tracer.trace('work', () => {
      startSpan.mockClear();
      handler.beginWait().succeed(connection);
      handler.beginWait().fail(refused);
    });
    contextStorage.runSuppressed(() => handler.beginWait().fail(refused));
    expect(startSpan).not.toHaveBeenCalled();
    new DatabaseHandler(source).beginWait().run(() => recorder);
  });

  it('folds as queries do, with the time from the first to the last', async () => {
    const { tracer, recorder } = createTracing();
    const options = { connectionWaitThresholdMillis: 0, foldQueriesAfter: 1 };
    const handler = new DatabaseHandler(source, options);
    await tracer.trace('work', async () => {
      for (let count = 0; count < 3; count++) {
        const wait = handler.beginWait();
        await pause();
        wait.succeed(connection);
      }
    });
    const spans = recorder.takeSpans();
    expect(
      traceAsText(spans, {
        attributes: (key) => key.startsWith('nestjs_traced.'),
      }),
    ).toBe(
      [
        'work nestjs_traced.db.repeated_queries=["connect shop"]',
        '  connect shop [client]',
        '  connect shop [client] nestjs_traced.db.folded_query.count=2',
      ].join('\n'),
    );
    const [seconds, nanos] = spans[1]?.duration ?? [0, 0];
    expect(seconds * 1000 + nanos / 1e6).toBeGreaterThanOrEqual(4);
  });
});
