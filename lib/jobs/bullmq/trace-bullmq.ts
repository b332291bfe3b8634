import { contextStorage, withLibraryWork, withoutLibraryWork } from '../../context/index.js';
import { hasMethods, wrapMethod } from '../../operation/index.js';
import type { JobHandler } from '../job-handler.js';
import { activeJobOperation } from '../job-operation.js';
import { JobTelemetry } from './bullmq-telemetry.js';

/** The used members of a `Queue`, `Worker` or `FlowProducer` of BullMQ. */
interface BullmqObject {
  readonly opts: { telemetry?: unknown };
}

/** The used members of a `Worker` of BullMQ. */
interface BullmqWorker extends BullmqObject {
  readonly name: string;
  /** Only of workers with a sandboxed processor. */
  readonly childPool?: unknown;
  prependListener(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
}

/**
 * Traces the jobs of a `Queue`, a `FlowProducer` or a `Worker` of BullMQ, unless it has a `telemetry` of the
 * user. Ignores other objects.
 *
 * @param handlerOf called for each span; returns undefined if jobs are not traced
 * @returns a function that ends the tracing; undefined if the object is not traced
 */
export function traceBullmq(
  candidate: object,
  handlerOf: () => JobHandler | undefined,
): (() => void) | undefined {
  if (hasMethods(candidate, ['add', 'addBulk', 'upsertJobScheduler', 'trace'])) {
    return traceQueue(candidate as BullmqObject, handlerOf);
  }
  if (hasMethods(candidate, ['add', 'addBulk', 'getFlow', 'addNode'])) {
    return traceFlowProducer(candidate, handlerOf);
  }
  if (hasMethods(candidate, WORKER_METHODS)) {
    return traceWorker(candidate as BullmqWorker, handlerOf);
  }
  return undefined;
}

const WORKER_METHODS = ['processJob', 'callProcessJob', 'getNextJob', 'trace', 'prependListener'];

function traceQueue(
  { opts }: BullmqObject,
  handlerOf: () => JobHandler | undefined,
): (() => void) | undefined {
  if (opts.telemetry !== undefined) return undefined;
  const telemetry = new JobTelemetry('queue', handlerOf);
  opts.telemetry = telemetry;
  return () => {
    if (opts.telemetry === telemetry) delete opts.telemetry;
  };
}

function traceFlowProducer(
  producer: object,
  handlerOf: () => JobHandler | undefined,
): (() => void) | undefined {
  // The constructor has copied the option to this field.
  const fields = producer as { telemetry?: unknown };
  if (fields.telemetry !== undefined) return undefined;
  const telemetry = new JobTelemetry('queue', handlerOf);
  fields.telemetry = telemetry;
  const restores = [
    wrapMethod(producer, 'add', (add, self, [flow, ...others]) =>
      Reflect.apply(add, self, [withOptions(flow), ...others]),
    ),
    wrapMethod(producer, 'addBulk', (addBulk, self, [flows, ...others]) =>
      Reflect.apply(addBulk, self, [
        Array.isArray(flows) ? flows.map(withOptions) : flows,
        ...others,
      ]),
    ),
  ];
  return () => {
    for (const restore of restores) restore();
    if (fields.telemetry === telemetry) delete fields.telemetry;
  };
}

/** BullMQ adds no metadata to a job of a flow that has no options, so the copy has empty options. */
function withOptions(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const { opts, children } = node as { opts?: unknown; children?: unknown };
  return {
    ...node,
    opts: opts ?? {},
    ...(Array.isArray(children) && { children: children.map(withOptions) }),
  };
}

/**
 * Besides the telemetry, two things that the telemetry does not tell: the job, before its span starts, and
 * the error of a processor, of which the telemetry only gets the message.
 */
function traceWorker(
  worker: BullmqWorker,
  handlerOf: () => JobHandler | undefined,
): (() => void) | undefined {
  const { opts, name: queue } = worker;
  const given = opts.telemetry;
  // `@nestjs/bullmq` gives the telemetry of the queue to its workers.
  const isFree = given === undefined || (given instanceof JobTelemetry && given.role === 'queue');
  if (!isFree) return undefined;
  const telemetry = new JobTelemetry('worker', handlerOf);
  opts.telemetry = telemetry;
  const restoreProcessJob = wrapMethod(worker, 'processJob', (processJob, self, args) => {
    const call = (): unknown => Reflect.apply(processJob, self, args);
    const handler = handlerOf();
    if (handler === undefined) return call();
    const sandbox = worker.childPool === undefined ? undefined : 'asJSONSandbox';
    const operation = handler.takeJob('bullmq', queue, args[0], sandbox);
    return contextStorage.run(withLibraryWork(handler.contextOf(operation)), call);
  });
  // The processor and the listeners of events are code of the user.
  const restoreUserCode = ['callProcessJob', 'emit'].map((name) =>
    wrapMethod(worker, name, (method, self, args) =>
      contextStorage.run(withoutLibraryWork(contextStorage.active()), () =>
        Reflect.apply(method, self, args),
      ),
    ),
  );
  // BullMQ gets the next job in the context of the previous one.
  const beginJob = (job: unknown): void => {
    handlerOf()?.beginJob('bullmq', queue, job);
  };
  worker.prependListener('active', beginJob);
  // The event comes in the context of the job.
  const recordFailure = (_job: unknown, error: unknown): void => {
    activeJobOperation()?.failed(error);
  };
  worker.prependListener('failed', recordFailure);
  return () => {
    worker.off('active', beginJob);
    worker.off('failed', recordFailure);
    restoreProcessJob();
    for (const restore of restoreUserCode) restore();
    if (opts.telemetry === telemetry) delete opts.telemetry;
  };
}
