import { describe, expect, it } from '@jest/globals';
import { ScheduleHandler } from '../../../../lib/jobs/index.js';
import { RegisteredCronJobs } from '../../../../lib/nest/jobs/registered-cron-jobs.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

class Job {
  readonly _callbacks: (() => void)[] = [() => undefined];
  readonly cronTime = { source: '* * * * *' };

  addCallback(callback: () => void): void {
    this._callbacks.push(callback);
  }

  fireOnTick(): void {
    for (const callback of this._callbacks) callback();
  }
}

class Registry {
  readonly jobs = new Map<string, unknown>();

  addCronJob(name: string, job: unknown): void {
    this.jobs.set(name, job);
  }

  deleteCronJob(name: string): void {
    this.jobs.delete(name);
  }

  getCronJob(name: string): unknown {
    return this.jobs.get(name);
  }

  getCronJobs(): Map<string, unknown> {
    return this.jobs;
  }
}

class Orchestrator {
  constructor(private readonly registry: Registry) {}
  addCron(): void {}
  addInterval(): void {}
  addTimeout(): void {}
  readonly mounted = new Job();
  onApplicationBootstrap(): void {
    this.registry.addCronJob('decorated', this.mounted);
  }
}

function create() {
  const tracing = createTracing();
  const { diagnostics } = tracing.tracer;
  const jobs = new RegisteredCronJobs(new ScheduleHandler(tracing.tracer), diagnostics);
  const registry = new Registry();
  const orchestrator = new Orchestrator(registry);
  for (const instance of [orchestrator, registry, {}]) jobs.hook(instance);
  return { ...tracing, jobs, registry, orchestrator };
}

describe('RegisteredCronJobs', () => {
  it('trace the jobs that the application adds, not those of the orchestrator', () => {
    const { jobs, registry, orchestrator, recorder } = create();
    orchestrator.onApplicationBootstrap();
    const job = new Job();
    registry.addCronJob('nightly', job);
    orchestrator.mounted.fireOnTick();
    job.fireOnTick();
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe('nightly');
    jobs.restore();
    job.fireOnTick();
    expect(recorder.takeSpans()).toEqual([]);
    for (const object of [registry, orchestrator, job]) {
      const own = Object.getOwnPropertyNames(object);
      expect(own.filter((key) => /^(add|delete|on)/.test(key))).toEqual([]);
    }
  });

  it('report a job of an unknown version, once it is added', () => {
    const { registry, warnings } = create();
    for (const job of [{}, undefined, null]) registry.addCronJob('unknown', job);
    expect(warnings[0]).toMatch(/A job of SchedulerRegistry is not traced/);
    expect([...registry.jobs.keys()]).toEqual(['unknown']);
  });
});
