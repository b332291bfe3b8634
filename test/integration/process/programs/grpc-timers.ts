import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { Controller, Module, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientGrpc,
  ClientsModule,
  GrpcMethod,
  type GrpcOptions,
  GrpcStreamCall,
  GrpcStreamMethod,
  Transport,
} from '@nestjs/microservices';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  NoopSpanExporter,
  Tracer,
  TracingModule,
} from 'nestjs-traced';
import { GrpcTracingInterceptor } from 'nestjs-traced/grpc';
import { lastValueFrom, map, type Observable, of } from 'rxjs';
import { say, told } from './say.js';

// A gRPC server and its client in one process. Each call starts timers that last longer than the program,
// on both sides; then the program counts what is left of the calls.

const CALL_COUNT = 200;
const collectGarbage = gc;
if (collectGarbage === undefined) throw new Error('Run it with --expose-gc.');

interface Order {
  readonly id: string;
  readonly text: string;
}

const messages = { requestType: 'Order', responseType: 'Order', comment: '' };
const streams = { ...messages, requestStream: true, responseStream: true };
const methods = { Find: messages, Fail: messages, Chat: streams, Pass: streams };
const fields = { id: { type: 'string', id: 1 }, text: { type: 'string', id: 2 } };
const packageDefinition = fromJSON({
  nested: { shop: { nested: { Orders: { methods }, Order: { fields } } } },
});

const KINDS = ['find', 'fail', 'chat', 'pass'] as const;
type Kind = (typeof KINDS)[number];

type OrdersClient = Record<
  'find' | 'fail',
  (order: Order, metadata: grpc.Metadata) => Observable<Order>
> &
  Record<
    'chat' | 'pass',
    (orders: Observable<Order>, metadata: grpc.Metadata) => Observable<Order>
  >;

/** What belongs to a call and must not outlive it. */
const seen: { readonly what: string; readonly object: WeakRef<object> }[] = [];

function startTimer(): void {
  setTimeout(() => {}, 600_000).unref();
}

function watch(objects: Readonly<Record<string, object>>): void {
  for (const [what, object] of Object.entries(objects)) {
    seen.push({ what, object: new WeakRef(object) });
  }
}

class ServerError extends Error {
  constructor(readonly order: Order) {
    super('The shelf broke.');
  }
}

@Controller()
class OrdersController {
  @GrpcMethod('Orders', 'Find')
  find(message: Order, metadata: grpc.Metadata, call: object): Order {
    watch({ message, metadata, call });
    startTimer();
    return message;
  }

  @GrpcMethod('Orders', 'Fail')
  fail(message: Order, metadata: grpc.Metadata, call: object): never {
    watch({ message, metadata, call });
    startTimer();
    throw new ServerError(message);
  }

  @GrpcStreamMethod('Orders', 'Chat')
  chat(messages: Observable<Order>, metadata: grpc.Metadata, call: object): Observable<Order> {
    watch({ metadata, call });
    return messages.pipe(
      map((message) => {
        watch({ message });
        startTimer();
        return message;
      }),
    );
  }

  @GrpcStreamCall('Orders', 'Pass')
  pass(call: grpc.ServerDuplexStream<Order, Order>): void {
    watch({ metadata: call.metadata, call });
    call.on('data', (message: Order) => {
      watch({ message });
      startTimer();
      call.write(message);
    });
    call.on('end', () => call.end());
  }
}

const hasHooks = told('HOOKS') === 'true';
if (!hasHooks) UseInterceptors(GrpcTracingInterceptor)(OrdersController);

const tracing = TracingModule.forRoot({
  sampler: told('SAMPLED') === 'true' ? new AlwaysOnSampler() : new AlwaysOffSampler(),
  exporter: new NoopSpanExporter(),
  grpc: { server: hasHooks && { captureRequestMetadata: ['shop'] } },
});

@Module({ imports: [tracing], controllers: [OrdersController] })
class ShopModule {}

const server = await NestFactory.createMicroservice<GrpcOptions>(ShopModule, {
  transport: Transport.GRPC,
  options: { package: 'shop', packageDefinition, url: '127.0.0.1:0' },
  logger: false,
});
await server.listen();

const ClientModule = ClientsModule.register([
  {
    name: 'SHOP',
    transport: Transport.GRPC,
    options: {
      package: 'shop',
      packageDefinition,
      url: `127.0.0.1:${portOf(server)}`,
      channelOptions: { interceptors: [startTimerInCall] } as object,
    },
  },
]);

@Module({ imports: [tracing, ClientModule] })
class CallerModule {}

const caller = await NestFactory.createApplicationContext(CallerModule, { logger: false });
const orders = caller.get<ClientGrpc>('SHOP').getService<OrdersClient>('Orders');
const tracer = caller.get(Tracer);

for (let count = 0; count < CALL_COUNT; count++) await call(KINDS[count % KINDS.length] as Kind);
for (let turn = 0; turn < 10; turn++) {
  await nextTurn();
  collectGarbage();
}
const left = seen.filter(({ object }) => object.deref() !== undefined);
say({ counts: { seen: seen.length, left: left.map(({ what }) => what) } });
await caller.close();
await server.close();

/** Runs in the context of the call's span. */
function startTimerInCall(
  options: grpc.InterceptorOptions,
  nextCall: (options: grpc.InterceptorOptions) => grpc.InterceptingCall,
): grpc.InterceptingCall {
  return new grpc.InterceptingCall(nextCall(options), {
    start(metadata, listener, next) {
      startTimer();
      watch({ sentMetadata: metadata });
      next(metadata, listener);
    },
    sendMessage(sentMessage, next) {
      startTimer();
      watch({ sentMessage: sentMessage as object });
      next(sentMessage);
    },
  });
}

async function call(kind: Kind): Promise<void> {
  await tracer.trace('ask', async () => {
    const order: Order = { id: kind, text: randomBytes(45_000).toString('hex') };
    const metadata = new grpc.Metadata();
    metadata.set('shop', 'A');
    watch({ order, givenMetadata: metadata });
    const isStream = kind === 'chat' || kind === 'pass';
    const answers = isStream ? orders[kind](of(order), metadata) : orders[kind](order, metadata);
    const answer = await lastValueFrom(answers).catch((error: object) => error);
    watch({ answer });
    startTimer();
  });
}

/** Nest does not tell the port that it got. */
function portOf(microservice: object): number {
  const { serverInstance } = microservice as {
    serverInstance: { grpcClient: { http2Servers: Map<{ address(): AddressInfo }, unknown> } };
  };
  for (const http2Server of serverInstance.grpcClient.http2Servers.keys()) {
    return http2Server.address().port;
  }
  throw new Error('The server listens nowhere.');
}
