import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  ConflictException,
  Controller,
  type INestApplication,
  Injectable,
  Module,
  Param,
  Post,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SpanAttribute, Traced, Tracer, TracingModule } from 'nestjs-traced';
import { SpanRecorder, TracingTestingModule } from 'nestjs-traced/testing';
import './traces.js';

@Injectable()
class OrdersService {
  constructor(private readonly tracer: Tracer) {}

  @Traced()
  async place(@SpanAttribute('stock.sku') sku: string): Promise<void> {
    await this.tracer.trace('reserve stock', async () => {
      if (sku === 'unicorn') throw new ConflictException('out of stock');
    });
  }
}

@Controller('orders')
class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post(':sku')
  place(@Param('sku') sku: string): Promise<void> {
    return this.orders.place(sku);
  }
}

@Module({
  imports: [TracingModule.forRoot({ serviceName: 'orders' })],
  controllers: [OrdersController],
  providers: [OrdersService],
})
class AppModule {}

let app: INestApplication;
let recorder: SpanRecorder;

beforeAll(async () => {
  const module = await Test.createTestingModule({
    imports: [AppModule, TracingTestingModule.forApplication()],
  }).compile();
  app = module.createNestApplication();
  await app.listen(0);
  recorder = app.get(SpanRecorder);
});

afterAll(() => app.close());

async function post(path: string): Promise<number> {
  const { status } = await fetch(`${await app.getUrl()}${path}`, { method: 'POST' });
  await recorder.waitForTrace();
  return status;
}

it('reserves the stock of an order', async () => {
  expect(await post('/orders/chair')).toBe(201);

  expect(recorder).toMatchTrace(`
    POST /orders/:sku [server] http.response.status_code=201
      OrdersService.place stock.sku=chair
        reserve stock
  `);
});

it('fails while it reserves the stock', async () => {
  expect(await post('/orders/unicorn')).toBe(409);

  expect(recorder).toHaveSpan({
    name: 'reserve stock',
    parent: 'OrdersService.place',
    status: { code: 'error', message: 'out of stock' },
  });
  expect(recorder).toHaveSpan({ name: 'OrdersService.place', status: 'error' });
  expect(recorder).toHaveSpan({ kind: 'server', status: 'unset' });
});
