import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  applyDecorators,
  type CanActivate,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  Header,
  HttpCode,
  type INestApplication,
  Injectable,
  Param,
  ParseIntPipe,
  Post,
  Query,
  Scope,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { Span } from '@opentelemetry/api';
import { contextStorage } from '../../../lib/context/index.js';
import { SpanAttribute, Traced } from '../../../lib/decorators/index.js';
import { CurrentSpan } from '../../../lib/nest/decorators/index.js';
import {
  createTestTracing,
  dedent,
  type TestTracing,
  traceAsText,
} from '../../../lib/testing/index.js';

const OnEvent = (event: string): MethodDecorator => SetMetadata('event', event);
const User = createParamDecorator((_data: unknown, _context: ExecutionContext) => 'ann');
const TracedGet = (path: string): MethodDecorator => applyDecorators(Traced(), Get(path));

@Injectable()
class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector.get<string>('role', context.getHandler()) !== 'admin';
  }
}

@Injectable({ scope: Scope.REQUEST })
class Basket {
  @Traced()
  size(): number {
    return 2;
  }
}

@Controller('orders')
class OrdersController {
  constructor(private readonly basket: Basket) {}

  @Traced()
  @Get('above/:id')
  @Header('x-above', 'yes')
  above(
    @Param('id', ParseIntPipe) @SpanAttribute('order.id') id: number,
    @User() user: string,
    @Query('page') page?: string,
  ): unknown {
    return { id, type: typeof id, user, page };
  }

  @Get('below/:id')
  @Header('x-below', 'yes')
  @Traced()
  below(@SpanAttribute('order.id') @Param('id') id: string): unknown {
    return { id, size: this.basket.size() };
  }

  @HttpCode(202)
  @Traced('create order')
  @Post()
  create(@CurrentSpan() span: Span): string {
    span.setAttribute('created', true);
    return 'created';
  }

  @Get('span')
  span(@CurrentSpan() span: Span): string {
    span.setAttribute('seen', true);
    return span.spanContext().spanId;
  }

  @UseGuards(RolesGuard)
  @Traced()
  @SetMetadata('role', 'admin')
  @Get('admin')
  admin(): string {
    return 'admin';
  }

  @TracedGet('applied')
  applied(): string {
    return 'applied';
  }
}

@Injectable()
class Listeners {
  @Traced()
  @OnEvent('order.placed')
  placed(): void {}

  @OnEvent('order.paid')
  @Traced()
  paid(): void {}
}

describe('a Nest application with decorated methods', () => {
  let tracing: TestTracing;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    tracing = createTestTracing();
    const module = await Test.createTestingModule({
      imports: [DiscoveryModule],
      controllers: [OrdersController],
      providers: [Basket, Listeners, RolesGuard],
    }).compile();
    app = module.createNestApplication({ logger: false });
    app.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      const span = tracing.tracer.startSpan(request.method ?? '');
      response.on('close', () => span.end());
      contextStorage.run(contextStorage.active().withSpan(span), next);
    });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/orders`;
  });

  afterEach(() => tracing.recorder.verify());

  afterAll(async () => {
    await app.close();
    tracing.close();
  });

  const recorded = async () => traceAsText(await tracing.recorder.takeNextTrace());

  it('routes to a method that is traced above its route, with pipes and other decorators', async () => {
    const response = await fetch(`${url}/above/7?page=2`);
    expect(await response.json()).toEqual({ id: 7, type: 'number', user: 'ann', page: '2' });
    expect(response.headers.get('x-above')).toBe('yes');
    expect(await recorded()).toBe('GET\n  OrdersController.above order.id=7');
  });

  it('routes to a method that is traced below its route', async () => {
    const response = await fetch(`${url}/below/7`);
    expect(await response.json()).toEqual({ id: '7', size: 2 });
    expect(response.headers.get('x-below')).toBe('yes');
    expect(await recorded()).toBe(dedent`
      GET
        OrdersController.below order.id="7"
          Basket.size
    `);
  });

  it('gives a traced handler its own span', async () => {
    const response = await fetch(url, { method: 'POST' });
    expect([response.status, await response.text()]).toEqual([202, 'created']);
    expect(await recorded()).toBe(dedent`
      POST
        create order code.function.name=OrdersController.create created=true
    `);
  });

  it('gives a handler that is not traced the active span', async () => {
    const response = await fetch(`${url}/span`);
    const [span] = await tracing.recorder.takeNextTrace();
    expect(await response.text()).toBe(span?.spanContext().spanId);
    expect(span?.attributes).toEqual({ seen: true });
  });

  it('shows guards the metadata of the handler', async () => {
    const response = await fetch(`${url}/admin`);
    expect(response.status).toBe(403);
    expect(await recorded()).toBe('GET');
  });

  it('takes the decorator as a part of a composed one', async () => {
    expect(await (await fetch(`${url}/applied`)).text()).toBe('applied');
    expect(await recorded()).toBe('GET\n  OrdersController.applied');
  });

  it('finds listeners by the metadata of their methods', () => {
    const [listeners] = app
      .get(DiscoveryService)
      .getProviders()
      .filter(({ metatype }) => metatype === Listeners);
    const instance = listeners?.instance as Record<string, object>;
    const events = new MetadataScanner()
      .getAllMethodNames(Listeners.prototype)
      .map((name) => [name, Reflect.getMetadata('event', instance[name]!)]);
    expect(events).toEqual([
      ['placed', 'order.placed'],
      ['paid', 'order.paid'],
    ]);
  });
});
