import { type ExportResult, ExportResultCode, type SpanExporter } from '../export/index.js';
import type { ReadableSpan } from '../trace/index.js';

/**
 * Replaces an exporter that the environment requests and that cannot be created. Each export fails: the
 * application runs, its spans are counted as failed, and the health check shows the reason.
 */
export class UnusableSpanExporter implements SpanExporter {
  /** The cause and the remedy. */
  readonly reason: Error;

  /** @param trouble the cause and the remedy, without a full stop */
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
