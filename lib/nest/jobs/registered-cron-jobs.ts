import type { Diagnostics } from '../../diagnostics.js';
import { hookCronJob, type ScheduleHandler, spanNameOfJob } from '../../jobs/index.js';
import { hasMethods, memberOf, wrapMethod } from '../../operation/index.js';

type Restore = () => void;

/**
 * Traces the cron jobs that an application adds to the `SchedulerRegistry` of `@nestjs/schedule`, until they are
 * deleted. The jobs of `@Cron` methods are added to it too, by the orchestrator of the package; their methods
 * are traced already.
 */
export class RegisteredCronJobs {
  readonly #handler: ScheduleHandler;
  readonly #diagnostics: Diagnostics;
  readonly #restores: Restore[] = [];
  /** The jobs are keys, so that a job which is removed without `deleteCronJob` is not retained. */
  readonly #restoreOfJob = new WeakMap<object, Restore>();
  #isMounting = false;

  constructor(handler: ScheduleHandler, diagnostics: Diagnostics) {
    this.#handler = handler;
    this.#diagnostics = diagnostics;
  }

  /** Hooks `instance` if it is a registry or an orchestrator of `@nestjs/schedule`; ignores any other object. */
  hook(instance: object): void {
    if (hasMethods(instance, ORCHESTRATOR)) this.#hookOrchestrator(instance);
    else if (hasMethods(instance, REGISTRY)) this.#hookRegistry(instance);
  }

  /** Restores the registries and the jobs that are still in them. */
  restore(): void {
    for (const restore of this.#restores.splice(0).reverse()) restore();
  }

  #hookOrchestrator(orchestrator: object): void {
    this.#restores.push(
      wrapMethod(orchestrator, 'onApplicationBootstrap', (mount, self, args) => {
        this.#isMounting = true;
        try {
          return Reflect.apply(mount, self, args);
        } finally {
          this.#isMounting = false;
        }
      }),
    );
  }

  #hookRegistry(registry: object): void {
    // A constructor can have added jobs.
    for (const [name, job] of jobsOf(registry)) this.#hookJob(name, job);
    this.#restores.push(
      () => {
        for (const [, job] of jobsOf(registry)) this.#restoreJob(job);
      },
      wrapMethod(registry, 'addCronJob', (add, self, args) => {
        // It throws for a name that is taken, and the job is not added.
        const result = Reflect.apply(add, self, args);
        if (!this.#isMounting) this.#hookJob(args[0], args[1]);
        return result;
      }),
      wrapMethod(registry, 'deleteCronJob', (remove, self, args) => {
        const job = jobsOf(registry).get(args[0]);
        const result = Reflect.apply(remove, self, args);
        this.#restoreJob(job);
        return result;
      }),
    );
  }

  #hookJob(name: unknown, job: unknown): void {
    const jobName = String(name);
    try {
      const source = memberOf(memberOf(job as object, 'cronTime') as object, 'source');
      const schedule = {
        functionName: jobName,
        type: 'cron',
        name: jobName,
        expression: typeof source === 'string' ? source : undefined,
      } as const;
      const spanName = spanNameOfJob(jobName);
      const restore = hookCronJob(job, (callback) =>
        this.#handler.wrap(callback, schedule, spanName),
      );
      if (restore !== undefined) this.#restoreOfJob.set(job as object, restore);
      else this.#diagnostics.report(NOT_TRACED, 'The version of the package cron is not known');
    } catch (error) {
      this.#diagnostics.report(NOT_TRACED, error);
    }
  }

  #restoreJob(job: unknown): void {
    if (typeof job !== 'object' || job === null) return;
    this.#restoreOfJob.get(job)?.();
    this.#restoreOfJob.delete(job);
  }
}

const NOT_TRACED = 'A job of SchedulerRegistry is not traced: its callbacks could not be replaced';
const ORCHESTRATOR = ['addCron', 'addInterval', 'addTimeout', 'onApplicationBootstrap'];
const REGISTRY = ['addCronJob', 'deleteCronJob', 'getCronJob', 'getCronJobs'];

function jobsOf(registry: object): ReadonlyMap<unknown, unknown> {
  const jobs: unknown = (registry as { getCronJobs(): unknown }).getCronJobs();
  return jobs instanceof Map ? jobs : new Map();
}
