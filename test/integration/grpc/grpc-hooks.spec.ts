import { readFileSync } from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientGrpc,
  ClientProxyFactory,
  ClientsModule,
  type GrpcOptions as NestGrpcOptions,
  Transport,
} from '@nestjs/microservices';
import { Traced, Tracer, TracingModule, type TracingOptions } from 'nestjs-traced';
import { grpcClientInterceptor, tracedGrpcOptions } from 'nestjs-traced/grpc';
import { traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom, map, type Observable } from 'rxjs';
import { OrdersController } from './application/orders.controller.js';
import {
  nextTrace,
  type OrdersClient,
  PROTO_PATH,
  type Shop,
  type ShopClient,
  sharedTracing,
  startClient,
  startShop,
} from './application/start-shop.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function shopWith(...parameters: Parameters<typeof startShop>): Promise<Shop> {
  const shop = await startShop(...parameters);
  cleanups.push(() => shop.server.close());
  return shop;
}

async function clientWith(...parameters: Parameters<typeof startClient>): Promise<ShopClient> {
  const client = await startClient(...parameters);
  cleanups.push(() => client.client.close());
  return client;
}

/** One tracing for each side, so that one can be switched off. */
function bothSides(server: TracingOptions, client: TracingOptions) {
  const tracing = sharedTracing(server);
  return { ...tracing, clientOptions: { ...tracing.options, ...server, ...client } };
}

const CLIENT_AND_SERVER =
  'shop.Orders/Find [client] rpc.status_code=OK\n' +
  '  shop.Orders/Find [server] rpc.status_code=OK\n' +
  '    load';

describe('the hooks on servers', () => {
  it('leave the interceptors of the application and its options as they are', async () => {
    const { options, recorder } = sharedTracing();
    const seen: string[] = [];
    const interceptors: grpc.ServerInterceptor[] = [
      ({ path }, call) => {
        seen.push(path);
        return new grpc.ServerInterceptingCall(call);
      },
    ];
    const channelOptions = { interceptors } as object;
    const { address } = await shopWith(options, { channelOptions });
    const { orders } = await clientWith(options, address);
    await lastValueFrom(orders.find({ id: '7' }));
    expect(seen).toEqual(['/shop.Orders/Find']);
    expect(channelOptions).toEqual({ interceptors });
    expect(interceptors).toHaveLength(1);
    expect(await nextTrace(recorder, 3)).toBe(CLIENT_AND_SERVER);
    recorder.verify();
  });

  it('trace a call once where tracedGrpcOptions has been there before', async () => {
    const { options, recorder } = sharedTracing();
    const { address } = await shopWith(options, {}, tracedGrpcOptions);
    const { orders } = await clientWith(options, address);
    await lastValueFrom(orders.find({ id: '7' }));
    expect(await nextTrace(recorder, 3)).toBe(CLIENT_AND_SERVER);
    recorder.verify();
  });

  it('do nothing where they are off', async () => {
    const { options, recorder } = sharedTracing({ grpc: { server: false } });
    const { address } = await shopWith(options);
    const { orders } = await clientWith(options, address);
    await lastValueFrom(orders.find({ id: '7' }));
    const spans = await recorder.takeNextSpans(2);
    expect(traceAsText(spans, { attributes: [] })).toBe('shop.Orders/Find [client]\n\nload');
    recorder.verify();
  });

  it('call the function of the user when a call begins', async () => {
    const { options, recorder } = sharedTracing({
      grpc: {
        client: { onCall: (span, { target }) => span.setAttribute('target', target) },
        server: {
          onCall: (span, { metadata, peer }) => {
            span.setAttribute('shelf', String(metadata.get('x-shelf')[0]));
            span.setAttribute('from', peer?.remoteAddress);
          },
        },
      },
    });
    const { address } = await shopWith(options);
    const { orders } = await clientWith(options, address);
    const metadata = new grpc.Metadata();
    metadata.set('x-shelf', 'a');
    await lastValueFrom(orders.find({ id: '7' }, metadata));
    expect(await nextTrace(recorder, 3, ['target', 'shelf', 'from'])).toBe(
      `shop.Orders/Find [client] target=dns:${address}\n` +
        '  shop.Orders/Find [server] from=127.0.0.1 shelf=a\n' +
        '    load',
    );
    recorder.verify();
  });

  it('are not needed by tracedGrpcOptions', async () => {
    const { options, recorder } = sharedTracing({ grpc: { server: false } });
    const { address } = await shopWith(options, {}, tracedGrpcOptions);
    const { orders } = await clientWith(options, address);
    await lastValueFrom(orders.find({ id: '7' }));
    expect(await nextTrace(recorder, 3)).toBe(CLIENT_AND_SERVER);
    recorder.verify();
  });

  it('serve hybrid applications', async () => {
    const { options, recorder } = sharedTracing();
    @Module({ imports: [TracingModule.forRoot(options)], controllers: [OrdersController] })
    class HybridModule {}
    const app = await NestFactory.create(HybridModule, { logger: false });
    cleanups.push(() => app.close());
    const microservice = app.connectMicroservice<NestGrpcOptions>({
      transport: Transport.GRPC,
      options: { package: 'shop', protoPath: PROTO_PATH, url: '127.0.0.1:0' },
    });
    await app.startAllMicroservices();
    const { serverInstance } = microservice as unknown as {
      serverInstance: {
        grpcClient: { http2Servers: Map<{ address(): { port: number } }, unknown> };
      };
    };
    const [http2Server] = serverInstance.grpcClient.http2Servers.keys();
    const { orders } = await clientWith(options, `127.0.0.1:${http2Server?.address().port}`);
    await lastValueFrom(orders.find({ id: '7' }));
    expect(await nextTrace(recorder, 3)).toBe(CLIENT_AND_SERVER);
    recorder.verify();
  });

  it('show what they are told to', async () => {
    const { options, recorder } = sharedTracing({
      grpc: {
        server: { captureRequestMetadata: ['X-Tenant', 'key-bin'], messageEvents: true },
        client: { captureRequestMetadata: ['x-tenant'], messageEvents: true },
      },
    });
    const { address } = await shopWith(options);
    const { orders } = await clientWith(options, address);
    const metadata = new grpc.Metadata();
    metadata.set('x-tenant', 'blue');
    metadata.set('key-bin', Buffer.from('ab'));
    metadata.set('secret', 'hidden');
    await lastValueFrom(orders.list({ id: 'all' }, metadata));
    const spans = await recorder.takeNextTrace({ spanCount: 4 });
    const attributes = ['rpc.request.metadata.x-tenant', 'rpc.request.metadata.key-bin'];
    const message = (type: string, id: number): string =>
      `(event rpc.message rpc.message.id=${id} rpc.message.type=${type})`;
    expect(traceAsText(spans, { attributes, events: true })).toBe(
      `shop.Orders/List [client] rpc.request.metadata.x-tenant=["blue"] ${message('SENT', 1)} ${message('RECEIVED', 1)} ${message('RECEIVED', 2)}\n` +
        `  shop.Orders/List [server] rpc.request.metadata.key-bin=["YWI="] rpc.request.metadata.x-tenant=["blue"] ${message('RECEIVED', 1)} ${message('SENT', 1)} ${message('SENT', 2)}\n` +
        '    give first\n' +
        '    give last',
    );
  });
});

describe('the hooks on clients', () => {
  it.each([
    ['off', false],
    ['not wanted', { hooks: false }],
  ])('do nothing where they are %s', async (_, side) => {
    const { options, recorder, clientOptions } = bothSides({}, { grpc: { client: side } });
    const { address } = await shopWith(options);
    const { orders } = await clientWith(clientOptions, address);
    await lastValueFrom(orders.find({ id: '7' }));
    expect(await nextTrace(recorder, 2)).toBe(
      'shop.Orders/Find [server] rpc.status_code=OK\n  load',
    );
    recorder.verify();
  });

  it('trace a call once that an interceptor of ours traces too', async () => {
    const { options, recorder } = sharedTracing();
    const { address } = await shopWith(options);
    const { orders } = await clientWith(options, address, {
      channelOptions: { interceptors: [grpcClientInterceptor] } as object,
    });
    await lastValueFrom(orders.find({ id: '7' }));
    expect(await nextTrace(recorder, 3)).toBe(CLIENT_AND_SERVER);
    recorder.verify();
  });

  it('reach clients wherever they stand, and the spans of callers', async () => {
    const { options, recorder } = sharedTracing();
    const { address } = await shopWith(options);
    const transport: NestGrpcOptions = {
      transport: Transport.GRPC,
      options: { package: 'shop', protoPath: PROTO_PATH, url: address },
    };

    @Injectable()
    class Caller {
      readonly made = ClientProxyFactory.create(transport) as unknown as ClientGrpc;
      readonly orders: OrdersClient;

      constructor(
        @Inject('SHOP') client: ClientGrpc,
        private readonly tracer: Tracer,
      ) {
        // Before any hook of ours can have seen the client.
        this.orders = client.getService('Orders');
      }

      @Traced()
      early(): Observable<unknown> {
        return this.orders
          .find({ id: '7' })
          .pipe(map(() => this.tracer.trace('use the answer', () => 0)));
      }

      @Traced()
      own(): Observable<unknown> {
        return this.made.getService<OrdersClient>('Orders').find({ id: '7' });
      }
    }

    @Module({
      imports: [
        TracingModule.forRoot(options),
        ClientsModule.register([{ name: 'SHOP', ...transport }]),
      ],
      providers: [Caller],
    })
    class CallerModule {}
    const app = await NestFactory.createApplicationContext(CallerModule, { logger: false });
    cleanups.push(() => app.close());
    const caller = app.get(Caller);
    cleanups.push(() => (caller.made as unknown as { close(): void }).close());

    await lastValueFrom(caller.early());
    expect(await nextTrace(recorder, 5, [])).toBe(
      'Caller.early\n' +
        '  shop.Orders/Find [client]\n' +
        '    shop.Orders/Find [server]\n' +
        '      load\n' +
        '  use the answer',
    );
    await lastValueFrom(caller.own());
    expect(await nextTrace(recorder, 4, [])).toBe(
      'Caller.own\n' +
        '  shop.Orders/Find [client]\n' +
        '    shop.Orders/Find [server]\n' +
        '      load',
    );
    recorder.verify();
  });

  it('send no context and record nothing where tracing is off', async () => {
    const { options, recorder, clientOptions } = bothSides({}, { enabled: false });
    const { address } = await shopWith(options);
    const { orders } = await clientWith(clientOptions, address);
    await lastValueFrom(orders.find({ id: '7' }));
    expect(await nextTrace(recorder, 2, [])).toBe('shop.Orders/Find [server]\n  load');
  });
});

describe('calls over TLS', () => {
  const pem = (name: string): Buffer =>
    readFileSync(new URL(`../export/certificates/${name}.pem`, import.meta.url));

  it('are traced as others are, with the names of the target', async () => {
    const { options, recorder } = sharedTracing();
    const pair = { private_key: pem('server-key'), cert_chain: pem('server') };
    const { address } = await shopWith(options, {
      credentials: grpc.ServerCredentials.createSsl(null, [pair]),
    });
    const { orders } = await clientWith(options, address.replace('127.0.0.1', 'localhost'), {
      credentials: grpc.credentials.createSsl(pem('ca')),
    });
    await lastValueFrom(orders.find({ id: '7' }));
    expect(await nextTrace(recorder, 3, ['rpc.status_code', 'server.address'])).toBe(
      'shop.Orders/Find [client] rpc.status_code=OK server.address=localhost\n' +
        '  shop.Orders/Find [server] rpc.status_code=OK server.address=localhost\n' +
        '    load',
    );
    recorder.verify();
  });
});
