import type { TraceJson } from './answers.js';
import type { TraceContextJson } from './trace-context.js';

/** What a trace that was saved as a file of HTML carries. */
export interface SavedTraceJson {
  /** As `GET /api/traces/:id` answered. */
  readonly trace: TraceJson;
  /** As `GET /api/traces/:id/context` answered. */
  readonly context: TraceContextJson;
  /** All spans with their details: an `ExportTraceServiceRequest` in the JSON form of OTLP. */
  readonly otlp: OtlpRequestJson;
  /** When it was saved, in epoch milliseconds. */
  readonly savedMillis: number;
  /** The version of the library that saved it. */
  readonly version: string;
}

/** The part of an `ExportTraceServiceRequest` that finds spans. */
export interface OtlpRequestJson {
  readonly resourceSpans?: readonly OtlpResourceSpansJson[];
}

interface OtlpResourceSpansJson {
  readonly scopeSpans?: readonly {
    readonly spans?: readonly { readonly spanId?: string }[];
  }[];
}
