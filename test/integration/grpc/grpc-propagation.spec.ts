import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TextMapPropagator } from '@opentelemetry/api';
import {
  B3Propagator,
  CompositePropagator,
  DatadogPropagator,
  JaegerPropagator,
  type TracingOptions,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
  withBaggage,
  XRayPropagator,
} from 'nestjs-traced';
import { lastValueFrom } from 'rxjs';
import {
  nextTrace,
  type Shop,
  type ShopClient,
  sharedTracing,
  startClient,
  startShop,
} from './application/start-shop.js';

let shop: Shop;
let client: ShopClient;

async function start(others: TracingOptions = {}) {
  const tracing = sharedTracing(others);
  shop = await startShop(tracing.options);
  client = await startClient(tracing.options, shop.address);
  return tracing;
}

afterEach(async () => {
  await client.client.close();
  await shop.server.close();
});

describe('the metadata of a call', () => {
  it.each<[string, TextMapPropagator]>([
    ['W3C', new W3CTraceContextPropagator()],
    ['B3', new B3Propagator()],
    ['B3 in several keys', new B3Propagator({ injectFormat: 'multi' })],
    ['Jaeger', new JaegerPropagator({ injects: true })],
    ['X-Ray', new XRayPropagator()],
    ['Datadog', new DatadogPropagator()],
  ])('carries the trace by %s', async (_, propagator) => {
    const { recorder } = await start({ propagator });
    await lastValueFrom(client.orders.find({ id: '7' }));
    expect(await nextTrace(recorder, 3)).toBe(
      'shop.Orders/Find [client] rpc.status_code=OK\n' +
        '  shop.Orders/Find [server] rpc.status_code=OK\n' +
        '    load',
    );
    recorder.verify();
  });

  it('carries baggage, beside what the user sends', async () => {
    const { recorder } = await start({
      propagator: new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
      baggage: { spanAttributes: ['tenant'] },
      grpc: { server: { captureRequestMetadata: ['x-shelf', 'baggage'] } },
    });
    const metadata = new grpc.Metadata();
    metadata.add('x-shelf', 'a');
    metadata.add('x-shelf', 'b');
    await withBaggage({ tenant: 'blue' }, () =>
      lastValueFrom(client.orders.find({ id: '7' }, metadata)),
    );
    const attributes = ['tenant', 'rpc.request.metadata.x-shelf', 'rpc.request.metadata.baggage'];
    expect(await nextTrace(recorder, 3, attributes)).toBe(
      'shop.Orders/Find [client] tenant=blue\n' +
        '  shop.Orders/Find [server] rpc.request.metadata.baggage=["tenant=blue"] rpc.request.metadata.x-shelf=["a, b"] tenant=blue\n' +
        '    load tenant=blue',
    );
    recorder.verify();
  });
});
