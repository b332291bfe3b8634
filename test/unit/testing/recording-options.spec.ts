import { describe, expect, it } from '@jest/globals';
import {
  AlwaysOffSampler,
  InMemoryLogExporter,
  InMemoryMetricExporter,
  InMemorySpanExporter,
  ParentBasedSampler,
} from '../../../lib/index.js';
import type { TracingOptions } from '../../../lib/nest/index.js';
import { SpanRecorder, SteadyClock } from '../../../lib/testing/index.js';
import { recordingOptions } from '../../../lib/testing/recording-options.js';
import { silentLogger } from '../../support/silent-logger.js';

const parts = {
  recorder: new SpanRecorder(),
  logExporter: new InMemoryLogExporter(),
  metricExporter: new InMemoryMetricExporter(),
  clock: new SteadyClock(),
  logger: silentLogger,
};

describe('recordingOptions', () => {
  it('keeps what decides about the content of spans', () => {
    const given: TracingOptions = {
      serviceName: 'orders',
      redaction: { keys: ['user.name'] },
      spanLimits: { eventCountLimit: 3 },
      baggage: { spanAttributes: ['tenant'] },
      http: { server: false },
      database: false,
      propagator: 'b3',
      lifecycle: true,
      providers: true,
    };
    expect(recordingOptions(given, {}, parts)).toMatchObject(given);
  });

  it('replaces where spans come from and go to', () => {
    const given: TracingOptions = {
      exporter: new InMemorySpanExporter(),
      logExporter: new InMemoryLogExporter(),
      sampler: new AlwaysOffSampler(),
      enabled: false,
      registerGlobally: true,
      tracerProvider: { getTracer: () => ({}) as never },
    };
    expect(recordingOptions(given, {}, parts)).toMatchObject({
      exporter: undefined,
      logExporter: parts.logExporter,
      tracerProvider: undefined,
      enabled: true,
      registerGlobally: false,
      sampler: expect.any(ParentBasedSampler),
      clock: parts.clock,
      logger: parts.logger,
      spanProcessors: [parts.recorder],
    });
  });

  it.each<[TracingOptions, TracingOptions, unknown, boolean]>([
    [{}, {}, false, false],
    [{ metrics: true }, {}, true, true],
    [{ metrics: { process: true } }, {}, { process: true }, true],
    [{ metricExporter: new InMemoryMetricExporter() }, {}, true, true],
    [{ metrics: false, metricExporter: new InMemoryMetricExporter() }, {}, false, false],
    [{ metrics: true }, { metrics: false }, false, false],
    [{}, { metrics: true }, true, true],
  ])(
    'keeps metrics in memory, if there are any: %o with %o',
    (given, changes, metrics, inMemory) => {
      expect(recordingOptions(given, changes, parts)).toMatchObject({
        metrics,
        metricExporter: inMemory ? parts.metricExporter : undefined,
      });
    },
  );

  it('lets the test change each of them', () => {
    const changes: TracingOptions = {
      exporter: new InMemorySpanExporter(),
      sampler: new AlwaysOffSampler(),
      enabled: false,
      registerGlobally: true,
      clock: new SteadyClock(),
      logger: { warn: () => {} },
    };
    expect(recordingOptions({}, changes, parts)).toMatchObject(changes);
  });

  it('shows no waits for connections, unless the test wants them', () => {
    const given: TracingOptions = {
      database: { foldQueriesAfter: 5, connectionWaitThresholdMillis: 3 },
    };
    const hidden = { foldQueriesAfter: 5, connectionWaitThresholdMillis: false };
    expect(recordingOptions(given, {}, parts).database).toEqual(hidden);
    const changes = { database: { connectionWaitThresholdMillis: 1 } };
    expect(recordingOptions(given, changes, parts).database).toEqual({
      ...hidden,
      connectionWaitThresholdMillis: 1,
    });
  });

  it('takes an undefined change for none', () => {
    const given: TracingOptions = { serviceName: 'orders', redaction: false };
    const changes = { serviceName: undefined, redaction: undefined, clock: undefined };
    expect(recordingOptions(given, changes, parts)).toMatchObject({ ...given, clock: parts.clock });
  });

  it('has the span processors of both, behind the recorder', () => {
    const [first, second] = [new SpanRecorder(), new SpanRecorder()];
    const given = { spanProcessors: [first] };
    const { spanProcessors } = recordingOptions(given, { spanProcessors: [second] }, parts);
    expect(spanProcessors).toHaveLength(3);
    [parts.recorder, first, second].forEach((processor, index) => {
      expect(spanProcessors?.[index]).toBe(processor);
    });
  });

  it.each([
    [{ spanProcessors: 'x' as never }, {}],
    [{}, { spanProcessors: 'x' as never }],
  ])('refuses span processors that are no array', (given, changes) => {
    expect(() => recordingOptions(given, changes, parts)).toThrow(
      'spanProcessors must be an array',
    );
  });

  const limits: [TracingOptions['http'], TracingOptions['http'], TracingOptions['http']][] = [
    [undefined, undefined, undefined],
    [{ server: false }, undefined, { server: false }],
    [undefined, { server: false }, { server: false }],
    [{ server: false }, { client: false }, { server: false, client: false }],
    [{ client: false }, { client: { requireParent: true } }, { client: { requireParent: true } }],
    [{ client: { requireParent: true } }, { client: false }, { client: false }],
    [
      { client: { requireParent: true, ignore: [] } },
      { client: { requireParent: false } },
      { client: { requireParent: false, ignore: [] } },
    ],
  ];

  it.each(limits)('makes of http %j and %j %j', (given, changes, expected) => {
    expect(recordingOptions({ http: given }, { http: changes }, parts).http).toEqual(expected);
  });
});
