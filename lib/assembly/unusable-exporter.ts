import {
  DATA_POINT_WORDS,
  type ExportResult,
  ExportResultCode,
  type ItemWords,
  LOG_RECORD_WORDS,
  SPAN_WORDS,
} from '../export/exporter.js';

/**
 * Replaces an exporter that the environment requests and that cannot be created. Each export fails: the
 * application runs, its spans or log records are counted as failed, and the health check shows the reason.
 */
class UnusableExporter {
  /** The cause and the remedy. */
  readonly reason: Error;

  /** @param trouble the cause and the remedy, without a full stop */
  constructor(trouble: string, { many }: ItemWords) {
    this.reason = new Error(`No ${many} are exported: ${trouble.replace(/\.$/, '')}.`);
  }

  export(_items: unknown, resultCallback: (result: ExportResult) => void): void {
    resultCallback({ code: ExportResultCode.FAILED, error: this.reason });
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** Its name is that of the exporter in the counts and in the health check. */
export class UnusableSpanExporter extends UnusableExporter {
  /** @param trouble the cause and the remedy, without a full stop */
  constructor(trouble: string) {
    super(trouble, SPAN_WORDS);
  }
}

/** As {@link UnusableSpanExporter}, for log records. */
export class UnusableLogExporter extends UnusableExporter {
  /** @param trouble the cause and the remedy, without a full stop */
  constructor(trouble: string) {
    super(trouble, LOG_RECORD_WORDS);
  }
}

/** As {@link UnusableSpanExporter}, for metrics. */
export class UnusableMetricExporter extends UnusableExporter {
  /** @param trouble the cause and the remedy, without a full stop */
  constructor(trouble: string) {
    super(trouble, DATA_POINT_WORDS);
  }
}
