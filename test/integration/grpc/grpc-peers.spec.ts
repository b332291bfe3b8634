import * as http2 from 'node:http2';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type GrpcOptions, ServerGrpc } from '@nestjs/microservices';
import { B3Propagator, type TracingOptions } from 'nestjs-traced';
import { grpcClientInterceptor, grpcServerInterceptor } from 'nestjs-traced/grpc';
import { createTestTracing, traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom } from 'rxjs';
import {
  nextTrace,
  plainClient,
  type Shop,
  sharedTracing,
  shop as shopPackage,
  startClient,
  startShop,
} from './application/start-shop.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function shopWith(...parameters: Parameters<typeof startShop>): Promise<Shop> {
  const shop = await startShop(...parameters);
  cleanups.push(() => shop.server.close());
  return shop;
}

/** As if `@grpc/grpc-js` had other private members than those that tell of unknown methods. */
function startShopOfStrangers(options: TracingOptions): Promise<Shop> {
  let areHidden = true;
  const hidden = new Set<PropertyKey>(['http2Servers', 'handlers']);
  class StrangeServer extends ServerGrpc {
    override async createClient(): Promise<unknown> {
      return new Proxy((await super.createClient()) as object, {
        get(server, key) {
          if (areHidden && hidden.has(key)) return undefined;
          const member: unknown = Reflect.get(server, key);
          return typeof member === 'function' ? member.bind(server) : member;
        },
      });
    }
  }
  // After the hook has looked, so that the test learns the port.
  const onLoadPackageDefinition = (): void => {
    areHidden = false;
  };
  return shopWith(options, {}, ({ options: transport }) => {
    const strategy = new StrangeServer({ ...transport, onLoadPackageDefinition });
    return { strategy } as unknown as GrpcOptions;
  });
}

/** A server of plain `@grpc/grpc-js` that answers with what it got as metadata. */
async function startPlainServer(options: grpc.ServerOptions = {}): Promise<{
  address: string;
  received: grpc.Metadata[];
}> {
  const received: grpc.Metadata[] = [];
  const server = new grpc.Server(options);
  server.addService(shopPackage.Orders.service, {
    Find(call: grpc.ServerUnaryCall<object, object>, callback: grpc.sendUnaryData<object>) {
      received.push(call.metadata);
      callback(null, call.request);
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  cleanups.push(() => server.forceShutdown());
  return { address: `127.0.0.1:${port}`, received };
}

function find(
  client: ReturnType<typeof plainClient>,
  metadata: grpc.Metadata = new grpc.Metadata(),
): Promise<unknown> {
  cleanups.push(() => client.close());
  return new Promise((resolve, reject) => {
    client.find?.({ id: '7' }, metadata, (error: Error | null, answer: unknown) =>
      error === null ? resolve(answer) : reject(error),
    );
  });
}

describe('a client that is not ours', () => {
  it('is the remote parent', async () => {
    const { options, recorder } = sharedTracing();
    const { address } = await shopWith(options);
    const metadata = new grpc.Metadata();
    metadata.set('traceparent', TRACEPARENT);
    await find(plainClient(address), metadata);
    const spans = await recorder.takeNextTrace({ spanCount: 2 });
    expect(spans[0]?.spanContext().traceId).toBe(TRACE_ID);
    expect(traceAsText(spans, { attributes: ['rpc.status_code'] })).toBe(
      'shop.Orders/Find [server, remote parent] rpc.status_code=OK\n  load',
    );
  });

  it('asks for a method that the server does not have', async () => {
    const { options, recorder } = sharedTracing();
    const { address } = await shopWith(options);
    const client = new grpc.Client(address, grpc.credentials.createInsecure());
    cleanups.push(() => client.close());
    const metadata = new grpc.Metadata();
    metadata.set('traceparent', TRACEPARENT);
    const asIs = (bytes: Buffer): Buffer => bytes;
    const error = await new Promise((resolve) => {
      client.makeUnaryRequest('/no.Such/Method', asIs, asIs, Buffer.alloc(0), metadata, resolve);
    });
    expect(error).toMatchObject({ code: grpc.status.UNIMPLEMENTED });
    expect(
      await nextTrace(recorder, 1, ['rpc.method', 'rpc.method_original', 'rpc.status_code']),
    ).toBe(
      'grpc [server, remote parent] rpc.method=_OTHER rpc.method_original=no.Such/Method rpc.status_code=UNIMPLEMENTED ERROR "The server has no such method"',
    );
  });

  it('is served alike by a server whose members are not known, but for that span', async () => {
    const { options, recorder, warnings } = sharedTracing();
    const { address } = await startShopOfStrangers(options);
    const client = new grpc.Client(address, grpc.credentials.createInsecure());
    cleanups.push(() => client.close());
    const asIs = (bytes: Buffer): Buffer => bytes;
    const error = await new Promise((resolve) => {
      client.makeUnaryRequest('/no.Such/Method', asIs, asIs, Buffer.alloc(0), resolve);
    });
    expect(error).toMatchObject({ code: grpc.status.UNIMPLEMENTED });
    await find(plainClient(address));
    expect(await nextTrace(recorder, 2)).toBe(
      'shop.Orders/Find [server] rpc.status_code=OK\n  load',
    );
    expect(warnings).toEqual([]);
    recorder.verify();
  });

  it('sends a message that cannot be decoded', async () => {
    const { options, recorder } = sharedTracing();
    const { address } = await shopWith(options);
    const client = new grpc.Client(address, grpc.credentials.createInsecure());
    cleanups.push(() => client.close());
    const asIs = (bytes: Buffer): Buffer => bytes;
    const error = await new Promise((resolve) => {
      client.makeUnaryRequest('/shop.Orders/Find', asIs, asIs, Buffer.from([0x0f]), resolve);
    });
    expect(error).toMatchObject({ code: grpc.status.INTERNAL });
    expect(await nextTrace(recorder, 1)).toBe(
      'shop.Orders/Find [server] rpc.status_code=INTERNAL ERROR "Error deserializing request"',
    );
  });

  it('that speaks no gRPC has no span', async () => {
    const { options, recorder } = sharedTracing();
    const { address } = await shopWith(options);
    const session = http2.connect(`http://${address}`);
    const request = session.request({ ':path': '/shop.Orders/Find', ':method': 'POST' });
    const status = await new Promise((resolve) => {
      request.on('response', (headers) => resolve(headers[':status']));
    });
    expect(status).toBe(415);
    request.close();
    session.close();
    expect(recorder.spans).toEqual([]);
  });

  it('is not traced where a rule ignores the call, nor is what it causes', async () => {
    const { options, recorder } = sharedTracing({ grpc: { server: { ignore: ['shop.Health'] } } });
    const { address } = await shopWith(options);
    const client = plainClient(address, {}, 'Health');
    cleanups.push(() => client.close());
    await new Promise((resolve) => client.check?.({ id: '1' }, resolve));
    await find(plainClient(address));
    expect(await nextTrace(recorder, 2, [])).toBe('shop.Orders/Find [server]\n  load');
    recorder.verify();
  });

  it('of grpc-js is traced by the interceptor', async () => {
    const { tracer, recorder, close } = createTestTracing();
    cleanups.push(close);
    const { address, received } = await startPlainServer();
    await tracer.trace('work', () =>
      find(plainClient(address, { interceptors: [grpcClientInterceptor] })),
    );
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: ['rpc.status_code', 'server.address'] })).toBe(
      'work\n  shop.Orders/Find [client] rpc.status_code=OK server.address=127.0.0.1',
    );
    const { traceId, spanId } = spans.find(({ kind }) => kind === 2)?.spanContext() ?? {};
    expect(received[0]?.get('traceparent')).toEqual([`00-${traceId}-${spanId}-01`]);
  });
});

describe('a server that is not ours', () => {
  it('gets the context and the user’s metadata, which stay as they were', async () => {
    const { options, recorder } = sharedTracing({ propagator: new B3Propagator() });
    const { address, received } = await startPlainServer();
    const { client, orders } = await startClient(options, address);
    cleanups.push(() => client.close());
    const metadata = new grpc.Metadata();
    metadata.add('x-tenant', 'a');
    metadata.add('x-tenant', 'b');
    metadata.set('trace-bin', Buffer.from([0, 1, 255]));
    const before = metadata.toJSON();
    await lastValueFrom(orders.find({ id: '7' }, metadata));
    const [span] = await recorder.takeNextTrace();
    expect(metadata.toJSON()).toEqual(before);
    expect(received[0]?.get('b3')).toEqual([
      expect.stringContaining(span?.spanContext().traceId ?? '?'),
    ]);
    expect(received[0]?.get('x-tenant')).toEqual(['a, b']);
    expect(received[0]?.get('trace-bin')).toEqual([Buffer.from([0, 1, 255])]);
  });

  it('of grpc-js is traced by the interceptor', async () => {
    const { recorder, close } = createTestTracing();
    cleanups.push(close);
    const { address } = await startPlainServer({ interceptors: [grpcServerInterceptor] });
    await find(plainClient(address));
    expect(await nextTrace(recorder, 1)).toBe('shop.Orders/Find [server] rpc.status_code=OK');
  });
});
