import { describe, expect, it } from '@jest/globals';
import { scrapePrometheus } from '../../../../lib/export/prometheus/scrape.js';
import { GivenProducer, manySeries } from '../../../support/metric-source.js';

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
