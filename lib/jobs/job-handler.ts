import { type Attributes, type Link, SpanKind, type SpanOptions } from '@opentelemetry/api';
import { carrierGetter, IncomingContextReader } from '../carriers/index.js';
import {
  type ApplicationPart,
  contextStorage,
  currentTracer,
  type LocalSpan,
  type LocalTracer,
  TracingContext,
} from '../context/index.js';
import { IgnoreRules } from '../ignore-rules.js';
import { DurationRecorder, type Measurement } from '../operation/index.js';
import {
  JOB_ATTEMPT,
  JOB_EVENT,
  JOB_NAME,
  MESSAGING_BATCH_MESSAGE_COUNT,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_MESSAGE_ID,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
  MESSAGING_SYSTEM_NAME,
} from './attributes.js';
import { ADD_DURATION, PROCESS_DURATION } from './job-durations.js';
import type { JobListener } from './job-listener.js';
import {
  EMPTY_METADATA,
  isOfSandbox,
  metadataOf,
  readMetadata,
  sendToSandbox,
  writeMetadata,
  writeSandboxMetadata,
} from './job-metadata.js';
import { JobOperation } from './job-operation.js';
import type { JobTracingOptions, JobWork } from './job-options.js';
import { describeJob, jobIdOf, type ProcessedJob } from './processed-job.js';

/** Jobs that are added to a queue in one step. */
export interface AddedJobs {
  readonly system: JobWork['system'];
  readonly queue: string;
  /** The method that adds the jobs, such as `addBulk`. */
  readonly operation: string;
  readonly jobName?: string | undefined;
  /** The number of jobs, if there can be several. */
  readonly count?: number | undefined;
}

/** The span and the context of a listener for an event of a queue. */
interface StartedListener {
  /** Undefined if the listener is not traced. */
  readonly span?: LocalSpan;
  readonly context: TracingContext;
}

/**
 * Traces the jobs of BullMQ and Bull. Its methods do not throw. Spec: semantic conventions,
 * `docs/messaging/messaging-spans.md`.
 */
export class JobHandler {
  readonly tracer: LocalTracer;
  readonly #ignoreRules: IgnoreRules<JobWork>;
  readonly #contextReader: IncomingContextReader<object, JobWork>;
  readonly #addDurations: DurationRecorder | undefined;
  readonly #processDurations: DurationRecorder | undefined;
  readonly #open = new Set<JobOperation>();
  /** The operations of jobs that a worker has got, until it processes them. Null for jobs without a span. */
  readonly #begun = new WeakMap<object, JobOperation | null>();

  /** @throws TracingConfigError for invalid options */
  constructor(tracer: LocalTracer, options: JobTracingOptions = {}) {
    this.tracer = tracer;
    this.#ignoreRules = new IgnoreRules(IGNORE, options.ignore ?? [], tracer.diagnostics);
    this.#addDurations = DurationRecorder.of(tracer, ADD_DURATION);
    this.#processDurations = DurationRecorder.of(tracer, PROCESS_DURATION);
    this.#contextReader = new IncomingContextReader(tracer, INCOMING, {
      ...options,
      incomingContext: options.incomingContext ?? 'link',
    });
  }

  /**
   * Starts the span of code that adds jobs, as a child of the active span. The caller must end it.
   *
   * @returns undefined if the jobs are not traced: then they carry no context either
   */
  startAdd(jobs: AddedJobs): LocalSpan | undefined {
    return this.#try(() => this.#startAdd(jobs));
  }

  #startAdd({ system, queue, operation, jobName, count }: AddedJobs): LocalSpan | undefined {
    const active = contextStorage.active();
    if (active.suppressed || this.#isIgnored({ system, queue, type: 'add' })) return undefined;
    const attributes: Attributes = {
      [MESSAGING_SYSTEM_NAME]: system,
      [MESSAGING_OPERATION_NAME]: operation,
      [MESSAGING_OPERATION_TYPE]: 'send',
    };
    if (queue !== '') attributes[MESSAGING_DESTINATION_NAME] = queue;
    if (jobName !== undefined) attributes[JOB_NAME] = jobName;
    if (count !== undefined) attributes[MESSAGING_BATCH_MESSAGE_COUNT] = count;
    const options = { kind: SpanKind.PRODUCER, attributes };
    return this.tracer.startSpan(nameOf(operation, queue), options, active);
  }

  /**
   * Begins to measure code that adds jobs, whose path ends with `error.type`.
   *
   * @param span the span of the code, or an unsampled one
   * @returns undefined in an application without metrics
   */
  measureAdd({ system, queue, operation }: AddedJobs, span: LocalSpan): Measurement | undefined {
    const durations = this.#addDurations;
    if (durations === undefined) return undefined;
    const path = durations.root.with(system).with(operation).with('send');
    return durations.begin(path.with(queue === '' ? undefined : queue), span);
  }

  /** Returns the metadata for jobs that are added in `context`. */
  metadataFor(context: TracingContext): string {
    return context.suppressed ? EMPTY_METADATA : writeMetadata(this.tracer, context);
  }

  /**
   * Begins to process a job. The active span is never the parent. The caller must finish the operation.
   *
   * @returns undefined if the job is not traced. Process it in {@link contextOf} in both cases
   */
  beginProcess(job: ProcessedJob): JobOperation | undefined {
    return this.#try(() => this.#beginProcess(job));
  }

  #beginProcess(job: ProcessedJob): JobOperation | undefined {
    const { system, queue, jobName, jobId, attempt, metadata } = job;
    const work: JobWork = { system, queue, type: 'process' };
    if (contextStorage.active().suppressed || this.#isIgnored(work)) return undefined;
    const fields = readMetadata(metadata);
    const isSandbox = isOfSandbox(fields);
    const { context, links }: { context: TracingContext; links?: Link[] } = isSandbox
      ? { context: this.#continued(fields) }
      : this.#contextReader.read(fields, work);
    const attributes: Attributes = {
      [MESSAGING_SYSTEM_NAME]: system,
      [MESSAGING_OPERATION_NAME]: 'process',
      [MESSAGING_OPERATION_TYPE]: 'process',
    };
    if (queue !== '') attributes[MESSAGING_DESTINATION_NAME] = queue;
    if (jobName !== undefined) attributes[JOB_NAME] = jobName;
    if (jobId !== undefined) attributes[MESSAGING_MESSAGE_ID] = jobId;
    if (attempt !== undefined) attributes[JOB_ATTEMPT] = attempt;
    const kind = isSandbox ? SpanKind.INTERNAL : SpanKind.CONSUMER;
    const options: SpanOptions = { kind, attributes, ...(links && { links }) };
    const span = this.tracer.startSpan(nameOf('process', queue), options, context);
    const durations = isSandbox ? undefined : this.#processDurations;
    const path = durations?.root.with(system).with('process');
    const measurement = path && durations?.begin(path.with(queue === '' ? undefined : queue), span);
    const operation = new JobOperation(this.#open, span, context, measurement);
    operation.jobId = jobId;
    return operation;
  }

  /** Begins the operation of a job that a worker has got, and will process soon. */
  beginJob(system: JobWork['system'], queue: string, job: unknown): void {
    if (typeof job !== 'object' || job === null) return;
    this.#begun.set(job, this.#begin(system, queue, job) ?? null);
  }

  /** Returns the operation of a job that a worker has got and not processed yet. */
  begunJob(job: unknown): JobOperation | null | undefined {
    return typeof job === 'object' && job !== null ? this.#begun.get(job) : undefined;
  }

  /**
   * Returns the operation for the processing of a job. The caller must finish it.
   *
   * @param sandbox the method of the job that returns what is sent to a process with a sandboxed processor;
   *   undefined if the processor runs in this process
   */
  takeJob(
    system: JobWork['system'],
    queue: string,
    job: unknown,
    sandbox?: 'asJSONSandbox' | 'toJSON',
  ): JobOperation | undefined {
    if (typeof job !== 'object' || job === null) return undefined;
    const begun = this.#begun.get(job);
    this.#begun.delete(job);
    const operation = begun === undefined ? this.#begin(system, queue, job) : begun;
    if (operation && sandbox !== undefined) {
      const metadata = (): string => writeSandboxMetadata(this.tracer, operation.context);
      this.#try(() => sendToSandbox(job, sandbox, metadata));
    }
    return operation ?? undefined;
  }

  /** Returns the context for the processing of a job. */
  contextOf(operation: JobOperation | undefined): TracingContext {
    return operation?.context ?? TracingContext.SUPPRESSED;
  }

  /**
   * Starts the span of a listener for an event of a queue, such as `active`, outside of the processing of its
   * job: as a root span that has a link to the code that added the job, or as its child. The caller must end it.
   *
   * @param job the argument of the event, which need not be a job
   * @returns the context for the call of the listener; no span if the jobs are not traced
   */
  startListener(listener: JobListener, job: unknown): StartedListener {
    return this.#try(() => this.#startListener(listener, job)) ?? NOT_TRACED;
  }

  #startListener(
    { system, queue, event, functionName }: JobListener,
    job: unknown,
  ): StartedListener {
    const work: JobWork = { system, queue, type: 'process' };
    if (contextStorage.active().suppressed || this.#isIgnored(work)) {
      return NOT_TRACED;
    }
    const { context, links } = this.#contextReader.read(readMetadata(metadataOf(job)), work);
    const attributes: Attributes = { [MESSAGING_SYSTEM_NAME]: system, [JOB_EVENT]: event };
    if (queue !== '') attributes[MESSAGING_DESTINATION_NAME] = queue;
    const jobId = jobIdOf(job);
    if (jobId !== undefined) attributes[MESSAGING_MESSAGE_ID] = jobId;
    const options = { kind: SpanKind.CONSUMER, attributes, links };
    return { span: this.tracer.startSpan(functionName, options, context), context };
  }

  /** Ends the spans of jobs that are still processed when the tracing shuts down. */
  finishAll(): void {
    for (const operation of [...this.#open]) operation.finish();
  }

  #begin(system: JobWork['system'], queue: string, job: object): JobOperation | undefined {
    return this.#try(() => this.#beginProcess(describeJob(system, queue, job)));
  }

  /** Reports an error instead of throwing it: tracing must not prevent the work. */
  #try<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      this.tracer.diagnostics.report(
        'A job could not be traced. It is added or processed without a span',
        error,
      );
      return undefined;
    }
  }

  #continued(fields: object): TracingContext {
    const { propagator } = this.tracer;
    return TracingContext.from(propagator.extract(TracingContext.ROOT, fields, carrierGetter));
  }

  #isIgnored(work: JobWork): boolean {
    return this.#ignoreRules.has(work.queue, work);
  }
}

const NOT_TRACED: StartedListener = { context: TracingContext.SUPPRESSED };

function nameOf(operation: string, queue: string): string {
  return queue === '' ? operation : `${operation} ${queue}`;
}

const IGNORE = {
  option: 'jobs.ignore',
  isText: (rule: string): boolean => rule.trim() !== '',
  requirement: 'must be an array of names of queues, regular expressions and functions',
  remedy: 'Name the queues without spans, such as "heartbeats".',
};

const INCOMING = { options: 'jobs', noun: 'job', getter: carrierGetter };

const HANDLER: ApplicationPart<JobHandler> = { name: 'jobs' };

/** Sets the handler that traces the jobs of an application. */
export function assignJobHandler(tracer: LocalTracer, handler: JobHandler): void {
  tracer.application.set(HANDLER, handler);
}

/** Returns the handler of an application. */
export function jobHandlerOf(tracer: LocalTracer): JobHandler {
  let handler = tracer.application.get(HANDLER);
  if (handler === undefined) {
    handler = new JobHandler(tracer);
    tracer.application.set(HANDLER, handler);
  }
  return handler;
}

/** Returns the handler for code without dependency injection; undefined if no tracing is running. */
export function currentJobHandler(): JobHandler | undefined {
  const tracer = currentTracer();
  return tracer && jobHandlerOf(tracer);
}
