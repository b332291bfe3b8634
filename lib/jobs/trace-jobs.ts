import { checkOption } from '../option-checks.js';
import { traceBullQueue } from './bull/trace-bull-queue.js';
import { traceBullmq } from './bullmq/trace-bullmq.js';
import { currentJobHandler, type JobHandler } from './job-handler.js';

/**
 * Traces the jobs of a `Queue`, `Worker` or `FlowProducer` of BullMQ, or of a queue of Bull, in place. Use it
 * for those that are neither providers of a Nest application nor in their fields. Tracing an object again, or
 * one with its own `telemetry`, changes nothing.
 *
 * @returns the given object
 * @throws TracingConfigError for any other value
 * @example
 * const worker = traceJobs(new Worker('mail', send, { connection }));
 */
export function traceJobs<T extends object>(target: T): T {
  const isTraced = hookJobs(target, currentJobHandler) !== undefined;
  checkOption(
    isTraced || hasOwnTelemetry(target),
    'traceJobs.target',
    'must be a Queue, Worker or FlowProducer of BullMQ, or a queue of Bull',
    target,
    'Give what new Queue(…) or new Worker(…) returns.',
  );
  return target;
}

const hooked = new WeakSet<object>();

/**
 * Traces the jobs of an object of BullMQ or Bull. Ignores other objects, and objects that are already traced.
 *
 * @param handlerOf called for each job; returns undefined if jobs are not traced
 * @returns a function that ends the tracing; undefined if the call had no effect
 */
export function hookJobs(
  target: object,
  handlerOf: () => JobHandler | undefined,
): (() => void) | undefined {
  if (hooked.has(target)) return undefined;
  const restore = traceBullmq(target, handlerOf) ?? traceBullQueue(target, handlerOf);
  if (restore === undefined) return undefined;
  hooked.add(target);
  return () => {
    hooked.delete(target);
    restore();
  };
}

function hasOwnTelemetry(target: unknown): boolean {
  if (typeof target !== 'object' || target === null) return false;
  const { telemetry, opts } = target as { telemetry?: unknown; opts?: { telemetry?: unknown } };
  return hooked.has(target) || telemetry !== undefined || opts?.telemetry !== undefined;
}
