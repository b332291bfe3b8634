import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { contextStorage, withLibraryWork } from '../../../lib/context/index.js';
import { DatabaseHandler } from '../../../lib/database/database.handler.js';
import { POOL_WAIT_TIME, poolNameOf } from '../../../lib/database/pool-wait-time.js';
import { AlwaysOffSampler, AlwaysOnSampler } from '../../../lib/sampling/index.js';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const SOURCE = { system: 'postgresql', namespace: 'shop' };

describe('POOL_WAIT_TIME', () => {
  it('has the names of the conventions', () => {
    expect(POOL_WAIT_TIME.name).toBe(conventions.METRIC_DB_CLIENT_CONNECTION_WAIT_TIME);
    expect(POOL_WAIT_TIME.attributes).toEqual([conventions.ATTR_DB_CLIENT_CONNECTION_POOL_NAME]);
  });
});

describe('poolNameOf', () => {
  it.each([
    [{ system: 'mysql', namespace: 'shop', serverAddress: 'a', serverPort: 1 }, 'shop'],
    [{ system: 'mysql', serverAddress: 'db.example', serverPort: 3306 }, 'db.example:3306'],
    [{ system: 'mysql', serverAddress: '::1', serverPort: 3306 }, '[::1]:3306'],
    [{ system: 'mysql', serverAddress: '/run/mysql.sock' }, '/run/mysql.sock'],
    [{ system: 'mysql' }, 'mysql'],
  ])('of %o is %s', (source, name) => {
    expect(poolNameOf(source)).toBe(name);
  });
});

describe.each([
  ['sampled', new AlwaysOnSampler()],
  ['not sampled', new AlwaysOffSampler()],
])('the metric of waits in a trace that is %s', (_, sampler) => {
  it.each([{}, { connectionWaitThresholdMillis: false as const }])(
    'has those that succeed, once for each, with %o',
    (options) => {
      const { tracer, tracing, clock } = createTracing({ sampler, metrics: true });
      const handler = new DatabaseHandler(SOURCE, options);
      tracer.trace('work', () => {
        const wait = handler.beginWait();
        clock.advance(3);
        wait.succeed({});
        wait.succeed({});
        const failing = handler.beginWait();
        failing.fail(new Error('no connection'));
        failing.fail(new Error('no connection'));
        handler.beginWait(undefined, false).succeed();
        const nested = handler.beginWait();
        nested.run(() => handler.beginWait().succeed());
        contextStorage.runSuppressed(() => handler.beginWait().succeed());
      });
      const [line, ...others] = metricsAsText(tracing.metrics.collect(), POOL_WAIT_TIME.name).split(
        '\n',
      );
      expect(others).toEqual([]);
      expect(line).toMatch(/^db\.client\.connection\.wait_time\{.*=shop\} 1 in 0\.00[3-6] /);
    },
  );

  it('has none without the option metrics', () => {
    const { tracer, tracing } = createTracing({ sampler });
    tracer.trace('work', () => new DatabaseHandler(SOURCE).beginWait().succeed());
    expect(tracing.metrics.collect().scopes).toEqual([]);
  });

  it('has none of the work of a library', () => {
    const { tracer, tracing } = createTracing({ sampler, metrics: true });
    tracer.trace('work', () => {
      const work = withLibraryWork(contextStorage.active());
      contextStorage.run(work, () => new DatabaseHandler(SOURCE).beginWait().succeed());
    });
    expect(metricsAsText(tracing.metrics.collect())).toBe('');
  });
});
