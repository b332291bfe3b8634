import {
  contextStorage,
  type TracingContext,
  withLibraryWork,
  withoutLibraryWork,
} from '../../context/index.js';
import {
  callInSpan,
  callMeasured,
  hasMethods,
  memberOf,
  wrapMethod,
} from '../../operation/index.js';
import type { JobHandler } from '../job-handler.js';
import { activeJobOperation } from '../job-operation.js';
import { jobIdOf } from '../processed-job.js';

/** The used members of a queue of Bull 4. */
interface BullQueue {
  readonly name: string;
  /** Only of queues with a sandboxed processor. */
  readonly childPool?: unknown;
  /** The processors by the names of jobs. */
  readonly handlers?: Record<string, unknown>;
  prependListener(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
}

/**
 * Traces the jobs of a queue of Bull 4. The context travels in the option `telemetry` of a job, in the format
 * of BullMQ, because the data of a job belong to the application. Ignores other objects.
 *
 * @param handlerOf called for each job; returns undefined if jobs are not traced
 * @returns a function that ends the tracing; undefined if the object is not traced
 */
export function traceBullQueue(
  candidate: object,
  handlerOf: () => JobHandler | undefined,
): (() => void) | undefined {
  if (!isBullQueue(candidate)) return undefined;
  const queue = candidate;
  // The event comes in the context of the job; the promise of `processJob` does not reject.
  const recordFailure = (job: unknown, error: unknown): void => {
    const operation = activeJobOperation();
    if (operation !== undefined && operation.jobId === jobIdOf(job)) operation.failed(error);
  };
  const restores = [
    wrapMethod(queue, 'add', (add, self, args) => {
      const handler = handlerOf();
      if (handler === undefined) return Reflect.apply(add, self, args);
      const hasName = typeof args[0] === 'string';
      const [data, opts] = hasName ? args.slice(1) : args;
      const jobName = hasName ? (args[0] as string) : undefined;
      return callAdding(handler, queue, 'add', { jobName }, (metadata) =>
        Reflect.apply(add, self, [
          ...(hasName ? [jobName] : []),
          data,
          withMetadata(opts, metadata),
        ]),
      );
    }),
    wrapMethod(queue, 'addBulk', (addBulk, self, args) => {
      const handler = handlerOf();
      const [jobs] = args;
      if (handler === undefined || !Array.isArray(jobs)) return Reflect.apply(addBulk, self, args);
      return callAdding(handler, queue, 'addBulk', { count: jobs.length }, (metadata) =>
        Reflect.apply(addBulk, self, [
          jobs.map((job) => ({ ...job, opts: withMetadata(job?.opts, metadata) })),
        ]),
      );
    }),
    wrapMethod(queue, 'processJob', (processJob, self, args) => {
      const handler = handlerOf();
      if (handler === undefined || !args[0]) return Reflect.apply(processJob, self, args);
      const sandbox = queue.childPool === undefined ? undefined : 'toJSON';
      const operation = handler.takeJob('bull', queue.name, args[0], sandbox);
      const context = withLibraryWork(handler.contextOf(operation));
      freeHandlers(queue);
      const next = contextStorage.call(
        context,
        processJob as never,
        self,
        args,
      ) as Promise<unknown>;
      return next.finally(() => operation?.finish());
    }),
  ];
  queue.prependListener('failed', recordFailure);
  return () => {
    queue.off('failed', recordFailure);
    for (const restore of restores) restore();
  };
}

/** Calls `add` in a span, with the metadata for the jobs. */
function callAdding(
  handler: JobHandler,
  { name: queue }: BullQueue,
  operation: string,
  details: { readonly jobName?: string | undefined; readonly count?: number },
  add: (metadata: string | undefined) => unknown,
): unknown {
  const jobs = { system: 'bull', queue, operation, ...details } as const;
  const span = handler.startAdd(jobs);
  if (span === undefined) return add(undefined);
  const active: TracingContext = withLibraryWork(contextStorage.active());
  const metadata = handler.metadataFor(active.withSpan(span));
  return callMeasured(
    () => handler.measureAdd(jobs, span),
    () => callInSpan(span, active, add, undefined, [metadata]),
  );
}

const freed = new WeakSet<object>();

/** Lets the processors of a queue, which may be added at any time, run as code of the user. */
function freeHandlers({ handlers }: BullQueue): void {
  for (const [name, handler] of Object.entries(handlers ?? {})) {
    if (typeof handler !== 'function' || freed.has(handler)) continue;
    const free = function (this: unknown, ...args: unknown[]): unknown {
      const context = withoutLibraryWork(contextStorage.active());
      return contextStorage.run(context, () => Reflect.apply(handler, this, args));
    };
    freed.add(free);
    (handlers as Record<string, unknown>)[name] = free;
  }
}

/** Returns a copy of the options of a job with metadata, unless it is repeatable or has metadata. */
function withMetadata(opts: unknown, metadata: string | undefined): unknown {
  const { repeat, telemetry } = (opts ?? {}) as { repeat?: unknown; telemetry?: unknown };
  if (metadata === undefined || repeat || telemetry !== undefined) return opts;
  return { ...(opts as object | undefined), telemetry: { metadata } };
}

function isBullQueue(candidate: object): candidate is BullQueue {
  const methods = ['add', 'addBulk', 'process', 'processJob', 'nextJobFromJobData'];
  return hasMethods(candidate, methods) && typeof memberOf(candidate, 'name') === 'string';
}
