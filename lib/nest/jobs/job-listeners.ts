import 'reflect-metadata';
import type { JobListener } from '../../jobs/index.js';
import type { ProviderMethod } from '../provider-methods.js';

/** By system: the metadata keys of listeners, on methods, and of the name of the queue, on classes. */
const LISTENERS = [
  {
    system: 'bullmq',
    listener: 'bullmq:worker_events_metadata',
    queue: 'bullmq:processor_metadata',
    name: 'name',
  },
  {
    system: 'bullmq',
    listener: 'bullmq:queue_events_metadata',
    queue: 'bullmq:queue_events_listener_metadata',
    name: 'queueName',
  },
  {
    system: 'bull',
    listener: 'bull:module_on_queue_event',
    queue: 'bull:module_queue',
    name: 'name',
  },
] as const;

/** Returns the description of a listener of `@nestjs/bullmq` or `@nestjs/bull`; undefined for others. */
export function jobListenerOf(method: ProviderMethod): JobListener | undefined {
  for (const { system, listener, queue, name } of LISTENERS) {
    const metadata: unknown = Reflect.getMetadata(listener, method.function);
    if (typeof metadata !== 'object' || metadata === null) continue;
    const { eventName } = metadata as { eventName?: unknown };
    const ofClass: unknown = Reflect.getMetadata(queue, method.metatype);
    const queueName = (ofClass as Record<string, unknown> | undefined)?.[name];
    return {
      system,
      queue: typeof queueName === 'string' ? queueName : '',
      event: String(eventName),
      functionName: method.name,
    };
  }
  return undefined;
}
