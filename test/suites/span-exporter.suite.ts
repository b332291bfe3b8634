import { describe, it } from '@jest/globals';
import {
  describeContract,
  type SpanExporterSubject,
  spanExporterContract,
} from '../../lib/testing/contracts/index.js';
import { stockSpans } from '../support/stock-spans.js';

/** The contract of exporters as it is shipped, with the spans of the SDK that is installed here. */
export function describeSpanExporter(subject: SpanExporterSubject): void {
  const foreignSpans = [{ of: 'the installed OpenTelemetry SDK', create: stockSpans }];
  const cases = spanExporterContract({ foreignSpans, ...subject });
  describeContract(`${subject.name} as a span exporter`, cases, { describe, it });
}
