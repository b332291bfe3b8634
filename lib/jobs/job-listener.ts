import { contextStorage, isInTrace } from '../context/index.js';
import { callInSpan } from '../operation/index.js';
import type { JobHandler } from './job-handler.js';
import { activeJobOperation } from './job-operation.js';
import type { JobWork } from './job-options.js';
import { jobIdOf } from './processed-job.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** A method that handles an event of a queue or worker, such as `active`. */
export interface JobListener {
  readonly system: JobWork['system'];
  /** The name of the queue; empty if it is not known. */
  readonly queue: string;
  readonly event: string;
  /** The class and method. */
  readonly functionName: string;
}

/**
 * Returns a function that calls a listener in the context of its job, if that is being processed or will be
 * soon. Otherwise the call has its own root span: events such as `stalled` can come in the context of another
 * job, or without any context.
 *
 * @param handlerOf called for each call; returns undefined if jobs are not traced
 */
export function wrapJobListener(
  method: Method,
  listener: JobListener,
  handlerOf: () => JobHandler | undefined,
): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const handler = handlerOf();
    const job = args[0];
    if (handler === undefined || isInOwnContext(job)) return Reflect.apply(method, this, args);
    const begun = handler.begunJob(job);
    if (begun !== undefined) {
      const context = handler.contextOf(begun ?? undefined);
      return contextStorage.call(context, method as never, this, args);
    }
    const { span, context } = handler.startListener(listener, job);
    if (span === undefined) return contextStorage.call(context, method as never, this, args);
    const call = [span, context, method, this, args] as const;
    return contextStorage.call(context, callInSpan as never, undefined, call);
  };
}

/** True during the processing of the job, and for calls by the user's own code inside a trace. */
function isInOwnContext(job: unknown): boolean {
  const operation = activeJobOperation();
  if (operation !== undefined) return operation.jobId === jobIdOf(job);
  return isInTrace(contextStorage.active());
}
