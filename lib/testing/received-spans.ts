import type { ReadableSpan } from '../trace/index.js';
import { SpanRecorder } from './span-recorder.js';

/** What a test passed to `expect`. */
export interface ReceivedSpans {
  /** What it is, for messages. */
  readonly word: 'recorder' | 'spans' | 'span';
  /** The recorder, if it is one. */
  readonly recorder: SpanRecorder | undefined;
  readonly ended: readonly ReadableSpan[];
  readonly open: readonly ReadableSpan[];
}

/** Whether a value is a span of this library or of an OpenTelemetry SDK that records. */
export function isSpan(value: unknown): value is ReadableSpan {
  if (typeof value !== 'object' || value === null) return false;
  const { name, spanContext, attributes, startTime } = value as Partial<ReadableSpan>;
  return (
    typeof name === 'string' &&
    typeof spanContext === 'function' &&
    typeof attributes === 'object' &&
    Array.isArray(startTime)
  );
}

/** Whether a value is a list of spans, and not empty. */
export function isSpanList(value: unknown): value is readonly ReadableSpan[] {
  return Array.isArray(value) && value.length > 0 && value.every(isSpan);
}

/**
 * Reads what a test passed to `expect`: a recorder, a list of spans that can be empty, or a span.
 *
 * @param matcher the name of the matcher, for the message
 * @throws Error for any other value, with a remedy
 */
export function readReceived(received: unknown, matcher: string): ReceivedSpans {
  if (received instanceof SpanRecorder) {
    const { spans: ended, openSpans: open } = received;
    return { word: 'recorder', recorder: received, ended, open };
  }
  const isList = Array.isArray(received) && received.every(isSpan);
  if (!isList && !isSpan(received)) throw new Error(describeWrong(received, matcher));
  const spans: readonly ReadableSpan[] = isList ? received : [received as ReadableSpan];
  return {
    word: isList ? 'spans' : 'span',
    recorder: undefined,
    ended: spans.filter(({ ended }) => ended),
    open: spans.filter(({ ended }) => !ended),
  };
}

function describeWrong(received: unknown, matcher: string): string {
  const [what, remedy] = describeReceived(received);
  const needed = 'needs a SpanRecorder, a list of spans or a span';
  return `${matcher} ${needed}, but expect() received ${what}.${remedy === '' ? '' : ` ${remedy}`}`;
}

function describeReceived(received: unknown): [what: string, remedy: string] {
  if (typeof received !== 'object' || received === null) {
    return typeof received === 'function'
      ? [`the function ${received.name}`, 'Call it first.']
      : [JSON.stringify(received) ?? 'undefined', ''];
  }
  if (Array.isArray(received)) {
    const index = received.findIndex((element) => !isSpan(element));
    return [`an array whose element ${index} is not a span`, ''];
  }
  const members = received as { then?: unknown; get?: unknown; recorder?: unknown };
  if (typeof members.then === 'function') return ['a promise', 'Await it, or use .resolves.'];
  if (members.recorder instanceof SpanRecorder) return ['a test tracing', 'Pass its recorder.'];
  const { name: className } = received.constructor ?? Object;
  const what = className === 'Object' ? 'an object' : `an instance of ${className}`;
  if (typeof members.get === 'function' && 'select' in received) {
    return [what, 'Pass its recorder: expect(app.get(SpanRecorder)).'];
  }
  return [what, ''];
}
