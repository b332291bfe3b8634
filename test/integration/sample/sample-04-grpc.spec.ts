import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dedent } from 'nestjs-traced/testing';
import { freePort } from '../../support/free-port.js';
import { expectShown } from './shown-traces.js';
import { type RunningSample, startSample } from './start-sample.js';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample(() => import('../../../sample/04-grpc/main.js'), {
    STOCK_URL: `127.0.0.1:${await freePort()}`,
  });
});

afterAll(() => sample.close());

it('continues the trace in the called service, also in streams', async () => {
  expect(await sample.ask('POST', '/orders/chair')).toBe('201 on shelf A7');
  await sample.waitForSpans(4);
  expect(await sample.ask('GET', '/orders/chair/levels')).toBe('200 [7,6,5]');
  await sample.waitForSpans(7);
  expect(await sample.ask('POST', '/orders/unicorn')).toMatch(/^500 /);
  await sample.waitForSpans(11);

  expect(sample.traces(['rpc.status_code', 'stock.sku'])).toBe(dedent`
    POST /orders/:sku [server]
      stock.Stock/Reserve [client] rpc.status_code=OK
        stock.Stock/Reserve [server] rpc.status_code=OK
          StockService.findShelf stock.sku=chair

    GET /orders/:sku/levels [server]
      stock.Stock/Watch [client] rpc.status_code=OK
        stock.Stock/Watch [server] rpc.status_code=OK

    POST /orders/:sku [server] ERROR "5 NOT_FOUND: No unicorn" exception Error
      stock.Stock/Reserve [client] rpc.status_code=NOT_FOUND ERROR "No unicorn"
        stock.Stock/Reserve [server] rpc.status_code=NOT_FOUND
          StockService.findShelf stock.sku=unicorn ERROR "No unicorn" exception RpcException
  `);
  expectShown(sample.written(), '04-grpc');
});
