import { describe, expect, it } from '@jest/globals';
import * as stock from '@opentelemetry/sdk-metrics';
import { InMemoryMetricExporter } from '../../../lib/export/index.js';
import { temporalityOf } from '../../../lib/export/metric-exporter.js';
import {
  AggregationTemporality,
  countDataPoints,
  DataPointType,
} from '../../../lib/export/readable-metrics.js';
import { describeMetricExporter } from '../../suites/metric-exporter.suite.js';
import { manySeries, readableMetrics } from '../../support/metric-source.js';

describeMetricExporter({
  name: 'InMemoryMetricExporter',
  create: () => {
    const exporter = new InMemoryMetricExporter();
    return {
      exporter,
      deliveredValues: () =>
        exporter
          .getMetrics()
          .flatMap(({ scopeMetrics }) => scopeMetrics)
          .flatMap(({ metrics }) => metrics)
          .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value)),
    };
  },
});

describe('InMemoryMetricExporter', () => {
  it('keeps exports until it is reset, also after its shutdown', async () => {
    const exporter = new InMemoryMetricExporter({ temporalityPreference: 'delta' });
    const metrics = readableMetrics([manySeries(2)]);
    exporter.export(metrics, () => {});
    exporter.export(metrics, () => {});
    await exporter.shutdown();
    expect(exporter.getMetrics()).toEqual([metrics, metrics]);
    expect(exporter.selectAggregationTemporality('COUNTER')).toBe(AggregationTemporality.DELTA);
    exporter.reset();
    expect(exporter.getMetrics()).toEqual([]);
  });

  it('refuses a preference that is none', () => {
    const create = () => new InMemoryMetricExporter({ temporalityPreference: 'x' as 'delta' });
    expect(create).toThrow(/^InMemoryMetricExporter\.temporalityPreference must be one of/);
  });
});

describe('what is shared with OpenTelemetry', () => {
  it('are the values of its enumerations', () => {
    const enumOf = (values: object) =>
      Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'number'));
    expect(AggregationTemporality).toEqual(enumOf(stock.AggregationTemporality));
    expect(DataPointType).toEqual(enumOf(stock.DataPointType));
  });

  it('are the temporalities of each instrument', () => {
    const table = Object.values(stock.InstrumentType).map((type) => [
      type,
      ...(['cumulative', 'delta', 'lowmemory'] as const).map((each) => temporalityOf(each, type)),
    ]);
    expect(table).toEqual([
      ['COUNTER', 1, 0, 0],
      ['GAUGE', 1, 1, 1],
      ['HISTOGRAM', 1, 0, 0],
      ['UP_DOWN_COUNTER', 1, 1, 1],
      ['OBSERVABLE_COUNTER', 1, 0, 1],
      ['OBSERVABLE_GAUGE', 1, 1, 1],
      ['OBSERVABLE_UP_DOWN_COUNTER', 1, 1, 1],
    ]);
  });
});

describe('countDataPoints', () => {
  it('counts those of all metrics', () => {
    expect(countDataPoints(readableMetrics([manySeries(2), { ...manySeries(3), name: 'b' }]))).toBe(
      5,
    );
    expect(countDataPoints(readableMetrics([]))).toBe(0);
  });
});
