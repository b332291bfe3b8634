import { describe, expect, it } from '@jest/globals';
import {
  BatchSpanProcessor as StockBatchSpanProcessor,
  InMemorySpanExporter as StockInMemorySpanExporter,
  type SpanExporter as StockSpanExporter,
  type SpanProcessor as StockSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { BatchSpanProcessor, SimpleSpanProcessor } from '../../../lib/delivery/index.js';
import {
  ConsoleSpanExporter,
  ExportResultCode,
  InMemorySpanExporter,
  OtlpSpanExporter,
  type SpanExporter,
} from '../../../lib/export/index.js';
import type { SpanProcessor } from '../../../lib/trace/index.js';

describe('the contracts of export', () => {
  it('number the results as OpenTelemetry does', () => {
    expect(ExportResultCode).toEqual({ SUCCESS: 0, FAILED: 1 });
  });

  it('are those of OpenTelemetry: exporters and processors fit on either side', () => {
    const memory = new InMemorySpanExporter();
    const ours: StockSpanExporter[] = [memory, new OtlpSpanExporter(), new ConsoleSpanExporter()];
    const theirs: SpanExporter = new StockInMemorySpanExporter();
    const ourProcessors: StockSpanProcessor[] = [
      new BatchSpanProcessor(theirs),
      new SimpleSpanProcessor(theirs),
    ];
    const theirProcessor = new StockBatchSpanProcessor(memory) as unknown as SpanProcessor;
    expect(ours.every(({ shutdown }) => typeof shutdown === 'function')).toBe(true);
    expect(ourProcessors.every(({ onEnd }) => typeof onEnd === 'function')).toBe(true);
    expect(theirProcessor.counts).toBeUndefined();
  });
});
