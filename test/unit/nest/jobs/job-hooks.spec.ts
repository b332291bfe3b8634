import 'reflect-metadata';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Traced } from '../../../../lib/decorators/index.js';
import { JobHandler, ScheduleHandler } from '../../../../lib/jobs/index.js';
import { JobHooks } from '../../../../lib/nest/jobs/job-hooks.js';
import { jobListenerOf } from '../../../../lib/nest/jobs/job-listeners.js';
import { JOB_PROVIDERS } from '../../../../lib/nest/jobs/job-providers.js';
import { ScheduleHooks } from '../../../../lib/nest/jobs/schedule-hooks.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { hostileProviders } from '../../../support/hostile-providers.js';
import { modulesOf } from '../../../support/modules-of.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

class FakeWorker extends EventEmitter {
  readonly name = 'mail';
  readonly opts: { telemetry?: unknown } = {};
  getNextJob(): void {}
  trace(): void {}
  processJob(): void {}
  callProcessJob(): void {}
}

class Processor {
  worker: FakeWorker | undefined;

  onActive(): void {}
}
Reflect.defineMetadata('bullmq:processor_metadata', { name: 'mail' }, Processor);
Reflect.defineMetadata(
  'bullmq:worker_events_metadata',
  { eventName: 'active' },
  Processor.prototype.onActive,
);

class BullRegistrar {
  readonly bullExplorer = { registerWorkers: (): void => {} };

  constructor(private readonly processor: Processor) {}

  register(): void {
    this.processor.worker = new FakeWorker();
  }
}

describe('JobHooks', () => {
  it('hook workers as soon as Nest has created them, until the application has shut down', () => {
    const { tracer } = createTracing();
    const processor = new Processor();
    const registrar = new BullRegistrar(processor);
    const hooks = new JobHooks(modulesOf([registrar, processor]), new JobHandler(tracer));
    hooks.onModuleInit();
    expect(Object.hasOwn(processor, 'onActive')).toBe(true);
    registrar.register();
    expect(processor.worker?.opts.telemetry).toBeDefined();
    hooks.onApplicationBootstrap();
    hooks.onApplicationShutdown();
    expect(processor.worker?.opts).toEqual({});
    expect(processor.worker?.eventNames()).toEqual([]);
    expect(Object.hasOwn(processor, 'onActive')).toBe(false);
    expect(Object.hasOwn(registrar, 'register')).toBe(false);
  });

  it('hook workers that providers create in onModuleInit', () => {
    const { tracer } = createTracing();
    const processor = new Processor();
    const hooks = new JobHooks(modulesOf([processor]), new JobHandler(tracer));
    hooks.onModuleInit();
    processor.worker = new FakeWorker();
    hooks.onApplicationBootstrap();
    expect(processor.worker.opts.telemetry).toBeDefined();
    hooks.onApplicationShutdown();
  });

  it('report a worker that cannot be hooked, and hook the others', () => {
    const { tracer, warnings } = createTracing();
    const frozen = Object.freeze(Object.assign(new FakeWorker(), { opts: Object.freeze({}) }));
    const worker = new FakeWorker();
    const modules = modulesOf([...Object.values(hostileProviders), { frozen, worker }]);
    const hooks = new JobHooks(modules, new JobHandler(tracer));
    hooks.onModuleInit();
    expect(worker.opts.telemetry).toBeDefined();
    expect(warnings).toEqual([
      expect.stringContaining('The jobs of a queue are not traced: installing the hook failed'),
    ]);
    hooks.onApplicationShutdown();
  });
});

describe('JOB_PROVIDERS', () => {
  const create = (options: object, isEnabled = true) => {
    const { tracer } = createTracing();
    const parts = { tracer, diagnostics: tracer.diagnostics, isEnabled };
    return JOB_PROVIDERS.map(({ useFactory }) => useFactory(modulesOf([]), parts, options));
  };

  it('install hooks unless they are switched off', () => {
    expect(create({})).toEqual([expect.any(JobHooks), expect.any(ScheduleHooks)]);
    expect(create({ jobs: false, schedule: false })).toEqual([undefined, undefined]);
  });

  it('pass contexts on while tracing is switched off', () => {
    expect(create({}, false)).toEqual([expect.any(JobHooks), undefined]);
  });
});

describe('jobListenerOf', () => {
  const describeMethod = (key: string, metadata: unknown, ofClass?: [string, unknown]) => {
    class Owner {}
    const listener = (): void => {};
    Reflect.defineMetadata(key, metadata, listener);
    if (ofClass) Reflect.defineMetadata(...ofClass, Owner);
    const target = new Owner();
    return jobListenerOf({
      target,
      isPrototype: false,
      key: 'on',
      function: listener,
      name: 'Owner.on',
      metatype: Owner,
    });
  };

  it.each([
    ['bullmq', 'bullmq:worker_events_metadata', 'bullmq:processor_metadata', { name: 'mail' }],
    [
      'bullmq',
      'bullmq:queue_events_metadata',
      'bullmq:queue_events_listener_metadata',
      { queueName: 'mail' },
    ],
    ['bull', 'bull:module_on_queue_event', 'bull:module_queue', { name: 'mail' }],
  ])('describes a listener of %s with %s', (system, key, classKey, ofClass) => {
    const expected = { system, event: 'active', functionName: 'Owner.on' };
    const metadata = { eventName: 'active' };
    const listener = describeMethod(key, metadata, [classKey, ofClass]);
    expect(listener).toEqual({ ...expected, queue: 'mail' });
    expect(describeMethod(key, metadata)).toEqual({ ...expected, queue: '' });
  });

  it('ignores other methods', () => {
    expect(describeMethod('other', {})).toBeUndefined();
    expect(describeMethod('bull:module_on_queue_event', 'active')).toBeUndefined();
  });
});

describe('ScheduleHooks', () => {
  class Reports {
    send(): string {
      return 'sent';
    }

    other(): void {}
  }
  Reflect.defineMetadata('SCHEDULER_TYPE', 1, Reports.prototype.send);
  Reflect.defineMetadata(
    'SCHEDULE_CRON_OPTIONS',
    { cronTime: '* * * * *' },
    Reports.prototype.send,
  );

  it('replace scheduled methods while other modules read them', () => {
    const { tracer, recorder } = createTracing();
    const reports = new Reports();
    const handler = new ScheduleHandler(tracer);
    const hooks = new ScheduleHooks(modulesOf([reports]), handler, tracer.diagnostics);
    hooks.onModuleInit();
    const { send } = reports;
    hooks.onApplicationBootstrap();
    expect(Object.getOwnPropertyNames(reports)).toEqual([]);
    expect(send.call(reports)).toBe('sent');
    expect(recorder.takeSpan().attributes).toEqual({
      'nestjs.schedule.type': 'cron',
      'nestjs.schedule.expression': '* * * * *',
    });
    hooks.onApplicationShutdown();
    expect(send.call(reports)).toBe('sent');
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('give a run of a method with @Traced one span, with the attributes of both', () => {
    class Mails {
      @Traced({ name: 'mails', attributes: { 'mail.kind': 'digest' } })
      send(): string {
        return 'sent';
      }
    }
    Reflect.defineMetadata('SCHEDULER_TYPE', 3, Mails.prototype.send);
    const { tracer, recorder } = createTracing();
    const mails = new Mails();
    const handler = new ScheduleHandler(tracer);
    const hooks = new ScheduleHooks(modulesOf([mails]), handler, tracer.diagnostics);
    hooks.onModuleInit();
    const { send } = mails;
    hooks.onApplicationBootstrap();
    expect(tracer.trace('tick', () => send.call(mails))).toBe('sent');
    mails.send();
    hooks.onApplicationShutdown();
    const common = 'mails code.function.name=Mails.send mail.kind=digest';
    expect(traceAsText(recorder.takeSpans()).split('\n\n')).toEqual([
      'tick',
      `${common} nestjs.schedule.type=interval`,
      common,
    ]);
  });

  it('restore the methods of an application whose start failed', () => {
    const { tracer } = createTracing();
    const reports = new Reports();
    const handler = new ScheduleHandler(tracer);
    const hooks = new ScheduleHooks(modulesOf([reports]), handler, tracer.diagnostics);
    hooks.onModuleInit();
    hooks.onApplicationShutdown();
    expect(Object.getOwnPropertyNames(reports)).toEqual([]);
  });
});
