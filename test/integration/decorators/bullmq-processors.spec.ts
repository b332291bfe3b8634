import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BullModule, getQueueToken, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Scope } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { type Job, Queue } from 'bullmq';
import { Traced, Tracer, TracingModule } from '../../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, REDIS } from '../../support/services.js';
import { silentLogger } from '../../support/silent-logger.js';

const connection = { host: '127.0.0.1', port: REDIS.port };
const isThere = await isServiceThere(REDIS);

const PLACEMENTS = ['class above', 'class below', 'method above', 'method below'].flatMap(
  (placement) => [
    { placement, scope: Scope.DEFAULT, scopeName: 'singleton' },
    { placement, scope: Scope.REQUEST, scopeName: 'request-scoped' },
  ],
);

function processorOf(placement: string, name: string, scope: Scope) {
  const at = (place: string): MethodDecorator & ClassDecorator =>
    place === placement ? Traced() : () => {};

  class MailHost extends WorkerHost {
    @at('method above')
    @at('method below')
    async process(job: Job): Promise<string> {
      if (job.name === 'refused') throw new RangeError('no such address');
      return this.send(job.name);
    }

    @Traced('send')
    send(name: string): string {
      return `sent ${name}`;
    }
  }

  @at('class above')
  @Processor({ name, scope })
  @at('class below')
  class MailProcessor extends MailHost {
    @at('method above')
    @OnWorkerEvent('completed')
    @at('method below')
    onCompleted(): void {}
  }
  return MailProcessor;
}

(isThere ? describe : describe.skip).each(PLACEMENTS)(
  'a $scopeName processor of BullMQ with @Traced on a $placement the others',
  ({ placement, scope, scopeName }) => {
    const queueName = `traced-decorators-${placement.replace(' ', '-')}-${scopeName}-${process.pid}`;
    let module: TestingModule;
    let setup: ReturnType<typeof testTracingOptions>;
    let queue: Queue;

    beforeAll(async () => {
      setup = testTracingOptions();
      module = await Test.createTestingModule({
        imports: [
          TracingModule.forRoot(setup.options),
          BullModule.forRoot({ connection }),
          BullModule.registerQueue({ name: queueName }),
        ],
        providers: [processorOf(placement, queueName, scope)],
      })
        .setLogger(silentLogger)
        .compile();
      await module.init();
      queue = module.get(getQueueToken(queueName));
    });

    afterAll(async () => {
      await module.close();
      setup.recorder.verify();
      const cleaner = new Queue(queueName, { connection });
      await cleaner.obliterate({ force: true });
      await cleaner.close();
    });

    const traceOf = async (name: string, spanCount: number) => {
      await module.get(Tracer).trace('request', () => queue.add(name, {}));
      const spans = await setup.recorder.takeNextSpans(spanCount);
      return traceAsText(spans, { attributes: false, links: true });
    };
    const isRequestScoped = scope === Scope.REQUEST;
    /** The class after which the span of the method is named. */
    const method = placement.startsWith('class') ? 'MailProcessor' : 'MailHost';

    it('has one span for the job, with the method below', async () => {
      expect(await traceOf('welcome', isRequestScoped ? 5 : 6)).toBe(
        [
          'request',
          `  add ${queueName} [producer]`,
          '',
          `process ${queueName} [consumer] (link to "add ${queueName}")`,
          `  ${method}.process`,
          '    send',
          // `@nestjs/bullmq` calls no listeners of request-scoped processors.
          ...(isRequestScoped ? [] : ['  MailProcessor.onCompleted']),
        ].join('\n'),
      );
    });

    it('shows its error', async () => {
      expect(await traceOf('refused', 4)).toBe(
        [
          'request',
          `  add ${queueName} [producer]`,
          '',
          `process ${queueName} [consumer] ERROR "no such address" (link to "add ${queueName}")`,
          `  ${method}.process ERROR "no such address" exception RangeError`,
        ].join('\n'),
      );
    });
  },
);
