import {
  type INestApplicationContext,
  type INestMicroservice,
  Module,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProvider,
  type ClientProxy,
  ClientsModule,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { TracingModule, type TracingOptions } from 'nestjs-traced';
import { closeWhenConfirmed } from '../../../support/close-when-confirmed.js';
import { FailingPipe, Handled, RefusingGuard, Stock } from './orders.controller.js';

/** A running microservice with the controller of the orders. */
export interface Shop {
  readonly server: INestMicroservice;
  readonly handled: Handled;
}

/** A running application with a client of the shop. */
export interface ShopClient {
  readonly application: INestApplicationContext;
  readonly client: ClientProxy;
}

/**
 * Starts a microservice.
 *
 * @param tracing undefined for an application without `TracingModule`
 */
export async function startShop(
  transport: MicroserviceOptions,
  controllers: Type[],
  tracing: TracingOptions | undefined,
): Promise<Shop> {
  @Module({
    imports: tracing === undefined ? [] : [TracingModule.forRoot(tracing)],
    controllers,
    providers: [Stock, Handled, RefusingGuard, FailingPipe],
  })
  class ShopModule {}
  const server = await NestFactory.createMicroservice<MicroserviceOptions>(ShopModule, {
    ...transport,
    logger: false,
    abortOnError: false,
  });
  await server.listen();
  closeWhenConfirmed(server);
  return { server, handled: server.get(Handled) };
}

/**
 * Starts an application with a client.
 *
 * @param prepare called before the client connects
 */
export async function startClient(
  transport: ClientProvider,
  tracing: TracingOptions | undefined,
  prepare: (client: ClientProxy) => void = () => {},
): Promise<ShopClient> {
  @Module({
    imports: [
      ...(tracing === undefined ? [] : [TracingModule.forRoot(tracing)]),
      ClientsModule.register([{ ...transport, name: 'SHOP' }]),
    ],
  })
  class ClientModule {}
  const application = await NestFactory.createApplicationContext(ClientModule, { logger: false });
  const client = application.get<ClientProxy>('SHOP');
  prepare(client);
  await client.connect();
  return { application, client };
}
