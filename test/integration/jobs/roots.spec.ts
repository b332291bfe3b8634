import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ApolloDriver } from '@nestjs/apollo';
import {
  BullModule as BullModule4,
  getQueueToken as bullQueueToken,
  Process,
  Processor as Processor4,
} from '@nestjs/bull';
import { BullModule, getQueueToken, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Controller, Inject, Injectable, type OnApplicationBootstrap, Post } from '@nestjs/common';
import {
  CommandBus,
  CommandHandler,
  CqrsModule,
  EventBus,
  EventsHandler,
  QueryBus,
  QueryHandler,
  Saga,
} from '@nestjs/cqrs';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { GraphQLModule, Query as GraphqlQuery, Int, Resolver } from '@nestjs/graphql';
import {
  ClientProxyFactory,
  GrpcMethod,
  type GrpcOptions,
  MessagePattern,
  Transport,
} from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { SpanKind } from '@opentelemetry/api';
import Bull from 'bull';
import { Queue } from 'bullmq';
import { CronJob } from 'cron';
import { firstValueFrom, map, type Observable } from 'rxjs';
import { DataSource } from 'typeorm';
import { type ReadableSpan, TracingModule } from '../../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { isServiceThere, REDIS } from '../../support/services.js';
import { silentLogger } from '../../support/silent-logger.js';
import { until } from '../../support/until.js';
import { PROTO_PATH, plainClient, portOf } from '../grpc/application/start-shop.js';
import { type ChatClient, CLIENT_KINDS } from '../websocket/application/clients.js';

const connection = { host: '127.0.0.1', port: 6379 };
const MAIL = `traced-roots-mail-${process.pid}`;
const BILLS = `traced-roots-bills-${process.pid}`;

class PlaceOrder {}
class PackOrder {}
class FindOrder {}
class OrderPlaced {}

/** Everything that the application does is a query: a query without a cause would be a root. */
@Injectable()
class Database {
  readonly done = new Set<string>();

  constructor(@Inject(DataSource) private readonly source: DataSource) {}

  async query(work: string): Promise<void> {
    await this.source.query('SELECT 1');
    this.done.add(work);
  }
}

@CommandHandler(PlaceOrder)
class PlaceOrderHandler {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(EventBus) private readonly events: EventBus,
    @Inject(getQueueToken(MAIL)) private readonly mails: Queue,
    @Inject(bullQueueToken(BILLS)) private readonly bills: Bull.Queue,
    @Inject(EventEmitter2) private readonly emitter: EventEmitter2,
  ) {}

  async execute(): Promise<void> {
    await this.database.query('command');
    this.events.publish(new OrderPlaced());
    await this.mails.add('welcome', {}, { attempts: 2 });
    await this.mails.upsertJobScheduler('digest', { every: 20, limit: 2 }, { name: 'digest' });
    await this.bills.add({});
    this.emitter.emit('order.placed');
  }
}

@CommandHandler(PackOrder)
class PackOrderHandler {
  constructor(@Inject(Database) private readonly database: Database) {}

  execute(): Promise<void> {
    return this.database.query('command of a saga');
  }
}

@QueryHandler(FindOrder)
class FindOrderHandler {
  constructor(@Inject(Database) private readonly database: Database) {}

  execute(): Promise<void> {
    return this.database.query('query');
  }
}

@EventsHandler(OrderPlaced)
class OrderPlacedHandler {
  constructor(@Inject(Database) private readonly database: Database) {}

  handle(): Promise<void> {
    return this.database.query('event');
  }
}

@Injectable()
class Listeners implements OnApplicationBootstrap {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(SchedulerRegistry) private readonly schedules: SchedulerRegistry,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.database.query('bootstrap');
    const onTick = (): Promise<void> => this.database.query('registered job');
    this.schedules.addCronJob(
      'reminders',
      CronJob.from({ cronTime: '* * * * * *', onTick, start: true }),
    );
  }

  @OnEvent('order.*', { async: true })
  async onOrder(): Promise<void> {
    await this.queries.execute(new FindOrder());
    await this.database.query('listener');
  }

  @Saga()
  packing(events: Observable<OrderPlaced>): Observable<PackOrder> {
    return events.pipe(map(() => new PackOrder()));
  }

  @Timeout(1)
  once(): Promise<void> {
    return this.database.query('timeout');
  }

  @Interval(10)
  often(): Promise<void> {
    return this.database.query('interval');
  }
}

@Processor(MAIL)
class MailProcessor extends WorkerHost {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  async process(job: { name: string; attemptsMade: number }): Promise<void> {
    await this.database.query(`process ${job.name}`);
    if (job.name === 'welcome' && job.attemptsMade === 0) throw new Error('try again');
  }

  @OnWorkerEvent('active')
  onActive(): Promise<void> {
    return this.database.query('active');
  }

  @OnWorkerEvent('completed')
  onCompleted(): Promise<void> {
    return this.database.query('completed');
  }

  @OnWorkerEvent('drained')
  onDrained(): Promise<void> {
    return this.database.query('drained');
  }
}

@Processor4(BILLS)
class BillProcessor {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Process()
  process(): Promise<void> {
    return this.database.query('process bill');
  }
}

@Controller('orders')
class OrdersController {
  constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}

  @Post()
  async place(): Promise<void> {
    await this.commands.execute(new PlaceOrder());
  }
}

@Controller()
class MessagesController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @MessagePattern('order.cancel')
  async cancel(): Promise<string> {
    await this.database.query('message');
    return 'cancelled';
  }

  @GrpcMethod('Orders', 'Find')
  async find(order: { id: string }): Promise<{ id: string }> {
    await this.database.query('grpc');
    return order;
  }
}

@WebSocketGateway()
class OrdersGateway {
  constructor(@Inject(Database) private readonly database: Database) {}

  @SubscribeMessage('track')
  async track(): Promise<{ event: string; data: string }> {
    await this.database.query('websocket');
    return { event: 'tracked', data: 'here' };
  }
}

@Resolver()
class OrdersResolver {
  constructor(@Inject(Database) private readonly database: Database) {}

  @GraphqlQuery(() => Int)
  async orderCount(): Promise<number> {
    await this.database.query('graphql');
    return 1;
  }
}

const WORK = [
  ...['bootstrap', 'registered job', 'message', 'grpc', 'websocket', 'graphql'],
  ...['command', 'command of a saga', 'query', 'event', 'listener', 'timeout', 'interval'],
  ...['process welcome', 'process digest', 'active', 'completed', 'drained', 'process bill'],
];

let app: NestExpressApplication;
let socket: ChatClient | undefined;
const describeIfThere = (await isServiceThere(REDIS)) ? describe : describe.skip;

describeIfThere('an application with every kind of entry point', () => {
  afterEach(async () => {
    socket?.vanish();
    await app.close();
    const [mails, bills] = [
      new Queue(MAIL, { connection }),
      new Bull(BILLS, { redis: connection }),
    ];
    await Promise.all([mails.obliterate({ force: true }), bills.obliterate({ force: true })]);
    await Promise.all([mails.close(), bills.close()]);
  });

  it('has only roots that are entry points, schedules or its start', async () => {
    const { options, recorder, warnings } = testTracingOptions({ bootstrap: true });
    const testing = Test.createTestingModule({
      imports: [
        ScheduleModule.forRoot(),
        EventEmitterModule.forRoot({ wildcard: true }),
        CqrsModule.forRoot(),
        TypeOrmModule.forRoot({ type: 'sqljs' }),
        BullModule.registerQueue({ name: MAIL, connection }),
        BullModule4.registerQueue({ name: BILLS, redis: connection }),
        GraphQLModule.forRoot({ driver: ApolloDriver, autoSchemaFile: true, playground: false }),
        TracingModule.forRoot(options),
      ],
      controllers: [OrdersController, MessagesController],
      providers: [
        ...[Database, Listeners, PlaceOrderHandler, PackOrderHandler, FindOrderHandler],
        ...[OrderPlacedHandler, MailProcessor, BillProcessor, OrdersGateway, OrdersResolver],
      ],
    });
    const module = await testing.setLogger(silentLogger).compile();
    app = module.createNestApplication<NestExpressApplication>();
    app.useWebSocketAdapter(new WsAdapter(app));
    const transport = { transport: Transport.TCP, options: { port: 0 } } as const;
    const server = app.connectMicroservice(transport);
    const grpcServer = app.connectMicroservice<GrpcOptions>({
      transport: Transport.GRPC,
      options: { package: 'shop', protoPath: PROTO_PATH, url: '127.0.0.1:0' },
    });
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const response = await fetch(`${url}/orders`, { method: 'POST' });
    expect(response.status).toBe(201);
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'query Count { orderCount }' }),
    });
    expect(await answer.json()).toEqual({ data: { orderCount: 1 } });
    socket = await CLIENT_KINDS[0]?.connect(url);
    expect(await socket?.ask('track')).toEqual({ event: 'tracked', data: 'here' });
    const { port } = server.unwrap<Server>().address() as AddressInfo;
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port } });
    expect(await firstValueFrom(client.send('order.cancel', {}))).toBe('cancelled');
    await client.close();
    const shop = plainClient(`127.0.0.1:${portOf(grpcServer)}`);
    const found = await new Promise((resolve) => {
      shop.find?.({ id: '7' }, (error: unknown, order: unknown) => resolve(error ?? order));
    });
    expect(found).toMatchObject({ id: '7' });
    shop.close();
    const { done } = module.get(Database);
    await until(
      () =>
        WORK.every((work) => done.has(work)) &&
        recorder.spans.filter(isOf('process', MAIL)).length >= 4,
      () => WORK.filter((work) => !done.has(work)),
    );
    await app.close();

    const spans = recorder.takeSpans();
    const roots = spans.filter((span) => span.parentSpanContext === undefined);
    const named = roots.map((span) => `${span.name} ${SpanKind[span.kind]}`);
    expect([...new Set(named)].sort()).toEqual(
      [
        'bootstrap INTERNAL',
        'reminders INTERNAL',
        'message track SERVER',
        'POST /graphql query Count SERVER',
        'process order.cancel SERVER',
        'shop.Orders/Find SERVER',
        'Listeners.often INTERNAL',
        'Listeners.once INTERNAL',
        'MailProcessor.onDrained CONSUMER',
        'POST /orders SERVER',
        `process ${BILLS} CONSUMER`,
        `process ${MAIL} CONSUMER`,
      ].sort(),
    );
    expect(recorder.openSpans).toEqual([]);
    expect(warnings).toEqual([]);

    const request = roots.find((span) => span.name === 'POST /orders');
    const { traceId } = (request as ReadableSpan).spanContext();
    const trace = spans.filter((span) => span.spanContext().traceId === traceId);
    expect(
      traceAsText(trace, { attributes: false })
        .replaceAll(MAIL, 'mail')
        .replaceAll(BILLS, 'bills')
        .split('\n')
        .sort(),
    ).toEqual(
      [
        'POST /orders [server]',
        '  PlaceOrderHandler.execute',
        '    SELECT [client]',
        '    OrderPlacedHandler.handle',
        '      SELECT [client]',
        '    Listeners.packing',
        '      PackOrderHandler.execute',
        '        SELECT [client]',
        '    add mail [producer]',
        '    add mail [producer]',
        '    add bills [producer]',
        '    Listeners.onOrder',
        '      FindOrderHandler.execute',
        '        SELECT [client]',
        '      SELECT [client]',
      ].sort(),
    );
  });
});

function isOf(operation: string, queue: string): (span: ReadableSpan) => boolean {
  return (span) => span.name === `${operation} ${queue}`;
}
