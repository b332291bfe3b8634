import { describe, expect, it } from '@jest/globals';
import { scrapePrometheus } from '../../../../lib/export/index.js';
import {
  createMetricsController,
  TracingMetricsController,
} from '../../../../lib/nest/metrics/tracing-metrics.controller.js';
import { GivenProducer, manySeries } from '../../../support/metric-source.js';

describe('createMetricsController', () => {
  it('is the controller itself, or a subclass at a path', () => {
    expect(createMetricsController({})).toBe(TracingMetricsController);
    const atPath = createMetricsController({ path: 'internal/metrics' });
    expect(Object.getPrototypeOf(atPath)).toBe(TracingMetricsController);
    expect(Reflect.getMetadata('path', atPath)).toBe('internal/metrics');
    expect(Reflect.getMetadata('path', TracingMetricsController)).toBe('metrics');
  });
});

describe('scrapePrometheus', () => {
  it.each([
    [
      undefined,
      'text/plain; version=0.0.4; charset=utf-8',
      /\norders_placed_total\{order_kind="kind 0",.*\} 1\n$/,
    ],
    [
      'application/openmetrics-text',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
      /# EOF\n$/,
    ],
  ])('answers Accept: %s', async (accept, contentType, end) => {
    const producer = new GivenProducer();
    producer.metrics = [manySeries(1)];
    const scrape = await scrapePrometheus(producer, { accept });
    expect(scrape.contentType).toBe(contentType);
    expect(scrape.body).toMatch(end);
  });
});
