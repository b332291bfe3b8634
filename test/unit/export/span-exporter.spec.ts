import { setImmediate } from 'node:timers/promises';
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
  type ExportResult,
  ExportResultCode,
  InMemorySpanExporter,
  OtlpSpanExporter,
  type SpanBatch,
  type SpanExporter,
} from '../../../lib/export/index.js';
import type { ReadableSpan, SpanProcessor } from '../../../lib/trace/index.js';
import { describeSpanExporter } from '../../suites/span-exporter.suite.js';

type Callback = (result: ExportResult) => void;

/** An exporter of a user, which writes a line for each span and encodes spans as they end. */
class LineExporter implements SpanExporter {
  readonly written: string[] = [];
  #isShutDown = false;

  constructor(private readonly isBroken = false) {}

  export(spans: ReadableSpan[], resultCallback: Callback): void {
    const batch = new LineBatch(this);
    for (const span of spans) batch.add(span);
    batch.export(resultCallback);
  }

  openBatch(): SpanBatch | undefined {
    return this.export === LineExporter.prototype.export ? new LineBatch(this) : undefined;
  }

  async write(lines: readonly string[]): Promise<void> {
    await setImmediate();
    if (this.#isShutDown || this.isBroken) throw new Error('The file is closed');
    this.written.push(...lines);
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
  }
}

class LineBatch implements SpanBatch {
  readonly #lines: string[] = [];
  #skippedCount = 0;

  constructor(private readonly exporter: LineExporter) {}

  add(span: ReadableSpan): number {
    try {
      const { name, attributes } = span;
      const line = JSON.stringify({ name, attributes });
      this.#lines.push(line);
      return line.length;
    } catch {
      this.#skippedCount++;
      return 0;
    }
  }

  export(resultCallback: Callback): void {
    const rejectedCount = this.#skippedCount;
    const rest = { rejectedCount, error: new Error(`${rejectedCount} spans are unreadable`) };
    this.exporter.write(this.#lines).then(
      () => resultCallback({ code: ExportResultCode.SUCCESS, ...(rejectedCount > 0 && rest) }),
      (error: Error) => resultCallback({ code: ExportResultCode.FAILED, error }),
    );
  }
}

describeSpanExporter({
  name: 'An exporter of a user that opens batches',
  opensBatches: true,
  create: () => {
    const exporter = new LineExporter();
    const deliveredNames = () => exporter.written.map((line) => JSON.parse(line).name as string);
    return { exporter, deliveredNames };
  },
  createFailing: () => ({ exporter: new LineExporter(true) }),
});

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
