import 'reflect-metadata';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { withSpanAttributes } from '../../decorators/index.js';
import type { Diagnostics } from '../../diagnostics.js';
import type { Schedule, ScheduleHandler } from '../../jobs/index.js';
import { visitInstances } from '../provider-instances.js';
import { originalOf, replaceKeepingIdentity, visitMethods } from '../provider-methods.js';
import { RegisteredCronJobs } from './registered-cron-jobs.js';

/** The metadata keys of the decorators of `@nestjs/schedule`. */
const SCHEDULER_TYPE = 'SCHEDULER_TYPE';
const SCHEDULER_NAME = 'SCHEDULER_NAME';
const SCHEDULE_CRON_OPTIONS = 'SCHEDULE_CRON_OPTIONS';

/** By the value of {@link SCHEDULER_TYPE}. */
const TYPES: Readonly<Record<number, Schedule['type']>> = {
  1: 'cron',
  2: 'timeout',
  3: 'interval',
};

/**
 * Traces the methods that `@nestjs/schedule` calls. It replaces them in `onModuleInit`, before
 * `@nestjs/schedule` reads them, and restores them in `onApplicationBootstrap`: a direct call by other code
 * is not a run of the schedule. Cron jobs that the application adds itself are traced from `onModuleInit` until
 * the application has shut down.
 */
export class ScheduleHooks implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #handler: ScheduleHandler;
  readonly #diagnostics: Diagnostics;
  readonly #restores: (() => void)[] = [];
  readonly #jobs: RegisteredCronJobs;

  constructor(modules: ModulesContainer, handler: ScheduleHandler, diagnostics: Diagnostics) {
    this.#modules = modules;
    this.#handler = handler;
    this.#diagnostics = diagnostics;
    this.#jobs = new RegisteredCronJobs(handler, diagnostics);
  }

  onModuleInit(): void {
    const trouble = 'A scheduled method is not traced: it could not be replaced';
    visitMethods(this.#modules, this.#diagnostics, trouble, (method) => {
      const schedule = scheduleOf(method);
      if (schedule === undefined) return;
      const original = originalOf(method.function);
      // A method with `@Traced()` has one span for a run, not one in another.
      const own = withSpanAttributes(original, this.#handler.attributesOf(schedule));
      const traced =
        own === undefined
          ? this.#handler.wrap(original, schedule)
          : this.#handler.wrapTraced(own, schedule);
      this.#restores.push(replaceKeepingIdentity(method, traced));
    });
    const noJobs = 'The jobs of SchedulerRegistry are not traced: installing the hook failed';
    visitInstances(this.#modules, this.#diagnostics, noJobs, (instance) => {
      this.#jobs.hook(instance);
    });
  }

  onApplicationBootstrap(): void {
    for (const restore of this.#restores.splice(0)) restore();
  }

  onApplicationShutdown(): void {
    this.onApplicationBootstrap();
    this.#jobs.restore();
    this.#handler.stop();
  }
}

function scheduleOf(method: {
  readonly function: object;
  readonly name: string;
}): Schedule | undefined {
  const type = TYPES[Reflect.getMetadata(SCHEDULER_TYPE, method.function)];
  if (type === undefined) return undefined;
  const name: unknown = Reflect.getMetadata(SCHEDULER_NAME, method.function);
  const cron: unknown = Reflect.getMetadata(SCHEDULE_CRON_OPTIONS, method.function);
  const expression = (cron as { cronTime?: unknown } | undefined)?.cronTime;
  return {
    functionName: method.name,
    type,
    name: typeof name === 'string' ? name : undefined,
    expression: typeof expression === 'string' ? expression : undefined,
  };
}
