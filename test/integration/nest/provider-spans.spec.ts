import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type DynamicModule,
  Get,
  HttpException,
  Inject,
  Injectable,
  Module,
  Param,
  ParseIntPipe,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import mongoose, { type Model } from 'mongoose';
import { ClsModule, ClsService, InjectableProxy } from 'nestjs-cls';
import { Traced, type TracingOptions, Untraced } from '../../../lib/index.js';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { dedent, traceAsText } from '../../../lib/testing/index.js';
import { PLATFORMS } from '../http/application/platforms.js';

const Order = mongoose.model('Order', new mongoose.Schema({ total: Number }));

abstract class Repository {
  find(id: number): string {
    return this.describe(id);
  }

  abstract describe(id: number): string;
}

@Injectable()
class OrdersRepository extends Repository {
  readonly #prefix = 'order';
  static getterCount = 0;
  readonly bound = (): string => this.#prefix;

  get connection(): string {
    OrdersRepository.getterCount++;
    return 'open';
  }

  describe(id: number): string {
    return `${this.#prefix} ${id}`;
  }

  [Symbol.for('hidden')](): string {
    return 'symbol';
  }
}

@Injectable()
class FrozenService {
  constructor() {
    Object.freeze(this);
  }

  read(): string {
    return Object.isFrozen(this) ? 'frozen' : 'changed';
  }
}

@Injectable()
class Cache extends Map<string, string> {
  load(key: string): string {
    this.set(key, `${key}!`);
    return this.get(key) ?? '';
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestService {
  work(): string {
    return 'request';
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class TransientService {
  async work(): Promise<string> {
    return 'transient';
  }
}

@Injectable()
class OrdersGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@InjectableProxy()
class Tenant {
  name = 'none';

  title(): string {
    return `tenant ${this.name}`;
  }
}

@Injectable()
class OrdersService {
  started = 0;

  constructor(
    private readonly repository: OrdersRepository,
    private readonly frozen: FrozenService,
    private readonly cache: Cache,
    private readonly transient: TransientService,
    private readonly cls: ClsService,
    private readonly tenant: Tenant,
    @Inject('prices') private readonly prices: Map<string, number>,
    @Inject('greet') private readonly greet: ((name: string) => string) & { language: string },
    @Inject('Order') private readonly orders: Model<{ total: number }>,
  ) {}

  onModuleInit(): void {
    this.started++;
  }

  async place(id: number): Promise<string[]> {
    this.cls.set('id', id);
    return [
      this.repository.find(id),
      this.repository.bound(),
      this.frozen.read(),
      this.cache.load('a'),
      await this.transient.work(),
      this.tenant.title(),
      `${this.prices.get('chair')} ${this.greet.language} ${this.greet('Ada')}`,
      `${new this.orders({ total: 3 }).total} ${this.orders.modelName}`,
      String(this.cls.get('id')),
      this.traced(),
      this.quiet(),
    ];
  }

  @Traced('priced')
  traced(): string {
    return 'traced';
  }

  @Untraced()
  quiet(): string {
    return 'quiet';
  }

  fail(): never {
    throw new HttpException('sold out', 409);
  }
}

@Controller('orders')
@UseGuards(OrdersGuard)
class OrdersController {
  constructor(
    private readonly orders: OrdersService,
    private readonly request: RequestService,
  ) {}

  @Get(':id')
  async find(@Param('id', ParseIntPipe) id: number): Promise<string[]> {
    return [this.request.work(), ...(await this.orders.place(id))];
  }

  @Get(':id/failing')
  fail(): void {
    this.orders.fail();
  }
}

const greet = Object.assign((name: string): string => `hello ${name}`, { language: 'en' });

@Module({})
class OrdersModule {
  static with(tracing: DynamicModule): DynamicModule {
    return {
      module: OrdersModule,
      imports: [
        tracing,
        ClsModule.forRoot({ global: true, middleware: { mount: true } }),
        ClsModule.forFeature(Tenant),
      ],
      controllers: [OrdersController],
      providers: [
        ...[OrdersService, OrdersRepository, FrozenService, Cache, OrdersGuard],
        ...[RequestService, TransientService],
        { provide: 'prices', useValue: new Map([['chair', 7]]) },
        { provide: 'greet', useValue: greet },
        { provide: 'Order', useFactory: () => Order },
      ],
    };
  }
}

const ANSWER = [
  ...['request', 'order 7', 'order', 'frozen', 'a!', 'transient', 'tenant none'],
  ...['7 en hello Ada', '3 Order', '7', 'traced', 'quiet'],
];

const CLASSES = [OrdersController, OrdersService, OrdersRepository, FrozenService, Cache];

function membersOf(classes: readonly (abstract new (...args: never[]) => unknown)[]) {
  return classes.map(({ prototype }) => Object.getOwnPropertyDescriptors(prototype));
}

describe.each(PLATFORMS)('providers: true, on $name', (platform) => {
  let app: StartedApplication;

  async function start(providers: TracingOptions['providers'], others: TracingOptions = {}) {
    const module = OrdersModule.with;
    app = await startApplication(platform, { module, tracing: { ...others, providers } });
  }

  async function traceOf(path: string): Promise<string> {
    await fetch(`${app.url}${path}`);
    return traceAsText(await app.recorder.takeNextTrace(), { attributes: false });
  }

  afterEach(async () => {
    await app.application.close();
    app.recorder.verify();
    expect(app.warnings).toEqual([]);
  });

  it('makes a span for each method of the application, and none of proxies and other packages', async () => {
    await start(true);
    const response = await fetch(`${app.url}/orders/7`);
    expect(await response.json()).toEqual(ANSWER);
    expect(OrdersRepository.getterCount).toBe(0);
    const spans = await app.recorder.takeNextTrace();
    expect(traceAsText(spans, { attributes: false })).toBe(dedent`
      GET /orders/:id [server]
        OrdersController.find
          RequestService.work
          OrdersService.place
            OrdersRepository.find
              OrdersRepository.describe
            FrozenService.read
            Cache.load
            TransientService.work
            priced
    `);
  });

  it('records what a method throws, at the method where it comes from', async () => {
    await start(true);
    expect(await traceOf('/orders/7/failing')).toBe(dedent`
      GET /orders/:id/failing [server]
        OrdersController.fail ERROR "sold out"
          OrdersService.fail ERROR "sold out" exception HttpException
    `);
  });

  it('makes no spans in ignored requests', async () => {
    await start(true, { http: { server: { ignore: ['/orders/7'] } } });
    expect(await (await fetch(`${app.url}/orders/7`)).json()).toEqual(ANSWER);
    expect(app.recorder.takeSpans()).toEqual([]);
  });

  it('selects methods by rules', async () => {
    await start({
      include: ['Orders*', FrozenService, ({ methodName }) => methodName === 'load'],
      exclude: ['OrdersController', /Repository\.desc/],
    });
    expect(await traceOf('/orders/7')).toBe(dedent`
      GET /orders/:id [server]
        OrdersService.place
          OrdersRepository.find
          FrozenService.read
          Cache.load
          priced
    `);
  });

  it('traces an object of another package if a rule names its class', async () => {
    await start({ include: ['ClsService.setIfUndefined', 'OrdersService', '*.get'] });
    const trace = await traceOf('/orders/7');
    expect(trace).toContain('\n  ClsService.setIfUndefined');
    // The objects of other packages that `*.get` matches are not traced.
    expect(trace.replaceAll(/\n +ClsService.setIfUndefined/g, '')).toBe(dedent`
      GET /orders/:id [server]
        OrdersService.place
          priced
    `);
  });

  it('leaves classes and objects as they were when the application has closed', async () => {
    const before = membersOf(CLASSES);
    await start(true);
    const service = app.application.get(OrdersService);
    const fields = Object.getOwnPropertyDescriptors(service);
    expect(membersOf(CLASSES)).not.toEqual(before);
    await app.application.close();
    expect(membersOf(CLASSES)).toEqual(before);
    expect(Object.getOwnPropertyDescriptors(service)).toEqual(fields);
    expect(service.started).toBe(1);
  });

  it('leaves mocks as they are', async () => {
    await start(true);
    const service = app.application.get(OrdersService);
    const spy = jest.spyOn(service, 'place').mockResolvedValue(['mocked']);
    expect(await (await fetch(`${app.url}/orders/7`)).json()).toEqual(['request', 'mocked']);
    expect(spy.mock.calls).toEqual([[7]]);
    spy.mockRestore();
    expect(app.application.get(Reflector)).toBeInstanceOf(Reflector);
    expect(traceAsText(await app.recorder.takeNextTrace(), { attributes: false })).toBe(dedent`
      GET /orders/:id [server]
        OrdersController.find
          RequestService.work
    `);
  });
});
