import type { IncomingContext, IncomingContextOptions } from '../carriers/index.js';

/** A queue, and what happens with its jobs. */
export interface JobWork {
  /** The package of the queue. */
  readonly system: 'bullmq' | 'bull';
  /** The name of the queue; empty if it is not known. */
  readonly queue: string;
  /** `add` for jobs that this process adds, `process` for a job that it processes. */
  readonly type: 'add' | 'process';
}

/**
 * A rule for jobs without spans: the name of a queue, a regular expression that is tested against it, or a
 * function.
 */
export type JobIgnoreRule = string | RegExp | ((work: JobWork) => boolean);

/** Options for the jobs of BullMQ and Bull. */
export interface JobTracingOptions extends IncomingContextOptions<JobWork> {
  /**
   * How the span of a job's processing belongs to the span that added the job. `link` starts a new trace
   * with a link: a job can run hours later, and its trace is complete by itself. `continue` makes it a child,
   * and passes the baggage on; with `resample`, the sampler then decides as for a root span. `ignore` starts a new trace without a link. A function decides for each job.
   * Jobs of schedulers and repeatable jobs always start a new trace.
   * @default 'link'
   */
  readonly incomingContext?: IncomingContext | ((work: JobWork) => IncomingContext);
  /**
   * Keys of the baggage entries to accept from jobs whose trace is not continued.
   * @default []
   */
  readonly incomingBaggageKeys?: readonly string[];
  /**
   * Jobs without spans. The work that their processing causes in this process has no spans either.
   * @default []
   */
  readonly ignore?: readonly JobIgnoreRule[];
}
