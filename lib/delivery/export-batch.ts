import type { ExportResult, SpanExporter } from '../export/span-exporter.js';
import type { ReadableSpan } from '../trace/index.js';

/** What one export delivers. */
export interface ExportBatch {
  /** How many spans. */
  readonly size: number;
  /** What the resources of OpenTelemetry's spans still find out about; ours know all from the start. */
  readonly pending: Promise<void>[] | undefined;
  /** Called once. As `SpanExporter.export`: may call back twice, never, or throw instead. */
  export(resultCallback: (result: ExportResult) => void): unknown;
}

/** A batch that spans are put into as they end, and that keeps nothing of them but what will be sent. */
export interface OpenBatch extends ExportBatch {
  /** Of its spans, as they will be sent. */
  readonly byteCount: number;
  /** Puts a span in, for good. Does not throw. */
  add(span: ReadableSpan): void;
  /**
   * Lets go of what only further spans would need, for a batch that will wait. None may come after it.
   */
  seal(): void;
}

/** Spans as they are, for an exporter of whatever kind. */
export class BatchOfSpans implements ExportBatch {
  constructor(
    private readonly exporter: SpanExporter,
    private readonly spans: ReadableSpan[],
  ) {}

  get size(): number {
    return this.spans.length;
  }

  get pending(): Promise<void>[] | undefined {
    let resource: ReadableSpan['resource'] | undefined;
    const resources = new Set<ReadableSpan['resource']>();
    for (const span of this.spans) {
      if (span.resource === resource) continue;
      resource = span.resource;
      resources.add(resource);
    }
    return pendingOf(resources);
  }

  export(resultCallback: (result: ExportResult) => void): unknown {
    return this.exporter.export(this.spans, resultCallback);
  }
}

/** The promises of those resources that are not complete yet; undefined where all are. */
export function pendingOf(
  resources: Iterable<ReadableSpan['resource']>,
): Promise<void>[] | undefined {
  let pending: Promise<void>[] | undefined;
  for (const resource of resources) {
    if (resource?.asyncAttributesPending !== true) continue;
    pending ??= [];
    pending.push(Promise.resolve(resource.waitForAsyncAttributes?.()));
  }
  return pending;
}
