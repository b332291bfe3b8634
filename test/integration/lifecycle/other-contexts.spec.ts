import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApolloDriver } from '@nestjs/apollo';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import {
  type ClientProxy,
  ClientProxyFactory,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { TracingModule } from 'nestjs-traced';
import { dedent, testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom } from 'rxjs';
import { freePort } from '../../support/free-port.js';
import { type ChatClient, CLIENT_KINDS } from '../websocket/application/clients.js';
import { HybridModule } from './application/hybrid.module.js';

const port = await freePort();
const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const;

const { options, recorder, warnings } = testTracingOptions({ lifecycle: 'all' });

async function nextTrace(): Promise<string> {
  return traceAsText(await recorder.takeNextTrace(), { attributes: ['error.type'] });
}

afterEach(() => {
  expect(warnings).toEqual([]);
  recorder.verify();
});

const messages = (client: () => ClientProxy): void => {
  it('covers a message', async () => {
    expect(await lastValueFrom(client().send('stock.find', 'chair'))).toBe('chair');
    expect(await nextTrace()).toBe(dedent`
      process stock.find [server]
        EveryGuard.canActivate
        AnyGuard.canActivate
          load user
        AnyInterceptor.intercept
          AnyPipe.transform
          StockController.find
            find
          after
    `);
  });

  it('covers a message with instances of its own', async () => {
    expect(await lastValueFrom(client().send('stock.scoped', 'chair'))).toBe('chair');
    expect(await nextTrace()).toBe(dedent`
      process stock.scoped [server]
        EveryGuard.canActivate
        RequestGuard.canActivate
          in request guard
        ScopedStockController.find
    `);
  });

  it('covers the filter of a message', async () => {
    await expect(lastValueFrom(client().send('stock.broken', ''))).rejects.toBe('out of stock');
    expect(await nextTrace()).toBe(dedent`
      process stock.broken [server] error.type=RpcException ERROR "out of stock"
        EveryGuard.canActivate
        AnyGuard.canActivate
          load user
        AnyInterceptor.intercept error.type=RpcException ERROR "out of stock"
          StockController.broken error.type=RpcException ERROR "out of stock" exception RpcException
        RpcFilter.catch
    `);
  });
};

describe('the lifecycle in an application with several contexts', () => {
  let application: INestApplication;
  let client: ClientProxy;
  let socket: ChatClient;
  let url: string;

  beforeAll(async () => {
    const graphql = GraphQLModule.forRoot({ driver: ApolloDriver, autoSchemaFile: true });
    const module = HybridModule.with([TracingModule.forRoot(options), graphql], 'everything');
    application = await NestFactory.create(module, new ExpressAdapter(), {
      logger: false,
      forceCloseConnections: true,
      abortOnError: false,
    });
    application.useWebSocketAdapter(new WsAdapter(application));
    // Nest reads the handlers of messages now, before the application is initialised.
    application.connectMicroservice<MicroserviceOptions>(tcp, { inheritAppConfig: true });
    await application.startAllMicroservices();
    await application.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(application.getHttpServer().address() as AddressInfo).port}`;
    client = ClientProxyFactory.create(tcp);
    const ws = CLIENT_KINDS.find((kind) => kind.name === 'ws') as (typeof CLIENT_KINDS)[number];
    socket = await ws.connect(url);
  });

  afterAll(async () => {
    client.close();
    socket.vanish();
    await application.close();
  });

  messages(() => client);

  it('covers a message of a gateway', async () => {
    expect(await socket.ask('say', 'hello')).toEqual({ event: 'said', data: 'hello' });
    expect(await nextTrace()).toBe(dedent`
      message say [server]
        EveryGuard.canActivate
        AnyGuard.canActivate
          load user
        AnyInterceptor.intercept
          AnyPipe.transform
          TalkGateway.say
            say
          after
    `);
    expect(await socket.ask('scoped', 'hello')).toEqual({ event: 'said', data: 'hello' });
    expect(await nextTrace()).toBe(dedent`
      message scoped [server]
        EveryGuard.canActivate
        RequestGuard.canActivate
          in request guard
        ScopedTalkGateway.scoped
    `);
  });

  it('covers the filter of a gateway', async () => {
    expect(await socket.ask('refuse', '')).toEqual({ event: 'refused', data: 'not now' });
    expect(await nextTrace()).toBe(dedent`
      message refuse [server]
        EveryGuard.canActivate
        AnyGuard.canActivate
          load user
        AnyInterceptor.intercept
          TalkGateway.refuse exception WsException "not now"
        WsFilter.catch
    `);
  });

  const query = async (text: string): Promise<unknown> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text }),
    });
    return ((await response.json()) as { data: unknown }).data;
  };

  it('covers a query of a resolver, and not its fields', async () => {
    const data = await query('{ order(id: "1") { id related { id } } }');
    expect(data).toEqual({ order: { id: '1', related: [{ id: '2' }] } });
    expect(await nextTrace()).toBe(dedent`
      POST /graphql query {order} [server]
        query {order}
          EveryGuard.canActivate
          AnyGuard.canActivate
            load user
          AnyInterceptor.intercept
            AnyPipe.transform
            TalkResolver.order
              select
            after
    `);
    expect(await query('{ scoped { id } }')).toEqual({ scoped: { id: 'scoped' } });
    expect(await nextTrace()).toBe(dedent`
      POST /graphql query {scoped} [server]
        query {scoped}
          EveryGuard.canActivate
          RequestGuard.canActivate
            in request guard
          ScopedTalkResolver.scoped
    `);
  });

  it('covers the filter of a resolver', async () => {
    expect(await query('{ broken { id } }')).toEqual({ broken: { id: 'filtered' } });
    expect(await nextTrace()).toContain('GraphqlFilter.catch');
  });
});

describe('the lifecycle in a microservice', () => {
  let server: { close(): Promise<void> };
  let client: ClientProxy;

  beforeAll(async () => {
    const module = HybridModule.with([TracingModule.forRoot(options)], 'messages only');
    const microservice = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
      ...tcp,
      logger: false,
      abortOnError: false,
    });
    await microservice.listen();
    server = microservice;
    client = ClientProxyFactory.create(tcp);
  });

  afterAll(async () => {
    client.close();
    await server.close();
  });

  messages(() => client);
});
