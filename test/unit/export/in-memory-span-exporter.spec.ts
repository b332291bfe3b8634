import { describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter } from '../../../lib/export/index.js';
import { describeSpanExporter } from '../../suites/span-exporter.suite.js';
import { endedSpans } from '../../support/span-source.js';

describeSpanExporter({
  name: 'InMemorySpanExporter',
  create: () => {
    const exporter = new InMemorySpanExporter();
    return { exporter, deliveredNames: () => exporter.getFinishedSpans().map(({ name }) => name) };
  },
  cannot: { fail: 'memory takes everything' },
});

describe('InMemorySpanExporter', () => {
  it('hands out a list that does not change', () => {
    const exporter = new InMemorySpanExporter();
    const [first, second] = endedSpans(2);
    exporter.export([first!], () => {});
    const early = exporter.getFinishedSpans();
    exporter.export([second!], () => {});
    expect(early).toEqual([first]);
    expect(exporter.getFinishedSpans()).toEqual([first, second]);
  });

  it('forgets when it is reset, and still has what came when it is shut down', async () => {
    const exporter = new InMemorySpanExporter();
    const [first, second] = endedSpans(2);
    exporter.export([first!], () => {});
    exporter.reset();
    exporter.export([second!], () => {});
    await exporter.shutdown();
    expect(exporter.getFinishedSpans()).toEqual([second]);
  });
});
