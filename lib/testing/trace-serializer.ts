import type { ReadableSpan } from '../trace/index.js';
import { isSpan, isSpanList } from './received-spans.js';
import { SpanRecorder } from './span-recorder.js';
import { type TraceTextOptions, traceAsText } from './trace-as-text.js';
import { variesBetweenRuns } from './varies-between-runs.js';

/** A serializer for the snapshots of jest and vitest. */
export interface TraceSerializer {
  /** Whether the value is a span, a list of spans or a `SpanRecorder`. */
  test(value: unknown): boolean;
  /**
   * Formats the spans as text.
   *
   * @throws Error for a `SpanRecorder`, because a snapshot of it would leave its spans unread
   */
  serialize(value: unknown, configuration: unknown, indentation: string): string;
}

/**
 * Creates a serializer that shows spans in snapshots as `traceAsText` does, without times and ids.
 *
 * @param options the options of `traceAsText`; `mask` is by default `variesBetweenRuns`
 * @example
 * expect.addSnapshotSerializer(createTraceSerializer({ attributes: ['order.id'], events: true }));
 */
export function createTraceSerializer(options: TraceTextOptions = {}): TraceSerializer {
  return {
    test: (value) => isSpan(value) || isSpanList(value) || value instanceof SpanRecorder,
    serialize: (value, _, indentation) => {
      if (value instanceof SpanRecorder) {
        throw new Error(
          'A snapshot needs spans, and not their recorder. Take them: expect(recorder.takeSpans()).toMatchInlineSnapshot().',
        );
      }
      const spans = (Array.isArray(value) ? value : [value]) as readonly ReadableSpan[];
      const text = traceAsText(spans, { mask: variesBetweenRuns, ...options });
      // Below the first line, which stands behind the key of a property.
      return text.replace(/\n(?=.)/g, `\n${indentation}`);
    },
  };
}

/**
 * Shows spans in snapshots as indented text without times and ids, with all attributes. Values that vary
 * between runs are `*`.
 *
 * @example
 * expect.addSnapshotSerializer(traceSerializer);
 *
 * expect(recorder.takeSpans()).toMatchInlineSnapshot();
 */
export const traceSerializer: TraceSerializer = createTraceSerializer();
