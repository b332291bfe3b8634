import { afterEach, expect, it } from '@jest/globals';
import { Get, Injectable, Module, Scope } from '@nestjs/common';
import { CommandBus, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { ScheduleModule, Timeout } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
import { Tracer, TracingModule, type TracingOptions } from '../../../lib/index.js';
import { dedent, testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { silentLogger } from '../../support/silent-logger.js';

@Injectable()
class MailService {
  send(): string {
    return 'sent';
  }
}

@Injectable()
class MailListener {
  constructor(private readonly mail: MailService) {}

  @OnEvent('order.placed')
  confirm(): void {
    this.mail.send();
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestListener {
  constructor(private readonly mail: MailService) {}

  @OnEvent('order.lost')
  handle(): void {
    this.mail.send();
  }
}

class Ship {}

@CommandHandler(Ship)
class ShipHandler implements ICommandHandler<Ship> {
  constructor(private readonly mail: MailService) {}

  async execute(): Promise<string> {
    return this.mail.send();
  }
}

@Injectable()
class Reports {
  constructor(private readonly mail: MailService) {}

  /** Also a handler of requests, which is traced earlier than other methods. */
  @Get()
  @Timeout(1)
  print(): void {
    this.mail.send();
  }
}

const PROVIDERS = [MailService, MailListener, RequestListener, ShipHandler, Reports];

@Module({ providers: PROVIDERS })
class MailModule {}

let module: TestingModule;

async function start(options: TracingOptions = {}, overridden: object = new MailService()) {
  const setup = testTracingOptions({ providers: true, schedule: false, ...options });
  const imports = [
    ...[EventEmitterModule.forRoot(), CqrsModule.forRoot(), ScheduleModule.forRoot()],
    ...[MailModule, TracingModule.forRoot(setup.options)],
  ];
  const building = Test.createTestingModule({ imports }).setLogger(silentLogger);
  if (!(overridden instanceof MailService)) {
    building.overrideProvider(MailService).useValue(overridden);
  }
  module = await building.compile();
  await module.init();
  return { ...setup, tracer: module.get(Tracer) };
}

afterEach(() => module.close());

it('event listeners and command handlers have one span for a call', async () => {
  const { tracer, recorder } = await start({ schedule: { ignore: [/./] } });
  await tracer.trace('POST /orders', {}, async () => {
    await module.get(EventEmitter2).emitAsync('order.placed');
    await module.get(CommandBus).execute(new Ship());
    await module.get(EventEmitter2).emitAsync('order.lost');
  });
  expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(dedent`
    POST /orders
      MailListener.confirm
        MailService.send
      ShipHandler.execute
        MailService.send
      RequestListener.handle
        MailService.send
  `);
});

it('listeners without spans of their own have those of providers', async () => {
  const { tracer, recorder } = await start({ events: false, schedule: { ignore: [/./] } });
  await tracer.trace('POST /orders', {}, () => module.get(EventEmitter2).emitAsync('order.placed'));
  expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(dedent`
    POST /orders
      MailListener.confirm
        MailService.send
  `);
});

it('runs of a schedule have one root span, and calls by other code that of a provider', async () => {
  const { tracer, recorder } = await start({ schedule: {} });
  expect(traceAsText(await recorder.takeNextSpans(2), { attributes: false })).toBe(
    'Reports.print\n  MailService.send',
  );
  tracer.trace('GET /reports', {}, () => module.get(Reports).print());
  expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(dedent`
    GET /reports
      Reports.print
        MailService.send
  `);
});

it('a value in the place of a provider is not changed', async () => {
  const calls: unknown[] = [];
  const send = (...args: unknown[]): number => calls.push(args);
  const { tracer, recorder } = await start({ schedule: { ignore: [/./] } }, { send });
  await tracer.trace('POST /orders', {}, () => module.get(EventEmitter2).emitAsync('order.placed'));
  expect((module.get(MailService) as { send: unknown }).send).toBe(send);
  expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
    'POST /orders\n  MailListener.confirm',
  );
  expect(calls.length).toBeGreaterThan(0);
});
