import { metadataOf } from './job-metadata.js';
import type { JobWork } from './job-options.js';

/** A job that a worker processes. */
export interface ProcessedJob {
  readonly system: JobWork['system'];
  /** Empty if it is not known. */
  readonly queue: string;
  readonly jobName?: string | undefined;
  readonly jobId?: string | undefined;
  /** The number of the attempt, from 1. */
  readonly attempt?: number | undefined;
  /** The metadata in the options of the job. */
  readonly metadata: unknown;
}

/** Reads a job of BullMQ or Bull. */
export function describeJob(system: JobWork['system'], queue: string, job: unknown): ProcessedJob {
  const { name, attemptsMade, repeatJobKey, opts } = (job ?? {}) as {
    name?: unknown;
    attemptsMade?: unknown;
    repeatJobKey?: unknown;
    opts?: { repeat?: unknown };
  };
  // All jobs of a scheduler have the metadata of the code that created it, perhaps a long time ago.
  const isScheduled = Boolean(repeatJobKey) || Boolean(opts?.repeat);
  return {
    system,
    queue,
    jobName: typeof name === 'string' && name !== NO_NAME ? name : undefined,
    jobId: jobIdOf(job),
    attempt: typeof attemptsMade === 'number' ? attemptsMade + 1 : undefined,
    metadata: isScheduled ? undefined : metadataOf(job),
  };
}

/** The name that Bull gives to jobs without a name. */
const NO_NAME = '__default__';

/** Returns the id of a job, or of an event of a queue that describes a job; undefined for other values. */
export function jobIdOf(job: unknown): string | undefined {
  if (typeof job !== 'object' || job === null) return undefined;
  const { id, jobId } = job as { id?: unknown; jobId?: unknown };
  const known = id ?? jobId;
  return typeof known === 'string' || typeof known === 'number' ? String(known) : undefined;
}
