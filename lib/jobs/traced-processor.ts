import { contextStorage } from '../context/index.js';
import { checkFunction, checkString } from '../option-checks.js';
import { currentJobHandler } from './job-handler.js';
import { activeJobOperation } from './job-operation.js';
import { describeJob, jobIdOf } from './processed-job.js';

/** Options of {@link tracedProcessor}. */
export interface TracedProcessorOptions {
  /**
   * The name of the queue, for Bull, whose sandboxed jobs do not contain it.
   * @default the name in the job
   */
  readonly queue?: string;
}

/**
 * Traces a processor of BullMQ or Bull that runs in its own process or thread. If the process that started it
 * traces the job, the span is a child of the job's span there. The process needs a running tracing. Where the
 * job is already traced, the processor is called without another span.
 *
 * @param processor returns a promise; Bull's processors with a callback are not supported
 * @throws TracingConfigError for anything but a function
 * @example
 * createTracing({ serviceName: 'mailer' });
 * export default tracedProcessor(async (job) => send(job.data));
 */
export function tracedProcessor<A extends readonly unknown[], R>(
  processor: (...args: A) => R | Promise<R>,
  options: TracedProcessorOptions = {},
): (...args: A) => Promise<R> {
  checkFunction('tracedProcessor.processor', processor, processor);
  if (options.queue !== undefined) {
    checkString('tracedProcessor.queue', options.queue, 'Name the queue, or leave the option out.');
  }
  // One parameter: Bull calls a function with two parameters with a callback.
  return async (...args) => {
    const [job] = args;
    const handler = currentJobHandler();
    if (handler === undefined || isTraced(job)) return await processor(...args);
    const { queueName } = (job ?? {}) as { queueName?: unknown };
    const system = typeof queueName === 'string' ? 'bullmq' : 'bull';
    const queue = options.queue ?? (typeof queueName === 'string' ? queueName : '');
    const operation = handler.beginProcess(describeJob(system, queue, job));
    return await contextStorage.run(handler.contextOf(operation), async () => {
      try {
        return await processor(...args);
      } catch (error) {
        operation?.failed(error);
        throw error;
      } finally {
        operation?.finish();
      }
    });
  };
}

function isTraced(job: unknown): boolean {
  const operation = activeJobOperation();
  return operation !== undefined && operation.jobId === jobIdOf(job);
}
