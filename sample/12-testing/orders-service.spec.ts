import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { SpanRecorder, TracingTestingModule } from 'nestjs-traced/testing';
import { OrdersService, StockService } from './orders.js';
import './traces.js';

it('reserves all items at once', async () => {
  const module = await Test.createTestingModule({
    imports: [TracingTestingModule.forRoot()],
    providers: [OrdersService, StockService],
  }).compile();

  await module.get(OrdersService).place(['chair', 'table']);

  expect(module.get(SpanRecorder)).toMatchTrace(`
    OrdersService.place
      StockService.reserve stock.sku=chair
      StockService.reserve stock.sku=table
      compute price
  `);
  await module.close();
});
