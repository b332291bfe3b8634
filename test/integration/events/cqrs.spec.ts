import { afterEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, Scope } from '@nestjs/common';
import {
  AggregateRoot,
  CommandBus,
  CommandHandler,
  CqrsModule,
  EventBus,
  EventPublisher,
  EventsHandler,
  type IEventPublisher,
  type IMessageSource,
  QueryBus,
  QueryHandler,
  Saga,
} from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { delay, filter, map, type Observable, type Subject } from 'rxjs';
import { Traced, Tracer, TracingModule, type TracingOptions } from '../../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { silentLogger } from '../../support/silent-logger.js';

class PlaceOrder {
  constructor(readonly id: string) {}
}
class PackOrder {
  constructor(readonly id: string) {}
}
class FindOrder {}
class OrderPlaced {
  constructor(readonly id: string) {}
}
class OrderPacked {}

class Order extends AggregateRoot {
  place(): void {
    this.apply(new OrderPlaced('7'));
  }
}

@CommandHandler(PlaceOrder)
class PlaceOrderHandler {
  constructor(
    @Inject(EventBus) private readonly events: EventBus,
    @Inject(EventPublisher) private readonly publisher: EventPublisher,
  ) {}

  async execute({ id }: PlaceOrder): Promise<string> {
    if (id === 'bad') throw new RangeError('no such order');
    if (id === 'aggregate') {
      const order = this.publisher.mergeObjectContext(new Order());
      order.place();
      order.commit();
    } else this.events.publish(new OrderPlaced(id));
    return id;
  }
}

@CommandHandler(PackOrder, { scope: Scope.REQUEST })
class PackOrderHandler {
  @Traced()
  async pack(): Promise<void> {}

  async execute(): Promise<void> {
    await this.pack();
  }
}

@QueryHandler(FindOrder)
class FindOrderHandler {
  async execute(): Promise<number> {
    return 7;
  }
}

@EventsHandler(OrderPlaced, OrderPacked)
class LogHandler {
  handle(event: OrderPlaced | OrderPacked): void {
    if (event instanceof OrderPlaced && event.id === 'loud') throw new TypeError('too loud');
  }
}

@EventsHandler(OrderPlaced, { scope: Scope.REQUEST })
class MailHandler {
  async handle(): Promise<void> {}
}

@Injectable()
class OrderSagas {
  @Saga()
  placed(events: Observable<unknown>): Observable<unknown> {
    return events.pipe(
      filter((event) => event instanceof OrderPlaced),
      delay(1),
      map(({ id }) => {
        if (id === 'broken saga') throw new RangeError('no packing');
        return id === 'unpacked' ? undefined : new PackOrder(id);
      }),
    );
  }
}

const HANDLERS = [
  PlaceOrderHandler,
  PackOrderHandler,
  FindOrderHandler,
  LogHandler,
  MailHandler,
  OrderSagas,
];

@Module({ imports: [CqrsModule.forRoot()], providers: HANDLERS })
class OrdersModule {}

let module: TestingModule;

async function start(options: TracingOptions = {}) {
  const setup = testTracingOptions(options);
  const imports = [OrdersModule, TracingModule.forRoot(setup.options)];
  module = await Test.createTestingModule({ imports }).setLogger(silentLogger).compile();
  await module.init();
  return {
    ...setup,
    commands: module.get(CommandBus),
    queries: module.get(QueryBus),
    events: module.get(EventBus),
    tracer: module.get(Tracer),
  };
}

afterEach(() => module.close());

const TREE = [
  '  PlaceOrderHandler.execute nestjs.command.name=PlaceOrder',
  '    LogHandler.handle nestjs.event.name="OrderPlaced, OrderPacked"',
  '    MailHandler.handle nestjs.event.name=OrderPlaced',
  '    OrderSagas.placed',
  '      PackOrderHandler.execute nestjs.command.name=PackOrder',
  '        PackOrderHandler.pack',
];

describe('@nestjs/cqrs', () => {
  it.each(['7', 'aggregate'])(
    'has one trace for a command and all that follows: %s',
    async (id) => {
      const { commands, tracer, recorder } = await start();
      const result = await tracer.trace('POST /orders', {}, () =>
        commands.execute(new PlaceOrder(id)),
      );
      expect(result).toBe(id);
      await recorder.waitForSpans(7);
      expect(traceAsText(recorder.takeSpans())).toBe(['POST /orders', ...TREE].join('\n'));
    },
  );

  it('has a span for a query', async () => {
    const { queries, tracer, recorder } = await start();
    const found = tracer.trace('GET /orders/:id', {}, () => queries.execute(new FindOrder()));
    expect(await found).toBe(7);
    expect(traceAsText(recorder.takeSpans())).toBe(
      ['GET /orders/:id', '  FindOrderHandler.execute nestjs.query.name=FindOrder'].join('\n'),
    );
  });

  it('records what a handler throws, and changes nothing about it', async () => {
    const { commands, recorder } = await start();
    await expect(commands.execute(new PlaceOrder('bad'))).rejects.toThrow('no such order');
    expect(traceAsText(recorder.takeSpans(), { attributes: ['error.type'] })).toBe(
      'PlaceOrderHandler.execute error.type=RangeError ERROR "no such order" exception RangeError',
    );
  });

  it('records what an event handler throws; the others run', async () => {
    const { events, tracer, recorder } = await start();
    tracer.trace('a', {}, () => events.publish(new OrderPlaced('loud')));
    await recorder.waitForSpans(6);
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      [
        'a',
        '  LogHandler.handle ERROR "too loud" exception TypeError',
        '  MailHandler.handle',
        '  OrderSagas.placed',
        '    PackOrderHandler.execute',
        '      PackOrderHandler.pack',
      ].join('\n'),
    );
  });

  it('has no span for a saga that emits nothing, and an error for one that breaks', async () => {
    const { events, tracer, recorder } = await start({ events: { ignore: [/Handler\./] } });
    tracer.trace('a', {}, () => events.publish(new OrderPlaced('unpacked')));
    tracer.trace('b', {}, () => events.publish(new OrderPlaced('broken saga')));
    await recorder.waitForSpans(3);
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      ['a', '', 'b', '  OrderSagas.placed ERROR "no packing" exception RangeError'].join('\n'),
    );
  });

  it('runs handlers in the trace of the publisher where a publisher of the user delivers late', async () => {
    const { events, tracer, recorder } = await start({ events: { ignore: ['OrderSagas.placed'] } });
    const publisher = new BatchPublisher();
    publisher.bridgeEventsTo(events.subject$);
    events.publisher = publisher;
    for (const name of ['first', 'second']) {
      tracer.trace(name, {}, () => events.publish(new OrderPlaced(name)));
    }
    tracer.trace('all', {}, () => events.publishAll([new OrderPacked()]));
    tracer.trace('flush', {}, () => publisher.flush());
    await recorder.waitForSpans(13);
    const handled = [
      '  LogHandler.handle',
      '  MailHandler.handle',
      '  PackOrderHandler.execute',
      '    PackOrderHandler.pack',
    ];
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      [
        'first',
        ...handled,
        '',
        'second',
        ...handled,
        '',
        'all',
        '  LogHandler.handle',
        '',
        'flush',
      ].join('\n'),
    );
  });

  it('is restored when the application closes', async () => {
    const { commands, events, recorder } = await start();
    const handler = module.get(PlaceOrderHandler);
    await module.close();
    expect(Object.getOwnPropertyNames(handler)).toEqual(['events', 'publisher']);
    expect(Object.hasOwn(events, 'publish')).toBe(false);
    expect(Object.hasOwn(events.subject$, 'next')).toBe(false);
    expect(Object.hasOwn(PackOrderHandler.prototype, 'execute')).toBe(true);
    await commands.execute(new PlaceOrder('7'));
    expect(recorder.takeSpans()).toEqual([]);
  });
});

/** Keeps events, and delivers all of them when it is told to. */
class BatchPublisher implements IEventPublisher, IMessageSource {
  readonly #events: unknown[] = [];
  #subject: Subject<unknown> | undefined;

  publish(event: unknown): void {
    this.#events.push(event);
  }

  bridgeEventsTo<T>(subject: Subject<T>): void {
    this.#subject = subject as unknown as Subject<unknown>;
  }

  flush(): void {
    for (const event of this.#events.splice(0)) this.#subject?.next(event);
  }
}
