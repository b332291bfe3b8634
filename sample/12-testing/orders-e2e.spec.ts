import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SpanRecorder, TracingTestingModule } from 'nestjs-traced/testing';
import { AppModule } from './orders.js';
import './traces.js';

let app: INestApplication;
let recorder: SpanRecorder;

beforeAll(async () => {
  const module = await Test.createTestingModule({
    // The application as it is, with a recorder in place of its exporter.
    imports: [AppModule, TracingTestingModule.forApplication()],
  }).compile();
  app = module.createNestApplication();
  await app.listen(0);
  recorder = app.get(SpanRecorder);
});

afterAll(() => app.close());

async function post(path: string): Promise<number> {
  const { status } = await fetch(`${await app.getUrl()}${path}`, { method: 'POST' });
  // The response arrives before the span of its request ends.
  await recorder.waitForTrace();
  return status;
}

it('places an order', async () => {
  expect(await post('/orders/chair')).toBe(201);

  expect(recorder).toMatchTrace(`
    POST /orders/:sku [server] http.response.status_code=201
      OrdersService.place
        StockService.reserve stock.sku=chair
        compute price
  `);
});

it('refuses an order where the stock is empty', async () => {
  expect(await post('/orders/unicorn')).toBe(409);

  expect(recorder).toHaveSpan({
    name: 'StockService.reserve',
    parent: 'OrdersService.place',
    status: { code: 'error', message: 'out of stock' },
    events: ['exception'],
  });
  expect(recorder).toHaveSpan({ name: 'OrdersService.place', status: 'error', events: [] });
  expect(recorder).toHaveSpan({ kind: 'server', status: 'unset' });
});
