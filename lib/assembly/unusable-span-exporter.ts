import { type ExportResult, ExportResultCode, type SpanExporter } from '../export/index.js';
import type { ReadableSpan } from '../trace/index.js';

/**
 * Stands for an exporter that the environment asks for and that cannot be made. Each export fails, so
 * that the spans are counted as failed and the health check shows the reason: the application runs,
 * and nobody takes it for traced.
 */
export class UnusableSpanExporter implements SpanExporter {
  /** Why nothing is exported, and the remedy. */
  readonly reason: Error;

  /** @param trouble what cannot be used, and the remedy, without a full stop */
  constructor(trouble: string) {
    this.reason = new Error(`No spans are exported: ${trouble.replace(/\.$/, '')}.`);
  }

  export(_spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    resultCallback({ code: ExportResultCode.FAILED, error: this.reason });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
