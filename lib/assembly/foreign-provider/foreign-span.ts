import {
  type Attributes,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import { type AttributeValue, LocalSpan } from '../../context/index.js';
import {
  describeException,
  EXCEPTION_EVENT,
  isFirstSeenInTrace,
  toExceptionAttributes,
} from '../../trace/exception.js';
import { emitException } from '../../trace/exception-log.js';
import { SpanDetails } from '../../trace/span-details.js';
import { nextStatus, STATUS_UNSET } from '../../trace/span-status.js';
import { isTimeInput, toHrTime, toMillis } from '../../trace/time.js';
import type { TimeAnchor } from '../../trace/tracer-core.js';
import type { ForeignTracer } from './foreign-tracer.js';

// Semantic conventions 1.45.0, `docs/general/recording-errors.md`.
const ERROR_TYPE = 'error.type';

/**
 * A span of another provider, with the rules of this library: times come from the library's clock, an
 * error is recorded once in a trace and without secret values, and only the first end counts. What is
 * set goes to the provider's span at once, so that its processors see it.
 */
export class ForeignSpan extends LocalSpan {
  private readonly isRecorded: boolean;
  private ended = false;
  private isEnding = false;
  private endMillis: number;
  private currentName: string;
  private status: SpanStatus = STATUS_UNSET;
  private details: SpanDetails | undefined = undefined;

  constructor(
    readonly tracer: ForeignTracer,
    /** The span of the provider. */
    readonly providedSpan: Span,
    name: string,
    private readonly givenKind: SpanKind,
    /** What the times of the span count from; its children take it over. */
    readonly anchor: TimeAnchor,
    /** Milliseconds with a fraction since the anchor's origin. */
    readonly startMillis: number,
  ) {
    super();
    this.isRecorded = providedSpan.isRecording();
    this.currentName = name;
    this.endMillis = startMillis;
  }

  /** False: the provider's sampler decides about each span. */
  get isUnsampledForAll(): boolean {
    return false;
  }

  get kind(): SpanKind {
    return this.isRecorded ? this.givenKind : SpanKind.INTERNAL;
  }

  get name(): string {
    return this.isRecorded ? this.currentName : '';
  }

  get startTime(): HrTime | undefined {
    return this.isRecorded ? this.hrTime(this.startMillis) : undefined;
  }

  get durationMillis(): number | undefined {
    return this.ended ? this.endMillis - this.startMillis : undefined;
  }

  /** Empty also for a provider whose spans do not show their attributes. */
  get attributes(): Attributes {
    if (!this.isRecorded) return {};
    const { attributes } = this.providedSpan as { attributes?: Attributes };
    return { ...attributes };
  }

  currentTime(): HrTime | undefined {
    return this.isRecorded ? this.hrTime(this.now()) : undefined;
  }

  spanContext(): SpanContext {
    return this.providedSpan.spanContext();
  }

  isRecording(): boolean {
    return this.isRecorded && !this.ended;
  }

  setAttribute(key: string, value: AttributeValue | undefined): this {
    return value === undefined ? this : this.setAttributes({ [key]: value });
  }

  setAttributes(attributes: Attributes): this {
    if (!this.takesChanges()) return this;
    const kept = this.tracer.usableAttributes(attributes);
    return this.forward((span) => span.setAttributes(kept));
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (!this.takesChanges()) return this;
    const isTime = isTimeInput(attributesOrTime);
    const attributes = isTime ? undefined : attributesOrTime;
    const at = this.timeOf(isTime ? (time ?? attributesOrTime) : time);
    const kept = this.tracer.usableAttributes(attributes);
    return this.forward((span) => span.addEvent(name, kept, at));
  }

  addLink(link: Link): this {
    return this.addLinks([link]);
  }

  addLinks(links: Link[]): this {
    if (!this.takesChanges() || !Array.isArray(links)) return this;
    const kept = this.tracer.usableLinks(links);
    return this.forward((span) => span.addLinks(kept));
  }

  setStatus(status: SpanStatus): this {
    if (!this.takesChanges()) return this;
    const next = nextStatus(this.status, status);
    if (next === this.status) return this;
    this.status = next;
    return this.forward((span) => span.setStatus(next));
  }

  updateName(name: string): this {
    if (!this.takesChanges()) return this;
    if (typeof name !== 'string' || name === '') {
      this.tracer.diagnostics.report(
        '`updateName` was called without a name; the span keeps its name',
      );
      return this;
    }
    this.currentName = name;
    return this.forward((span) => span.updateName(name));
  }

  /** Adds an `exception` event and nothing else; {@link recordError} sets the status too. */
  recordException(exception: Exception, time?: TimeInput): void {
    if (!this.takesChanges()) return;
    isFirstSeenInTrace(exception, this.spanContext().traceId);
    this.addException(exception, time);
  }

  recordExceptionOnce(exception: unknown): this {
    if (!this.takesChanges()) return this;
    if (!isFirstSeenInTrace(exception, this.spanContext().traceId)) return this;
    this.addException(exception, undefined);
    return this;
  }

  recordError(error: unknown): this {
    if (!this.takesChanges()) return this;
    const description = describeException(error);
    this.recordExceptionOnce(error);
    this.setAttribute(ERROR_TYPE, description.type);
    return this.setStatus({ code: SpanStatusCode.ERROR, message: description.message });
  }

  beforeEnd(callback: () => void): void {
    if (!this.takesChanges()) return;
    this.details ??= new SpanDetails();
    this.details.addEndCallback(callback);
  }

  /** Ends the span. Only the first call has an effect. An end time before the start is set to the start. */
  end(endTime?: TimeInput): void {
    if (this.isEnding) this.reportChangeAfterEnd();
    else if (this.isRecorded) this.endOnce(endTime);
  }

  private endOnce(endTime: TimeInput | undefined): void {
    this.isEnding = true;
    this.details?.callBeforeEnd(this.tracer.diagnostics);
    this.endMillis = this.millisOf(endTime);
    const at = this.hrTime(this.endMillis);
    this.ended = true;
    this.tracer.core.endedCount++;
    this.forward((span) => span.end(at));
    this.tracer.observeEnd(this);
  }

  /** False for a span that is not recorded, which ignores all changes, and after the end. */
  private takesChanges(): boolean {
    if (this.ended) this.reportChangeAfterEnd();
    return this.isRecorded && !this.ended;
  }

  private reportChangeAfterEnd(): void {
    this.tracer.diagnostics.report(
      'A span was changed or ended after its end; the change is ignored',
      this.currentName,
    );
  }

  /** Records an exception as an event, as a log record, or as both, as the application wants it. */
  private addException(exception: unknown, time: TimeInput | undefined): void {
    const { asEvents, logs } = this.tracer.core.exceptionExport;
    const attributes = toExceptionAttributes(exception);
    const at = this.timeOf(time);
    if (logs !== undefined) emitException(logs, attributes, this.kind, this.spanContext(), at);
    if (asEvents) this.addEvent(EXCEPTION_EVENT, attributes, at);
  }

  /** Calls the provider's span. What it throws is reported. */
  private forward(call: (span: Span) => unknown): this {
    try {
      call(this.providedSpan);
    } catch (error) {
      this.tracer.diagnostics.report('A span of tracerProvider threw', error);
    }
    return this;
  }

  private now(): number {
    return this.tracer.core.now(this.startMillis);
  }

  /** The given time if it is one, otherwise the current time; never before the start. */
  private timeOf(given: TimeInput | undefined): HrTime {
    return this.hrTime(this.millisOf(given));
  }

  private millisOf(given: TimeInput | undefined): number {
    if (given === undefined) return this.now();
    const millis = toMillis(given, this.anchor.originEpochMillis);
    if (millis !== undefined) return Math.max(millis, this.startMillis);
    this.tracer.diagnostics.report('Invalid span time; using the current time');
    return this.now();
  }

  private hrTime(millis: number): HrTime {
    return toHrTime(this.anchor.originEpochMillis, millis);
  }
}
