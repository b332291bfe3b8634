import { errorTypeOf, type LocalSpan } from '../../context/index.js';
import type { Measurement } from '../../operation/index.js';
import {
  JOB_ATTEMPT,
  JOB_NAME,
  MESSAGING_BATCH_MESSAGE_COUNT,
  MESSAGING_MESSAGE_ID,
} from '../attributes.js';
import type { JobHandler } from '../job-handler.js';
import { activeJobOperation, type JobOperation } from '../job-operation.js';
import { BullmqContext, tracingContextOf } from './bullmq-context.js';
import {
  BULLMQ_ATTEMPTS_MADE,
  BULLMQ_BULK_COUNT,
  BULLMQ_FAILED_REASON,
  BULLMQ_JOB_FAILED,
  BULLMQ_JOB_ID,
  BULLMQ_JOB_NAME,
  BULLMQ_OPERATION,
  BULLMQ_QUEUE,
  type BullmqSpan,
} from './bullmq-shape.js';

type Attributes = Record<string, unknown>;

/** Work of BullMQ that is not recorded. */
export class NoSpan implements BullmqSpan {
  /** @param metadata the metadata of jobs that the work adds; empty if it keeps that of an existing job */
  constructor(private readonly metadata = '') {}

  setSpanOnContext(context: unknown): BullmqContext {
    return new BullmqContext(tracingContextOf(context), () => this.metadata);
  }

  setAttribute(): void {}
  setAttributes(): void {}
  addEvent(): void {}
  recordException(): void {}
  end(): void {}
}

/**
 * A span that starts when BullMQ first sets attributes, immediately after its creation: they name the queue
 * exactly, which the name of the span does not.
 */
abstract class LateSpan implements BullmqSpan {
  private hasStarted = false;

  /** @param name operation and destination, separated by a space */
  constructor(private readonly name: string) {}

  protected abstract start(operation: string, queue: string, attributes: Attributes): void;
  protected abstract set(attributes: Attributes): void;
  protected abstract context(outer: unknown): BullmqContext;

  setSpanOnContext(context: unknown): BullmqContext {
    this.startOnce({});
    return this.context(context);
  }

  setAttribute(key: string, value: unknown): void {
    this.setAttributes({ [key]: value });
  }

  setAttributes(attributes: Attributes): void {
    if (this.hasStarted) this.set(attributes);
    else this.startOnce(attributes);
  }

  addEvent(_name: string, _attributes?: Attributes): void {}
  abstract recordException(exception: unknown): void;
  abstract end(): void;

  private startOnce(attributes: Attributes): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    const [operation = '', ...rest] = this.name.split(' ');
    const queue = textOf(attributes[BULLMQ_QUEUE]) ?? rest.join(' ');
    this.start(textOf(attributes[BULLMQ_OPERATION]) ?? operation, queue, attributes);
  }
}

/** The span of code that adds jobs. */
export class AddSpan extends LateSpan {
  private span: LocalSpan | undefined = undefined;
  private measurement: Measurement | undefined = undefined;
  private errorType: string | undefined = undefined;

  constructor(
    private readonly handler: JobHandler,
    name: string,
  ) {
    super(name);
  }

  protected override start(operation: string, queue: string): void {
    const jobs = { system: 'bullmq', queue, operation } as const;
    this.span = this.handler.startAdd(jobs);
    this.measurement = this.span && this.handler.measureAdd(jobs, this.span);
  }

  protected override set(attributes: Attributes): void {
    const { span } = this;
    if (span === undefined) return;
    span.setAttribute(JOB_NAME, textOf(attributes[BULLMQ_JOB_NAME]));
    span.setAttribute(MESSAGING_MESSAGE_ID, textOf(attributes[BULLMQ_JOB_ID]));
    const count = attributes[BULLMQ_BULK_COUNT];
    if (typeof count === 'number') span.setAttribute(MESSAGING_BATCH_MESSAGE_COUNT, count);
  }

  protected override context(outer: unknown): BullmqContext {
    const { span, handler } = this;
    const active = tracingContextOf(outer);
    if (span === undefined) return new BullmqContext(active, () => '');
    const context = active.withSpan(span);
    return new BullmqContext(context, () => handler.metadataFor(context));
  }

  override recordException(exception: unknown): void {
    this.errorType = errorTypeOf(exception);
    this.span?.recordError(exception);
  }

  override end(): void {
    this.span?.end();
    const { measurement } = this;
    measurement?.end(measurement.path.with(this.errorType));
  }
}

/** The span of the processing of a job. */
export class ProcessSpan extends LateSpan {
  private operation: JobOperation | undefined = undefined;

  /** @param metadata the metadata of the job; undefined if it has none */
  constructor(
    private readonly handler: JobHandler,
    name: string,
    private readonly metadata: string | undefined,
  ) {
    super(name);
  }

  protected override start(_operation: string, queue: string): void {
    const { metadata } = this;
    const begun = activeJobOperation();
    this.operation =
      begun?.isTaken === false
        ? begun
        : this.handler.beginProcess({ system: 'bullmq', queue, metadata });
    if (this.operation !== undefined) this.operation.isTaken = true;
  }

  protected override set(attributes: Attributes): void {
    const { operation } = this;
    if (operation === undefined) return;
    const jobId = textOf(attributes[BULLMQ_JOB_ID]);
    operation.jobId ??= jobId;
    operation.span.setAttribute(MESSAGING_MESSAGE_ID, jobId);
    operation.span.setAttribute(JOB_NAME, textOf(attributes[BULLMQ_JOB_NAME]));
    const attempts = attributes[BULLMQ_ATTEMPTS_MADE];
    if (typeof attempts === 'number') operation.span.setAttribute(JOB_ATTEMPT, attempts);
  }

  protected override context(): BullmqContext {
    return new BullmqContext(this.handler.contextOf(this.operation), () => '');
  }

  /** BullMQ handles the error of a processor, and only its message arrives here. */
  override addEvent(name: string, attributes?: Attributes): void {
    if (name === BULLMQ_JOB_FAILED) {
      this.operation?.failedBecause(textOf(attributes?.[BULLMQ_FAILED_REASON]));
    }
  }

  override recordException(exception: unknown): void {
    this.operation?.failed(exception);
  }

  override end(): void {
    this.operation?.finish();
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
