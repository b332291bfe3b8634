import { describe, expect, it } from '@jest/globals';
import { MetricsView } from '../../../lib/delivery/metrics-view.js';
import {
  InMemoryMetricExporter,
  type MetricExporter,
  type ReadableMetric,
  type TemporalityPreference,
} from '../../../lib/export/index.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import {
  EVERY_KIND,
  type GivenMetric,
  READ_MILLIS,
  RESOURCE,
  SPAN_ID,
  START_MILLIS,
  snapshotOf,
  TRACE_ID,
} from '../../support/metric-source.js';
import { createRegistry } from '../../support/metrics-registry.js';

const MINUTE_MILLIS = 60_000;

function viewFor(temporalityPreference: TemporalityPreference): MetricsView {
  return new MetricsView(
    new InMemoryMetricExporter({ temporalityPreference }),
    new ReadDiagnostics(),
  );
}

/** Reads at a minute after the first reading; counts as delivered unless it says otherwise. */
function readAt(
  view: MetricsView,
  minute: number,
  metrics: readonly GivenMetric[],
  isDelivered = true,
): ReadableMetric[] {
  const reading = view.read(snapshotOf(metrics, READ_MILLIS + minute * MINUTE_MILLIS));
  if (isDelivered) reading.delivered();
  return reading.metrics.scopeMetrics.flatMap((scope) => scope.metrics);
}

/** `name: attributes = value since so many minutes`, where the first reading is minute 0. */
function asText(metrics: readonly ReadableMetric[]): string[] {
  return metrics.flatMap(({ descriptor, dataPoints }) =>
    dataPoints.map(({ attributes, value, startTime, endTime }) => {
      const series = Object.values(attributes).join(' ');
      const [start, end] = [startTime, endTime].map(minuteOf);
      const shown =
        typeof value === 'number'
          ? value
          : `count ${value.count} sum ${value.sum} ${'buckets' in value ? value.buckets.counts : ''}`;
      return `${descriptor.name}${series && ` ${series}`} = ${shown} in ${start}–${end}`;
    }),
  );
}

function minuteOf([seconds, nanos]: readonly [number, number]): string {
  const millis = seconds * 1000 + nanos / 1e6;
  if (Math.round(millis) === START_MILLIS) return 'start';
  return String((millis - READ_MILLIS) / MINUTE_MILLIS);
}

const counterOf = (value: number, rest: GivenMetric = {}): GivenMetric => ({
  name: 'orders',
  series: [[{}, value]],
  ...rest,
});

describe('MetricsView with cumulative values', () => {
  it('keeps the values, and adds what exporters need', () => {
    const { metrics } = viewFor('cumulative').read(snapshotOf(EVERY_KIND));
    expect(metrics.resource).toBe(RESOURCE);
    const [{ scope, metrics: list }] = metrics.scopeMetrics as [
      (typeof metrics.scopeMetrics)[number],
    ];
    expect(scope).toEqual({ name: 'orders.metrics', version: '1.0.0' });
    const shapes = list.map((metric) => [
      metric.descriptor.name,
      metric.dataPointType,
      metric.aggregationTemporality,
      'isMonotonic' in metric ? metric.isMonotonic : undefined,
    ]);
    expect(shapes).toEqual([
      ['orders.placed', 3, 1, true],
      ['orders.open', 3, 1, false],
      ['pool.usage', 2, 1, undefined],
      ['http.server.request.duration', 0, 1, undefined],
    ]);
    expect(list[3]?.dataPoints[0]).toEqual({
      startTime: [1_714_979_280, 0],
      endTime: [1_714_979_289, 250_000],
      attributes: { 'http.route': '/orders/:id', 'http.response.status_code': 200 },
      value: {
        buckets: { boundaries: [0.005, 0.1, 1], counts: [1, 2, 0, 1] },
        count: 4,
        sum: expect.closeTo(3.102),
        min: 0.002,
        max: 3,
      },
      exemplars: [
        { value: 3, timestamp: [1_714_979_288, 500_250_000], traceId: TRACE_ID, spanId: SPAN_ID },
      ],
    });
  });

  it('counts from the start at each reading', () => {
    const view = viewFor('cumulative');
    readAt(view, 0, [counterOf(3)]);
    expect(asText(readAt(view, 1, [counterOf(5)]))).toEqual(['orders = 5 in start–1']);
  });

  it('leaves out metrics and scopes without points', () => {
    expect(readAt(viewFor('cumulative'), 0, [{ series: [] }])).toEqual([]);
  });
});

describe('MetricsView with deltas', () => {
  it('counts since the last delivered reading', () => {
    const view = viewFor('delta');
    const read = (minute: number, value: number, isDelivered = true) =>
      asText(readAt(view, minute, [counterOf(value)], isDelivered));
    expect(read(0, 3)).toEqual(['orders = 3 in start–0']);
    expect(read(1, 5)).toEqual(['orders = 2 in 0–1']);
    expect(read(2, 9, false)).toEqual(['orders = 4 in 1–2']);
    expect(read(3, 10)).toEqual(['orders = 5 in 1–3']);
    expect(read(4, 10)).toEqual([]);
    expect(read(5, 11)).toEqual(['orders = 1 in 4–5']);
  });

  it('tells series apart, whatever the order and the object of their attributes', () => {
    const view = viewFor('delta');
    const series = (a: object, value: number): GivenMetric['series'] => [
      [a as Record<string, string>, value],
      [{ kind: 'other' }, value * 10],
    ];
    readAt(view, 0, [{ name: 'orders', series: series({ kind: 'book', express: true }, 1) }]);
    const next = [{ name: 'orders', series: series({ express: true, kind: 'book' }, 4) }];
    expect(asText(readAt(view, 1, next))).toEqual([
      'orders true book = 3 in 0–1',
      'orders other = 30 in 0–1',
    ]);
  });

  it('subtracts the buckets of histograms, without a minimum and a maximum that it does not know', () => {
    const view = viewFor('delta');
    const histogram = (values: number[], exemplarMillis: number): GivenMetric[] => [
      { kind: 'histogram', name: 'duration', values: [[{}, values]], exemplarMillis },
    ];
    const [first] = readAt(view, 0, histogram([0.05, 5], READ_MILLIS - 1));
    expect(first?.dataPoints[0]?.value).toMatchObject({ min: 0.05, max: 5 });
    const [second] = readAt(view, 1, histogram([0.05, 5, 0.5], READ_MILLIS - 1));
    expect(asText([second as ReadableMetric])).toEqual(['duration = count 1 sum 0.5 0,1,0 in 0–1']);
    expect(second?.dataPoints[0]?.value).not.toHaveProperty('min');
    expect(second?.dataPoints[0]).not.toHaveProperty('exemplars');
    const [third] = readAt(
      view,
      2,
      histogram([0.05, 5, 0.5, 1], READ_MILLIS + 1.5 * MINUTE_MILLIS),
    );
    expect(third?.dataPoints[0]?.exemplars).toHaveLength(1);
  });

  it('begins again where a series does, and where a counter falls', () => {
    const view = viewFor('delta');
    readAt(view, 0, [counterOf(7)]);
    expect(asText(readAt(view, 1, [counterOf(2)]))).toEqual(['orders = 2 in 0–1']);
    const later = counterOf(5, { startTimeMillis: READ_MILLIS + 1.5 * MINUTE_MILLIS });
    expect(asText(readAt(view, 2, [later]))).toEqual(['orders = 5 in 1.5–2']);
  });

  it.each([
    ['delta', ['counter = 1', 'observed counter = 1', 'up-down = 3', 'gauge = 3']],
    ['lowmemory', ['counter = 1', 'observed counter = 3', 'up-down = 3', 'gauge = 3']],
  ] as const)('are of the instruments that %s says', (preference, expected) => {
    const view = viewFor(preference);
    const metrics = (value: number): GivenMetric[] => [
      counterOf(value, { name: 'counter' }),
      counterOf(value, { name: 'observed counter', isObservable: true }),
      counterOf(value, { name: 'up-down', kind: 'up_down_counter' }),
      counterOf(value, { name: 'gauge', kind: 'gauge' }),
    ];
    readAt(view, 0, metrics(2));
    const texts = asText(readAt(view, 1, metrics(3)));
    expect(texts.map((text) => text.replace(/ in .*/, ''))).toEqual(expected);
  });

  it('reports observed counters that did not change', () => {
    const view = viewFor('delta');
    const observed = counterOf(4, { isObservable: true });
    readAt(view, 0, [observed]);
    expect(asText(readAt(view, 1, [observed]))).toEqual(['orders = 0 in 0–1']);
  });
});

describe('MetricsView of a registry', () => {
  it.each([
    ['cumulative', ['recorded 3', 'observed 12', 'open 1']],
    ['delta', ['recorded 1', 'observed 2', 'open 1']],
    ['lowmemory', ['recorded 1', 'observed 12', 'open 1']],
  ] as const)('with %s values', (preference, expected) => {
    const { registry, clock } = createRegistry();
    const recorded = registry.counter('recorded');
    let observed = 10;
    registry.observe('counter', 'observed', {}, (observe) => observe(observed));
    registry.upDownCounter('open').add(1);
    recorded.add(2);
    const view = viewFor(preference);
    view.read(registry.collect()).delivered();
    recorded.add(1);
    observed = 12;
    clock.millis += 1000;
    registry.upDownCounter('open').add(0);
    const { metrics } = view.read(registry.collect());
    const texts = metrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .map(({ descriptor, dataPoints }) => `${descriptor.name} ${dataPoints[0]?.value}`);
    expect(texts).toEqual(expected);
  });
});

describe('MetricsView of an exporter', () => {
  it('without an answer, or with one that throws, is cumulative', () => {
    const diagnostics = new ReadDiagnostics();
    for (const selectAggregationTemporality of [
      undefined,
      () => {
        throw new Error('no idea');
      },
    ]) {
      const exporter = { selectAggregationTemporality } as unknown as MetricExporter;
      const view = new MetricsView(exporter, diagnostics);
      readAt(view, 0, [counterOf(1)]);
      expect(asText(readAt(view, 1, [counterOf(3)]))).toEqual(['orders = 3 in start–1']);
    }
    expect(diagnostics.lines[0]).toBe(
      'A metric exporter threw when it was asked for the temporality; its values are cumulative: Error: no idea',
    );
  });
});
