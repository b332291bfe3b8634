import type { ReadableSpan } from '../trace/index.js';
import { type ExportResult, ExportResultCode } from './exporter.js';
import type { SpanExporter } from './span-exporter.js';

/** Accepts spans and discards them. */
export class NoopSpanExporter implements SpanExporter {
  #isShutDown = false;

  export(_spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    resultCallback(
      this.#isShutDown
        ? { code: ExportResultCode.FAILED, error: new Error('The exporter is shut down') }
        : { code: ExportResultCode.SUCCESS },
    );
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.#isShutDown = true;
    return Promise.resolve();
  }
}
