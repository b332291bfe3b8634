import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BullModule,
  getQueueToken,
  OnGlobalQueueCompleted,
  OnQueueActive,
  OnQueueCompleted,
  OnQueueFailed,
  Process,
  Processor,
} from '@nestjs/bull';
import { Inject } from '@nestjs/common';
import Bull, { type Job, type Queue } from 'bull';
import type { TracingOptions } from '../../../lib/index.js';
import {
  AuditService,
  type JobData,
  type JobsOfQueue,
  jobQueueSuite,
  processJob,
  type StartedJobs,
  startJobs,
} from '../../suites/job-queue.suite.js';
import { isServiceThere, REDIS } from '../../support/services.js';

const describeIfThere = (await isServiceThere(REDIS)) ? describe : describe.skip;

const redis = { host: '127.0.0.1', port: 6379 };

let started: StartedJobs;
let queueCount = 0;

async function start(options: TracingOptions = {}, withListeners = false) {
  const name = `traced-bull-${process.pid}-${queueCount++}`;

  @Processor(name)
  class MailProcessor {
    constructor(@Inject(AuditService) readonly audit: AuditService) {}

    @Process({ name: '*', concurrency: 20 })
    process(job: Job<JobData>): Promise<string> {
      return processJob(this.audit, job);
    }
  }

  @Processor(name)
  class MailListener {
    constructor(@Inject(AuditService) readonly audit: AuditService) {}

    @OnQueueActive()
    onActive(): unknown {
      return this.audit.note('active');
    }

    @OnQueueCompleted()
    onCompleted(): unknown {
      return this.audit.note('completed');
    }

    @OnQueueFailed()
    onFailed(): unknown {
      return this.audit.note('failed');
    }

    @OnGlobalQueueCompleted()
    onAnyCompleted(): unknown {
      return this.audit.note('completed anywhere');
    }
  }

  started = await startJobs(
    name,
    {
      imports: [BullModule.forRoot({ redis }), BullModule.registerQueue({ name })],
      providers: [MailProcessor, ...(withListeners ? [MailListener] : [])],
    },
    options,
  );
  return { ...started, queue: started.module.get<Queue<JobData>>(getQueueToken(name)) };
}

describeIfThere('jobs of Bull', () => {
  afterEach(async () => {
    await started.module.close();
    const queue = new Bull(started.name, { redis });
    await queue.obliterate({ force: true });
    await queue.close();
    started.recorder.reset();
  });

  jobQueueSuite({
    hasRepeatableJobs: true,
    async start(options) {
      const { queue, ...others } = await start(options);
      const { name } = others;
      const jobs: JobsOfQueue = {
        add: (jobName, data, jobOptions) => queue.add(jobName, data, jobOptions),
        addBulk: (list) => queue.addBulk(list),
        async addForeign(metadata) {
          const foreign = new Bull<JobData>(name, { redis });
          await foreign.add('welcome', {}, { telemetry: { metadata } } as object);
          await foreign.close();
        },
      };
      return { ...others, jobs };
    },
  });

  it('links the processing of a job to the code that added it', async () => {
    const { queue, tracer, waitForNotes, takeText } = await start();
    const job = await tracer.trace('POST /orders', {}, () => queue.add('welcome', {}));
    await waitForNotes(1);
    await tracer.trace('POST /returns', {}, () => queue.add({}, { jobId: 'a' }));
    await waitForNotes(2);
    expect(job.data).toEqual({});
    const common = 'messaging.destination.name=mail';
    expect(takeText(true)).toBe(
      [
        `POST /orders`,
        `  add mail [producer] ${common} messaging.operation.name=add messaging.operation.type=send messaging.system.name=bull nestjs.job.name=welcome`,
        ``,
        `process mail [consumer] ${common} messaging.message.id="1" messaging.operation.name=process messaging.operation.type=process messaging.system.name=bull nestjs.job.attempt=1 nestjs.job.name=welcome (link to "add mail")`,
        `  AuditService.note`,
        ``,
        `POST /returns`,
        `  add mail [producer] ${common} messaging.operation.name=add messaging.operation.type=send messaging.system.name=bull`,
        ``,
        `process mail [consumer] ${common} messaging.message.id=a messaging.operation.name=process messaging.operation.type=process messaging.system.name=bull nestjs.job.attempt=1 (link to "add mail")`,
        `  AuditService.note`,
      ].join('\n'),
    );
  });

  it('calls listeners in the context of their job', async () => {
    const { queue, tracer, waitForNotes, takeText } = await start({}, true);
    await tracer.trace('POST /orders', {}, () => queue.add('good', {}));
    await waitForNotes(4);
    const note = '\n  AuditService.note';
    expect(takeText(['nestjs.job.event']).split('\n\n').sort()).toEqual([
      `MailListener.onAnyCompleted [consumer] nestjs.job.event=global:completed${note}`,
      'POST /orders\n  add mail [producer]',
      `process mail [consumer] (link to "add mail")${note}${note}${note}`,
    ]);
  });

  it('leaves no hook when the application has closed', async () => {
    const { queue, waitForNotes } = await start();
    // Bull rejects a promise of its own if it is closed before it has connected.
    await queue.add({});
    await waitForNotes(1);
    const { processJob } = queue as unknown as { processJob: { name: string } };
    await started.module.close();
    expect(['add', 'addBulk'].filter((key) => Object.hasOwn(queue, key))).toEqual([]);
    expect(queue).not.toHaveProperty('processJob', processJob);
    expect(queue.listenerCount('failed')).toBe(0);
  });
});
