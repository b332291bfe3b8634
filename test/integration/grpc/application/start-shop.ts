import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GrpcObject, ServiceClientConstructor } from '@grpc/grpc-js';
import * as grpc from '@grpc/grpc-js';
import * as protoLoader from '@grpc/proto-loader';
import { type INestApplicationContext, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientGrpc,
  ClientsModule,
  type GrpcOptions as NestGrpcOptions,
  Transport,
} from '@nestjs/microservices';
import { TracingModule, type TracingOptions } from 'nestjs-traced';
import { type SpanRecorder, testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import type { Observable } from 'rxjs';
import { FailingPipe, type Order, OrdersController, TracingGuard } from './orders.controller.js';

export const PROTO_PATH = join(dirname(fileURLToPath(import.meta.url)), 'shop.proto');

/** The services of shop.proto as plain `@grpc/grpc-js` has them. */
export const shop = grpc.loadPackageDefinition(protoLoader.loadSync(PROTO_PATH)).shop as Record<
  'Orders' | 'Health',
  ServiceClientConstructor
> &
  GrpcObject;

/** The service as Nest's client gives it. */
export interface OrdersClient {
  find(order: Order, metadata?: grpc.Metadata): Observable<Order>;
  collect(orders: Observable<Order>, metadata?: grpc.Metadata): Observable<Order>;
  list(order: Order, metadata?: grpc.Metadata): Observable<Order>;
  chat(orders: Observable<Order>, metadata?: grpc.Metadata): Observable<Order>;
  pass(orders: Observable<Order>, metadata?: grpc.Metadata): Observable<Order>;
  refused(order: Order): Observable<Order>;
  checked(order: Order): Observable<Order>;
  missing(order: Order): Observable<Order>;
}

export interface Shop {
  readonly address: string;
  readonly server: INestMicroservice;
  /** Where it is not made for each call. */
  readonly controller: OrdersController;
}

export interface ShopClient {
  readonly client: INestApplicationContext;
  readonly orders: OrdersClient;
  readonly grpcClient: ClientGrpc;
}

/** One recorder for both sides, so that a test compares whole traces. */
export function sharedTracing(others: TracingOptions = {}): ReturnType<typeof testTracingOptions> {
  return testTracingOptions(others);
}

/** Starts a microservice with the controller. */
export async function startShop(
  options: TracingOptions,
  transport: Partial<NestGrpcOptions['options']> = {},
  convert: (transport: NestGrpcOptions) => NestGrpcOptions = (given) => given,
  controllers: (typeof OrdersController)[] = [OrdersController],
): Promise<Shop> {
  @Module({
    imports: [TracingModule.forRoot(options)],
    controllers,
    providers: [TracingGuard, FailingPipe],
  })
  class ShopModule {}
  const server = await NestFactory.createMicroservice<NestGrpcOptions>(ShopModule, {
    ...convert({
      transport: Transport.GRPC,
      options: { package: 'shop', protoPath: PROTO_PATH, url: '127.0.0.1:0', ...transport },
    }),
    logger: false,
    abortOnError: false,
  });
  await server.listen();
  return {
    address: `127.0.0.1:${portOf(server)}`,
    server,
    get controller() {
      return server.get(controllers[0] as typeof OrdersController);
    },
  };
}

/** Starts an application that has a client of Nest's. */
export async function startClient(
  options: TracingOptions,
  address: string,
  transport: Partial<NestGrpcOptions['options']> = {},
): Promise<ShopClient> {
  @Module({
    imports: [
      TracingModule.forRoot(options),
      ClientsModule.register([
        {
          name: 'SHOP',
          transport: Transport.GRPC,
          options: { package: 'shop', protoPath: PROTO_PATH, url: address, ...transport },
        },
      ]),
    ],
  })
  class ClientModule {}
  const client = await NestFactory.createApplicationContext(ClientModule, { logger: false });
  const grpcClient = client.get<ClientGrpc>('SHOP');
  return { client, grpcClient, orders: grpcClient.getService<OrdersClient>('Orders') };
}

/** A client of plain `@grpc/grpc-js`. */
export function plainClient(
  address: string,
  options: grpc.ClientOptions = {},
  service: 'Orders' | 'Health' = 'Orders',
): grpc.Client & Record<string, CallableFunction> {
  return new shop[service](
    address,
    grpc.credentials.createInsecure(),
    options,
  ) as unknown as grpc.Client & Record<string, CallableFunction>;
}

/** The next whole trace, with the attributes that do not differ from run to run. */
export async function nextTrace(
  recorder: SpanRecorder,
  spanCount: number,
  attributes: string[] = ['rpc.status_code'],
): Promise<string> {
  return traceAsText(await recorder.takeNextTrace({ spanCount }), { attributes });
}

/** The port of a gRPC server. Nest does not say which port it got. */
export function portOf(server: INestMicroservice): number {
  const { serverInstance } = server as unknown as {
    serverInstance: {
      grpcClient: { http2Servers: Map<{ address(): AddressInfo }, unknown> };
    };
  };
  for (const http2Server of serverInstance.grpcClient.http2Servers.keys()) {
    return http2Server.address().port;
  }
  throw new Error('The server listens nowhere.');
}
