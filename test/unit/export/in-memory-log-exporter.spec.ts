import { describe, expect, it } from '@jest/globals';
import { InMemoryLogExporter } from '../../../lib/export/index.js';
import { describeLogExporter } from '../../suites/log-exporter.suite.js';
import { emittedLogs } from '../../support/log-source.js';

describeLogExporter({
  name: 'InMemoryLogExporter',
  create: () => {
    const exporter = new InMemoryLogExporter();
    // Applications flush an instance, so it keeps what they have exported.
    return {
      exporter,
      deliveredBodies: () => exporter.getFinishedLogRecords().map(({ body }) => body),
    };
  },
});

describe('InMemoryLogExporter', () => {
  it('forgets its log records, and hands out copies of its list', () => {
    const exporter = new InMemoryLogExporter();
    exporter.export(emittedLogs(2), () => {});
    exporter.getFinishedLogRecords().pop();
    expect(exporter.getFinishedLogRecords()).toHaveLength(2);
    exporter.reset();
    expect(exporter.getFinishedLogRecords()).toEqual([]);
  });
});
