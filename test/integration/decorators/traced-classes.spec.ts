import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication, Injectable, Param, Scope } from '@nestjs/common';
import { CommandBus, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { Cron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { Traced } from '../../../lib/decorators/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';

@Traced()
@Injectable({ scope: Scope.REQUEST })
class Basket {
  size(): number {
    return 2;
  }
}

class BaseController {
  @Get('inherited/:id')
  inherited(@Param('id') id: string): string {
    return `inherited ${id}`;
  }
}

@Traced()
@Controller('above')
class TracedAbove extends BaseController {
  constructor(readonly basket: Basket) {
    super();
  }

  @Get(':id')
  find(@Param('id') id: string): string {
    return `${id} ${this.basket.size()}`;
  }
}

@Controller('below')
@Traced()
class TracedBelow extends BaseController {
  constructor(readonly basket: Basket) {
    super();
  }

  @Get(':id')
  find(@Param('id') id: string): string {
    return `${id} ${this.basket.size()}`;
  }
}

@Traced()
@Injectable()
class Listeners {
  @OnEvent('order.placed')
  placed(_id: string): void {}

  @Cron('0 0 1 1 *', { name: 'yearly' })
  yearly(): void {}
}

class PlaceOrder {}

@Traced()
@CommandHandler(PlaceOrder)
class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  async execute(_command: PlaceOrder): Promise<string> {
    return 'placed';
  }
}

describe('traced classes in a Nest application', () => {
  let app: INestApplication;
  let tracing: TestTracing;
  let url: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [CqrsModule.forRoot(), EventEmitterModule.forRoot(), ScheduleModule.forRoot()],
      controllers: [TracedAbove, TracedBelow],
      providers: [Basket, Listeners, PlaceOrderHandler],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    tracing = createTestTracing();
  });

  afterAll(async () => {
    tracing.close();
    await app.close();
    tracing.recorder.verify();
  });

  const recorded = () => traceAsText(tracing.recorder.takeSpans());

  it.each([
    ['above', 'TracedAbove'],
    ['below', 'TracedBelow'],
  ])('serve their routes: decorated %s', async (path, name) => {
    expect(await (await fetch(`${url}/${path}/7`)).text()).toBe('7 2');
    expect(await (await fetch(`${url}/${path}/inherited/8`)).text()).toBe('inherited 8');
    expect(recorded()).toBe(`${name}.find\n  Basket.size\n\n${name}.inherited`);
  });

  it('listen to events, and keep their schedules', async () => {
    await app.get(EventEmitter2).emitAsync('order.placed', '1');
    expect(recorded()).toBe('Listeners.placed');
    await app.get(SchedulerRegistry).getCronJob('yearly').fireOnTick();
    expect(recorded()).toBe('Listeners.yearly');
  });

  it('handle commands', async () => {
    expect(await app.get(CommandBus).execute(new PlaceOrder())).toBe('placed');
    expect(recorded()).toBe('PlaceOrderHandler.execute');
  });
});
