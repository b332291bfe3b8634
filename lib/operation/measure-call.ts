import {
  type Attributes,
  INVALID_SPAN_CONTEXT,
  type SpanContext,
  SpanKind,
} from '@opentelemetry/api';
import { type LocalSpan, type LocalTracer, NonRecordingSpan } from '../context/index.js';
import { settle } from './call-in-span.js';

/** Hears of the end of one call. */
export interface CallMeasure {
  /** The work of the call is over. Called once. Must not throw. */
  succeeded(): void;
  /** The call, or the work behind its result, has failed. Called once, in place of `succeeded`. Must not throw. */
  failed(error: unknown): void;
}

/**
 * Calls `fn`, and tells when its work ends, as `callInSpan` knows it. What `fn` throws, rejects or emits passes
 * unchanged, and no context changes. A result that is collected before anybody has consumed it has no end.
 *
 * @param begin called before `fn`, and before each further subscription of an Observable. Must not throw
 * @returns the result, or a replacement that behaves like it
 */
export function measureCall<T>(
  begin: () => CallMeasure,
  fn: (this: never, ...args: never[]) => T,
  self: unknown,
  args: ArrayLike<unknown>,
): T {
  const measure = begin();
  let result: T;
  try {
    result = Reflect.apply(fn as (...args: unknown[]) => T, self, args);
  } catch (error) {
    measure.failed(error);
    throw error;
  }
  return settle(result, new MeasuredWork(begin, measure), undefined, undefined);
}

/** Stands for a span where the end of work is watched. It is in no context. */
class MeasuredWork extends NonRecordingSpan implements LocalSpan {
  readonly isUnsampledForAll = false;
  readonly kind = SpanKind.INTERNAL;
  readonly name = '';
  readonly startTime = undefined;
  readonly durationMillis = undefined;
  readonly attributes: Attributes = {};
  readonly tracer: LocalTracer;
  private error: { readonly thrown: unknown } | undefined = undefined;
  private isOver = false;

  constructor(
    begin: () => CallMeasure,
    private readonly measure: CallMeasure,
  ) {
    super();
    // Each further subscription of an Observable asks for a span of its own.
    this.tracer = { startSpan: () => new MeasuredWork(begin, begin()) } as unknown as LocalTracer;
  }

  override isRecording(): boolean {
    return !this.isOver;
  }

  spanContext(): SpanContext {
    return INVALID_SPAN_CONTEXT;
  }

  currentTime(): undefined {
    return undefined;
  }

  beforeEnd(): void {}

  override addEvent(name?: string): this {
    // Nobody has consumed the result, and the time of its collection is not the time of its end.
    if (name === 'abandoned') this.isOver = true;
    return this;
  }

  recordExceptionOnce(): this {
    return this;
  }

  recordError(thrown: unknown): this {
    this.error = { thrown };
    return this;
  }

  override end(): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.error === undefined) this.measure.succeeded();
    else this.measure.failed(this.error.thrown);
  }
}
