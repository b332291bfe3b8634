import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Catch, Controller, type ExceptionFilter, Scope, UseFilters } from '@nestjs/common';
import type { SpanRecorder } from 'nestjs-traced/testing';
import { firstValueFrom, from, lastValueFrom, type Observable, throwError, toArray } from 'rxjs';
import { optionsOnOtherSdk } from '../../support/options-on-other-sdk.js';
import { OrdersController } from './application/orders.controller.js';
import {
  nextTrace,
  type Shop,
  type ShopClient,
  sharedTracing,
  startClient,
  startShop,
} from './application/start-shop.js';

describe.each([
  ['', () => sharedTracing()],
  [', on the provider of another SDK', () => optionsOnOtherSdk({})],
])('calls of Nest’s client to Nest’s server%s', (_, createTracing) => {
  let shop: Shop;
  let client: ShopClient;
  let recorder: SpanRecorder;
  let warnings: readonly string[];

  beforeEach(async () => {
    const tracing = createTracing();
    ({ recorder, warnings } = tracing);
    shop = await startShop(tracing.options);
    client = await startClient(tracing.options, shop.address);
  });

  afterEach(async () => {
    await client.client.close();
    await shop.server.close();
    expect(warnings).toEqual([]);
    recorder.verify();
  });

  it('unary: one client span and one server span in one trace', async () => {
    expect(await lastValueFrom(client.orders.find({ id: '7' }))).toMatchObject({ id: '7' });
    expect(await nextTrace(recorder, 3)).toBe(
      'shop.Orders/Find [client] rpc.status_code=OK\n' +
        '  shop.Orders/Find [server] rpc.status_code=OK\n' +
        '    load',
    );
  });

  it('client streaming', async () => {
    const orders = from([{ id: 'a' }, { id: 'b' }]);
    expect(await lastValueFrom(client.orders.collect(orders))).toMatchObject({ id: 'to b' });
    expect(await nextTrace(recorder, 4)).toBe(
      'shop.Orders/Collect [client] rpc.status_code=OK\n' +
        '  shop.Orders/Collect [server] rpc.status_code=OK\n' +
        '    take a\n' +
        '    take b',
    );
  });

  it('server streaming', async () => {
    const found = await lastValueFrom(client.orders.list({ id: 'all' }).pipe(toArray()));
    expect(found.map(({ id }) => id)).toEqual(['first', 'last']);
    expect(await nextTrace(recorder, 4)).toBe(
      'shop.Orders/List [client] rpc.status_code=OK\n' +
        '  shop.Orders/List [server] rpc.status_code=OK\n' +
        '    give first\n' +
        '    give last',
    );
  });

  it.each([
    ['Chat', 'chat', 'answer', ['re a', 're b']],
    ['Pass', 'pass', 'pass', ['a', 'b']],
  ] as const)('both ways: %s', async (name, method, word, answers) => {
    const orders = from([{ id: 'a' }, { id: 'b' }]);
    const answered = await lastValueFrom(client.orders[method](orders).pipe(toArray()));
    expect(answered.map(({ id }) => id)).toEqual(answers);
    expect(await nextTrace(recorder, 4)).toBe(
      `shop.Orders/${name} [client] rpc.status_code=OK\n` +
        `  shop.Orders/${name} [server] rpc.status_code=OK\n` +
        `    ${word} a\n` +
        `    ${word} b`,
    );
  });

  it('have the attributes of the semantic conventions on both sides', async () => {
    await firstValueFrom(client.orders.find({ id: '7' }));
    const spans = await recorder.takeNextTrace({ spanCount: 3 });
    const [host, port] = shop.address.split(':');
    const common = {
      'rpc.system.name': 'grpc',
      'rpc.method': 'shop.Orders/Find',
      'rpc.status_code': 'OK',
      'server.address': host,
      'server.port': Number(port),
      'network.peer.address': '127.0.0.1',
      'network.peer.port': expect.any(Number),
    };
    const attributesOf = (kind: number): unknown =>
      spans.find((span) => span.kind === kind)?.attributes;
    expect(attributesOf(2)).toEqual({ ...common, 'network.peer.port': Number(port) });
    expect(attributesOf(1)).toEqual({
      ...common,
      'code.function.name': 'OrdersController.find',
    });
  });

  it('fail by a guard', async () => {
    await expect(lastValueFrom(client.orders.refused({ id: '7' }))).rejects.toThrow('Forbidden');
    expect(await nextTrace(recorder, 3, ['rpc.status_code', 'error.type'])).toBe(
      'shop.Orders/Refused [client] error.type=UNKNOWN rpc.status_code=UNKNOWN ERROR "Forbidden resource"\n' +
        '  shop.Orders/Refused [server] error.type=UNKNOWN rpc.status_code=UNKNOWN ERROR "Forbidden resource" exception RpcException\n' +
        '    guard',
    );
  });

  it('fail by a pipe', async () => {
    await expect(lastValueFrom(client.orders.checked({ id: 'bad' }))).rejects.toThrow('bad order');
    expect(await nextTrace(recorder, 4)).toBe(
      'shop.Orders/Checked [client] rpc.status_code=INVALID_ARGUMENT ERROR "bad order"\n' +
        '  shop.Orders/Checked [server] rpc.status_code=INVALID_ARGUMENT\n' +
        '    guard\n' +
        '    pipe ERROR "bad order" exception RpcException',
    );
  });

  it('fail by an error that is no RpcException, recorded once', async () => {
    await expect(lastValueFrom(client.orders.find({ id: 'broken' }))).rejects.toThrow('Internal');
    expect(await nextTrace(recorder, 3)).toBe(
      'shop.Orders/Find [client] rpc.status_code=UNKNOWN ERROR "Internal server error"\n' +
        '  shop.Orders/Find [server] rpc.status_code=UNKNOWN ERROR "Internal server error" exception Error "the shelf broke"\n' +
        '    load',
    );
  });

  it('fail in the middle of a stream', async () => {
    const found: string[] = [];
    const listing = new Promise((resolve) => {
      client.orders.list({ id: 'short' }).subscribe({
        next: ({ id }) => found.push(id),
        error: resolve,
      });
    });
    expect(String(await listing)).toContain('no more');
    expect(found).toEqual(['first']);
    expect(await nextTrace(recorder, 3)).toBe(
      'shop.Orders/List [client] rpc.status_code=NOT_FOUND ERROR "no more"\n' +
        '  shop.Orders/List [server] rpc.status_code=NOT_FOUND exception RpcException "no more"\n' +
        '    give first',
    );
  });

  it('to a method that no controller has are UNIMPLEMENTED', async () => {
    await expect(lastValueFrom(client.orders.missing({ id: '7' }))).rejects.toThrow('implement');
    expect(await nextTrace(recorder, 2)).toBe(
      'shop.Orders/Missing [client] rpc.status_code=UNIMPLEMENTED ERROR "The server does not implement the method Missing"\n' +
        '  shop.Orders/Missing [server] rpc.status_code=UNIMPLEMENTED ERROR "The server does not implement the method Missing"',
    );
  });

  it('are one for each subscription, and none without', async () => {
    const calls = client.orders.find({ id: '7' });
    expect(recorder.spans).toEqual([]);
    await lastValueFrom(calls);
    await lastValueFrom(calls);
    await nextTrace(recorder, 3);
    await nextTrace(recorder, 3);
    const clients = recorder.spans.filter(({ kind }) => kind === 2);
    expect(clients).toHaveLength(2);
  });
});

describe('calls to a controller', () => {
  @Catch()
  class AnsweringFilter implements ExceptionFilter {
    catch(): Observable<never> {
      return throwError(() => ({ code: 10, message: 'answered by a filter' }));
    }
  }

  @Controller({ scope: Scope.REQUEST })
  class RequestScopedController extends OrdersController {}

  @UseFilters(AnsweringFilter)
  @Controller()
  class FilteredController extends OrdersController {}

  async function traceOf(controller: typeof OrdersController, id: string): Promise<string> {
    const { options, recorder } = sharedTracing();
    const shop = await startShop(options, {}, undefined, [controller]);
    const client = await startClient(options, shop.address);
    await lastValueFrom(client.orders.find({ id })).catch(() => undefined);
    const attributes = ['rpc.status_code', 'code.function.name'];
    const trace = await nextTrace(recorder, 3, attributes);
    await client.client.close();
    await shop.server.close();
    recorder.verify();
    return trace;
  }

  it('that is made for each call', async () => {
    expect(await traceOf(RequestScopedController, 'broken')).toBe(
      'shop.Orders/Find [client] rpc.status_code=UNKNOWN ERROR "Internal server error"\n' +
        '  shop.Orders/Find [server] code.function.name=RequestScopedController.find rpc.status_code=UNKNOWN ERROR "Internal server error" exception Error "the shelf broke"\n' +
        '    load',
    );
  });

  it('with a filter have the status that the filter gives, and the exception', async () => {
    expect(await traceOf(FilteredController, 'broken')).toBe(
      'shop.Orders/Find [client] rpc.status_code=ABORTED ERROR "answered by a filter"\n' +
        '  shop.Orders/Find [server] code.function.name=FilteredController.find rpc.status_code=ABORTED exception Error "the shelf broke"\n' +
        '    load',
    );
  });
});
