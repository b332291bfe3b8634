import type { ReadableSpan } from '../trace/index.js';
import { type ExportResult, ExportResultCode } from './exporter.js';
import type { SpanExporter } from './span-exporter.js';

/** Keeps all spans in memory, without a limit: for tests. */
export class InMemorySpanExporter implements SpanExporter {
  #spans: ReadableSpan[] = [];
  #isShutDown = false;

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (this.#isShutDown) {
      resultCallback({
        code: ExportResultCode.FAILED,
        error: new Error('The exporter is shut down'),
      });
      return;
    }
    for (const span of spans) this.#spans.push(span);
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  /** The exported spans, in the order in which they ended. */
  getFinishedSpans(): ReadableSpan[] {
    return [...this.#spans];
  }

  /** Removes all spans. */
  reset(): void {
    this.#spans = [];
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** Later exports fail; the spans can still be read. */
  shutdown(): Promise<void> {
    this.#isShutDown = true;
    return Promise.resolve();
  }
}
