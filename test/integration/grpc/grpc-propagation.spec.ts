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
import { type GrpcClientOptions, grpcClientInterceptor } from 'nestjs-traced/grpc';
import { traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom } from 'rxjs';
import {
  nextTrace,
  type Shop,
  type ShopClient,
  sharedTracing,
  startClient,
  startShop,
} from './application/start-shop.js';

const W3C_AND_BAGGAGE = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});

let shop: Shop;
let client: ShopClient;

async function start(others: TracingOptions = {}, channelOptions: object = {}) {
  const tracing = sharedTracing(others);
  shop = await startShop(tracing.options);
  client = await startClient(tracing.options, shop.address, { channelOptions });
  return tracing;
}

async function close(): Promise<void> {
  await client.client.close();
  await shop.server.close();
}

afterEach(close);

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
      propagator: W3C_AND_BAGGAGE,
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

describe('the receivers of a context', () => {
  const ONE_TRACE =
    'shop.Orders/Find [client]\n  shop.Orders/Find [server] tenant=blue\n    load tenant=blue';
  const WITHOUT_BAGGAGE = 'shop.Orders/Find [client]\n  shop.Orders/Find [server]\n    load';
  const SERVER_ALONE = 'shop.Orders/Find [server]\n  load';
  const TWO_TRACES = `shop.Orders/Find [client]\n\n${SERVER_ALONE}`;

  it.each<[string, GrpcClientOptions, string]>([
    ['get all', { propagateTo: ['127.0.0.1'] }, ONE_TRACE],
    ['get nothing', { propagateTo: ['stock.example'] }, TWO_TRACES],
    ['get no baggage', { propagateBaggageTo: ['*.stock.example'] }, WITHOUT_BAGGAGE],
    ['get nothing of an ignored call', { ignore: ['shop.Orders'] }, SERVER_ALONE],
  ])('%s', async (_, options, text) => {
    for (const hooks of [true, false]) {
      const interceptors = hooks ? [] : [grpcClientInterceptor];
      const { recorder } = await start(
        {
          propagator: W3C_AND_BAGGAGE,
          baggage: { spanAttributes: ['tenant'] },
          grpc: { client: { hooks, ...options } },
        },
        { interceptors },
      );
      await withBaggage({ tenant: 'blue' }, () => lastValueFrom(client.orders.find({ id: '7' })));
      const spans = await recorder.takeNextSpans(text.split(/\n+/).length);
      // Of the client's own span the baggage is not what is asked here.
      const shown = traceAsText(spans, { attributes: ['tenant'] });
      expect(shown.replace('[client] tenant=blue', '[client]')).toBe(text);
      recorder.verify();
      if (hooks) await close();
    }
  });
});
