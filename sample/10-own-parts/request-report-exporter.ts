import { Injectable, Logger } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import {
  type ExportResult,
  ExportResultCode,
  type ReadableSpan,
  type SpanExporter,
} from 'nestjs-traced';
import { Settings } from './settings.js';

/** Logs a line for each request. An exporter for a backend would send the batch there. */
@Injectable()
export class RequestReportExporter implements SpanExporter {
  private readonly logger = new Logger('Requests');

  constructor(private readonly settings: Settings) {}

  // Called with batches, outside of the requests. Says when the batch is delivered, or why not.
  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    for (const span of spans) {
      if (span.kind !== SpanKind.SERVER) continue;
      const [seconds, nanos] = span.duration;
      const speed = seconds * 1e3 + nanos / 1e6 > this.settings.slowMillis ? 'slow' : 'fast';
      const { 'http.response.status_code': status, 'cloud.region': region } = span.attributes;
      this.logger.log(`${span.name} → ${status}, ${speed}, in ${region}`);
    }
    done({ code: ExportResultCode.SUCCESS });
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
