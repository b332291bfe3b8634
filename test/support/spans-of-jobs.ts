import { expect } from '@jest/globals';
import type { SpanRecorder } from '../../lib/testing/index.js';

/** The number of jobs of a test of growth. Set `JOB_COUNT` for a longer run. */
export const JOB_COUNT = Number(process.env.JOB_COUNT ?? 1000);
/** The number of jobs that are added together, and processed before the next ones are added. */
const BATCH_SIZE = 500;
/** Each job with a number that is a multiple of this fails once. */
const FAILURE_PERIOD = 10;

/** A job of a test of growth. */
export interface NumberedJob {
  readonly name: string;
  readonly data: { readonly failures: number };
  readonly opts: { readonly attempts: number; readonly removeOnComplete: boolean };
}

/** Returns the {@link JOB_COUNT} jobs of a test of growth, in batches. Some of them fail in their first attempt. */
export function* batchesOfJobs(): Generator<NumberedJob[]> {
  for (let added = 0; added < JOB_COUNT; added += BATCH_SIZE) {
    const length = Math.min(BATCH_SIZE, JOB_COUNT - added);
    yield Array.from({ length }, (_, index) => ({
      name: `job ${added + index}`,
      data: { failures: (added + index) % FAILURE_PERIOD === 0 ? 1 : 0 },
      opts: { attempts: 2, removeOnComplete: true },
    }));
  }
}

/** The number of attempts to process the jobs of a batch. */
export function countAttempts(jobs: readonly NumberedJob[]): number {
  return jobs.reduce((sum, { data }) => sum + data.failures + 1, 0);
}

/**
 * Checks that the recorder has each span of the jobs of {@link batchesOfJobs} and no other, and that each
 * attempt has its own trace and is linked to the code that added the job.
 *
 * @returns references to the spans, which the recorder has forgotten: until a reset, `recorder.spans` also
 *   holds the spans that are read. A caller with a variable for the spans would hold them too
 */
export function takeSpansOfJobs(recorder: SpanRecorder, queue: string): WeakRef<object>[] {
  const spans = recorder.takeSpans();
  const batches = [...batchesOfJobs()];
  const attemptCount = countAttempts(batches.flat());
  const byName = new Map<string, number>();
  for (const { name } of spans) byName.set(name, (byName.get(name) ?? 0) + 1);
  expect(Object.fromEntries(byName)).toEqual({
    'POST /orders': batches.length,
    [`addBulk ${queue}`]: batches.length,
    [`process ${queue}`]: attemptCount,
    'AuditService.note': attemptCount,
  });
  const processed = spans.filter((span) => span.name === `process ${queue}`);
  expect(new Set(processed.map((span) => span.spanContext().traceId)).size).toBe(attemptCount);
  expect(processed.filter((span) => span.links.length !== 1)).toEqual([]);
  const failed = processed.filter((span) => span.attributes['error.type'] === 'RangeError');
  expect(failed.length).toBe(attemptCount - JOB_COUNT);
  expect(recorder.openSpans).toEqual([]);
  recorder.reset();
  return spans.map((span) => new WeakRef(span));
}
