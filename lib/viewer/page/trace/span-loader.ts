import type { SpanRecord } from '../../analysis/span-record.js';
import { readOtlpJson } from '../../formats/otlp-json.js';

/** All details of a span. */
export interface SpanDetails {
  readonly record: SpanRecord;
  /** The answer of the server, for people who want to see what was sent. */
  readonly json: string;
}

/**
 * Reads the answer of the server about a span.
 *
 * @param kind of the two spans that share an id, the one of this kind
 * @returns undefined if the answer has no span
 */
export function readSpanDetails(text: string, kind: number): SpanDetails | undefined {
  const { spans } = readOtlpJson(text);
  const record = spans.find((span) => span.kind === kind) ?? spans[0];
  if (record === undefined) return undefined;
  return { record, json: JSON.stringify(JSON.parse(text), null, 2) };
}
