import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type DynamicModule,
  Get,
  Injectable,
  Module,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { Traced, type TracingOptions, Untraced } from '../../../lib/index.js';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { dedent, traceAsText } from '../../../lib/testing/index.js';
import { PLATFORMS } from '../http/application/platforms.js';

@Injectable()
class StockService {
  available(): number {
    return 3;
  }
}

@Injectable()
class StockGuard implements CanActivate {
  constructor(private readonly stock: StockService) {}

  canActivate(): boolean {
    return this.stock.available() > 0;
  }
}

@Controller('stock')
@UseGuards(StockGuard)
class StockController {
  constructor(private readonly stock: StockService) {}

  @Get()
  find(): number {
    return this.count();
  }

  count(): number {
    return this.stock.available();
  }
}

/** Another class with the method, as with a base class for several controllers. */
abstract class BaseController {
  constructor(protected readonly stock: StockService) {}

  @Get()
  find(): number {
    return this.stock.available();
  }
}

@Controller('inherited')
class InheritingController extends BaseController {
  constructor(stock: StockService) {
    super(stock);
  }

  @Get('untraced')
  @Untraced()
  quiet(): number {
    return this.stock.available();
  }
}

@Controller('events')
class EventController {
  constructor(
    private readonly stock: StockService,
    private readonly emitter: EventEmitter2,
  ) {}

  @Get()
  async emit(): Promise<void> {
    await this.emitter.emitAsync('stock.asked');
  }

  /** A handler of requests and of events. */
  @Get('handler')
  @OnEvent('stock.asked')
  handle(): number {
    return this.stock.available();
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController {
  constructor(private readonly stock: StockService) {}

  @Get()
  find(): number {
    return this.stock.available();
  }
}

@Controller('traced')
@Traced()
class TracedController {
  constructor(private readonly stock: StockService) {}

  @Get()
  find(): number {
    return this.stock.available();
  }
}

@Module({})
class StockModule {
  static with(tracing: DynamicModule): DynamicModule {
    return {
      module: StockModule,
      imports: [tracing, EventEmitterModule.forRoot()],
      controllers: [
        ...[StockController, InheritingController, EventController],
        ...[ScopedController, TracedController],
      ],
      providers: [StockService],
    };
  }
}

const CONTROLLERS = [
  ...[StockController, BaseController, InheritingController, EventController],
  ...[ScopedController, TracedController],
];

function membersOfControllers(): unknown[] {
  return CONTROLLERS.map(({ prototype }) => Object.getOwnPropertyDescriptors(prototype));
}

const PATHS = [
  ...['/stock', '/inherited', '/inherited/untraced', '/scoped', '/traced'],
  ...['/events', '/events/handler'],
];

const HANDLERS_OF_PROVIDERS = dedent`
  GET /stock [server]
    StockService.available
    StockController.find
      StockController.count
        StockService.available
  GET /inherited [server]
    InheritingController.find
      StockService.available
  GET /inherited/untraced [server]
    StockService.available
  GET /scoped [server]
    ScopedController.find
      StockService.available
  GET /traced [server]
    TracedController.find
      StockService.available
  GET /events [server]
    EventController.emit
      EventController.handle
        StockService.available
  GET /events/handler [server]
    EventController.handle
      StockService.available
`;

/** The guard has a span, which encloses the call of the service. */
const HANDLERS_OF_LIFECYCLE = HANDLERS_OF_PROVIDERS.replace(
  '  StockService.available',
  '  StockGuard.canActivate\n    StockService.available',
);

describe.each(PLATFORMS)('spans of providers and of the lifecycle, on $name', (platform) => {
  let app: StartedApplication;

  async function start(tracing: TracingOptions): Promise<void> {
    app = await startApplication(platform, { module: StockModule.with, tracing });
  }

  async function nextTrace(): Promise<string> {
    return traceAsText(await app.recorder.takeNextTrace(), { attributes: false });
  }

  async function traces(): Promise<string> {
    const texts: string[] = [];
    for (const path of PATHS) {
      expect((await fetch(`${app.url}${path}`)).status).toBe(200);
      texts.push(await nextTrace());
    }
    return texts.join('\n');
  }

  afterEach(async () => {
    await app.application.close();
    app.recorder.verify();
    expect(app.warnings).toEqual([]);
  });

  it.each<[string, TracingOptions, string]>([
    ['providers alone', {}, HANDLERS_OF_PROVIDERS],
    ["lifecycle: 'all'", { lifecycle: 'all' }, HANDLERS_OF_LIFECYCLE],
    ['lifecycle: true', { lifecycle: true }, HANDLERS_OF_PROVIDERS],
    ['lifecycle of guards', { lifecycle: { guards: true } }, HANDLERS_OF_LIFECYCLE],
  ])('each call of a handler has one span: %s', async (_, options, expected) => {
    const before = membersOfControllers();
    await start({ providers: true, ...options });
    expect(await traces()).toBe(expected);
    await app.application.close();
    expect(membersOfControllers()).toEqual(before);
  });

  it('the trace of the start is beside them', async () => {
    await start({ providers: true, lifecycle: 'all', bootstrap: true });
    expect(await nextTrace()).toBe(dedent`
      bootstrap
        create instances
        EventSubscribersLoader.onApplicationBootstrap
        ${platform.name}Adapter.listen
    `);
    expect(await traces()).toBe(HANDLERS_OF_LIFECYCLE);
  });

  it('excluded handlers have no span, and methods that they call have one', async () => {
    await start({ providers: { exclude: ['*Controller.find', 'EventController'] } });
    await fetch(`${app.url}/stock`);
    expect(await nextTrace()).toBe(dedent`
      GET /stock [server]
        StockService.available
        StockController.count
          StockService.available
    `);
  });

  it('a listener that `events.ignore` excludes has the span of a provider', async () => {
    await start({ providers: true, events: { ignore: ['EventController.handle'] } });
    await fetch(`${app.url}/events`);
    const expected = dedent`
      GET /events [server]
        EventController.emit
          EventController.handle
            StockService.available
    `;
    expect(await nextTrace()).toBe(expected);
  });
});
