import 'reflect-metadata';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, Transport } from '@nestjs/microservices';
import { decorate } from './decorate.js';
import { freePort } from './free-port.js';

/**
 * The gRPC server under load: a unary call whose handler goes once round the event loop, as a query
 * of a database would. Nothing in it is decorated, so a call is one span.
 *
 * @param imports modules of the tracing
 * @param interceptors of `@grpc/grpc-js`
 */
export async function startGrpcApplication({ imports, interceptors }, options) {
  class OrdersController {
    async find({ id }) {
      await nextTurn();
      return { id, items: ['A-1', 'B-2'], total: 12.5 };
    }
  }
  decorate(OrdersController, 'find', GrpcMethod('Orders', 'Find'));
  Controller()(OrdersController);

  class AppModule {}
  Module({ imports, controllers: [OrdersController] })(AppModule);

  const port = await freePort();
  const app = await NestFactory.createMicroservice(AppModule, {
    ...options,
    transport: Transport.GRPC,
    options: {
      package: 'shop',
      protoPath: fileURLToPath(new URL('orders.proto', import.meta.url)),
      url: `127.0.0.1:${port}`,
      ...(interceptors && { channelOptions: { interceptors } }),
    },
  });
  await app.listen();
  return { app, port };
}
