import type { TraceJson } from './answers.js';
import type { ShownSource } from './source-json.js';
import type { TraceContextJson } from './trace-context.js';

/** What a trace that was saved as a file of HTML carries. */
export interface SavedTraceJson {
  /** As `GET /api/traces/:id` answered. */
  readonly trace: TraceJson;
  /** As `GET /api/traces/:id/context` answered. */
  readonly context: TraceContextJson;
  /** All spans with their details: an `ExportTraceServiceRequest` in the JSON form of OTLP. */
  readonly otlp: OtlpRequestJson;
  /** The source code of places that spans name, those of failures first. @default none */
  readonly sources?: readonly SavedSourceJson[];
  /** When it was saved, in epoch milliseconds. */
  readonly savedMillis: number;
  /** The version of the library that saved it. */
  readonly version: string;
}

/** The source code at a place. */
export interface SavedSourceJson {
  /** As `keyOfPlace` writes it. */
  readonly place: string;
  readonly source: ShownSource;
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
