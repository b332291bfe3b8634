import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dedent } from 'nestjs-traced/testing';
import { expectShown } from './shown-traces.js';
import { type RunningSample, startSample } from './start-sample.js';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample(() => import('../../../sample/02-traced-methods/main.js'));
});

afterAll(() => sample.close());

it('shows arguments, results, parts of a method, and where an error began', async () => {
  const place = (id: string, skus: readonly string[]): Promise<string> =>
    sample.ask('POST', '/orders', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, skus }),
    });
  expect(await place('42', ['chair', 'lamp'])).toBe('201 R-200');
  await sample.waitForSpans(6);
  expect(await place('43', ['chair', 'lamp', 'rug'])).toMatch(/^402 .*The card was declined/);
  await sample.waitForSpans(13);

  const attributes = ['order.id', 'stock.sku', 'payment.cents', 'payment.receipt', 'error.type'];
  expect(sample.traces(['order.item_count', ...attributes])).toBe(dedent`
    POST /orders [server] order.item_count=2
      OrdersService.place order.id="42"
        reserve stock (event "stock reserved" stock.sku_count=2)
          reserve stock.sku=chair
          reserve stock.sku=lamp
        charge card [client] payment.cents=200 payment.receipt=R-200

    POST /orders [server] order.item_count=3
      OrdersService.place error.type=CardDeclinedError order.id="43" ERROR "The card was declined for 300 cents"
        reserve stock (event "stock reserved" stock.sku_count=3)
          reserve stock.sku=chair
          reserve stock.sku=lamp
          reserve stock.sku=rug
        charge card [client] error.type=CardDeclinedError payment.cents=300 ERROR "The card was declined for 300 cents" exception CardDeclinedError
  `);
  expectShown(sample.written(), '02-traced-methods');
});
