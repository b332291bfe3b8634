import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dedent } from 'nestjs-traced/testing';
import { freePort } from '../../support/free-port.js';
import { expectShown } from './shown-traces.js';
import { type RunningSample, startSample } from './start-sample.js';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample(() => import('../../../sample/03-http/main.js'), {
    STOCK_PORT: String(await freePort()),
  });
});

afterAll(() => sample.close());

it('continues the trace in the called service', async () => {
  expect(await sample.ask('GET', '/offers/chair')).toBe('200 7 in stock');
  await sample.waitForSpans(4);
  expect(await sample.ask('GET', '/offers/unicorn')).toMatch(/^502 /);
  await sample.waitForSpans(8);

  expect(sample.traces(['http.response.status_code', 'stock.sku'])).toBe(dedent`
    GET /offers/:sku [server] http.response.status_code=200
      GET /stock/{sku} [client] http.response.status_code=200
        GET /stock/:sku [server] http.response.status_code=200
          StockService.count stock.sku=chair

    GET /offers/:sku [server] http.response.status_code=502 ERROR "Request failed with status code 404" exception BadGatewayException
      GET /stock/{sku} [client] http.response.status_code=404 ERROR
        GET /stock/:sku [server] http.response.status_code=404
          StockService.count stock.sku=unicorn ERROR "No unicorn in this shop" exception NotFoundException
  `);
  expectShown(sample.written(), '03-http');
});
