import { tracesFromSpans } from '../analysis/columns-from-spans.js';
import { findingsOf } from '../analysis/findings/findings.js';
import type { SpanRecord } from '../analysis/span-record.js';
import { traceText } from './trace-text.js';

/** Options of {@link spansAsText}. */
export interface SpansTextOptions {
  /** Number of columns, at least 80; a smaller number counts as 80. @default 110 */
  readonly width?: number;
  /** Whether to use the colours of ANSI terminals. @default false */
  readonly colors?: boolean;
  /** The most lines of the tree of a trace, each with its error below it. @default 500 */
  readonly maxLines?: number;
  /** Whether to show the attributes of each span below it. @default false */
  readonly attributes?: boolean;
}

/**
 * Formats spans as text, for terminals and for programs that read text: for each trace why it failed, what
 * took most of the time, what else was found, and the tree of its spans with their time on the critical
 * path.
 *
 * @param spans the spans of one or several traces, of any services, in any order
 * @returns lines without line breaks; a blank line between traces
 * @example
 * console.log(spansAsText(readOtlpJson(text).spans).join('\n'))
 */
export function spansAsText(
  spans: readonly SpanRecord[],
  options: SpansTextOptions = {},
): string[] {
  const { attributes = false, ...textOptions } = options;
  return tracesFromSpans(spans).flatMap(({ trace, records }, index) => {
    const attributesOf = attributes ? (row: number) => records[row]?.attributes : () => undefined;
    const lines = traceText(trace, { ...textOptions, attributesOf, findings: findingsOf });
    return index === 0 ? lines : ['', ...lines];
  });
}
