import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { ApolloDriver } from '@nestjs/apollo';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { ClientProxyFactory, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { lastValueFrom } from 'rxjs';
import { TracingModule, type TracingOptions } from '../../../lib/index.js';
import {
  dedent,
  type SpanRecorder,
  testTracingOptions,
  traceAsText,
} from '../../../lib/testing/index.js';
import { freePort } from '../../support/free-port.js';
import { HybridModule } from '../lifecycle/application/hybrid.module.js';
import { type ChatClient, CLIENT_KINDS } from '../websocket/application/clients.js';

const port = await freePort();
const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const;
const ws = CLIENT_KINDS.find((kind) => kind.name === 'ws') as (typeof CLIENT_KINDS)[number];

let application: INestApplication;
let socket: ChatClient;
let recorder: SpanRecorder;
let warnings: readonly string[];

async function start(tracing: TracingOptions): Promise<string> {
  const setup = testTracingOptions({ providers: true, ...tracing });
  ({ recorder, warnings } = setup);
  const graphql = GraphQLModule.forRoot({ driver: ApolloDriver, autoSchemaFile: true });
  const imports = [TracingModule.forRoot(setup.options), graphql];
  application = await NestFactory.create(
    HybridModule.with(imports, 'everything'),
    new ExpressAdapter(),
    { logger: false, forceCloseConnections: true, abortOnError: false },
  );
  application.useWebSocketAdapter(new WsAdapter(application));
  // Nest reads the handlers of messages now, before the application is initialised.
  application.connectMicroservice<MicroserviceOptions>(tcp, { inheritAppConfig: true });
  await application.startAllMicroservices();
  await application.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(application.getHttpServer().address() as AddressInfo).port}`;
  socket = await ws.connect(url);
  return url;
}

async function nextTrace(): Promise<string> {
  return traceAsText(await recorder.takeNextTrace(), { attributes: false });
}

async function query(url: string, text: string): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text }),
  });
  expect(await response.json()).not.toHaveProperty('errors');
}

/** Makes one call of each context, with instances of the application and with those of the request. */
async function callAll(url: string): Promise<string> {
  const client = ClientProxyFactory.create(tcp);
  const traces: string[] = [];
  const calls = [
    () => lastValueFrom(client.send('stock.find', 'chair')),
    () => lastValueFrom(client.send('stock.scoped', 'chair')),
    () => socket.ask('say', 'hello'),
    () => socket.ask('scoped', 'hello'),
    () => query(url, '{ order(id: "1") { id } }'),
    () => query(url, '{ scoped { id } }'),
  ];
  for (const call of calls) {
    await call();
    traces.push(await nextTrace());
  }
  client.close();
  return traces.join('\n');
}

afterEach(async () => {
  socket.vanish();
  await application.close();
  recorder.verify();
  expect(warnings).toEqual([]);
});

it('messages, gateways and resolvers have one span for each handler', async () => {
  const url = await start({});
  expect(await callAll(url)).toBe(dedent`
    process stock.find [server]
      Work.load
        load user
      StockController.find
        Work.load
          find
      Work.mark
        after
    process stock.scoped [server]
      Work.mark
        in request guard
      ScopedStockController.find
    message say [server]
      Work.load
        load user
      TalkGateway.say
        Work.load
          say
      Work.mark
        after
    message scoped [server]
      Work.mark
        in request guard
      ScopedTalkGateway.scoped
    POST /graphql query {order} [server]
      query {order}
        Work.load
          load user
        TalkResolver.order
          Work.load
            select
        Work.mark
          after
    POST /graphql query {scoped} [server]
      query {scoped}
        Work.mark
          in request guard
        ScopedTalkResolver.scoped
  `);
});

it('the spans of the lifecycle are not doubled', async () => {
  const url = await start({ lifecycle: 'all', bootstrap: true });
  await nextTrace();
  expect(await callAll(url)).toBe(dedent`
    process stock.find [server]
      EveryGuard.canActivate
      AnyGuard.canActivate
        Work.load
          load user
      AnyInterceptor.intercept
        AnyPipe.transform
        StockController.find
          Work.load
            find
        Work.mark
          after
    process stock.scoped [server]
      EveryGuard.canActivate
      RequestGuard.canActivate
        Work.mark
          in request guard
      ScopedStockController.find
    message say [server]
      EveryGuard.canActivate
      AnyGuard.canActivate
        Work.load
          load user
      AnyInterceptor.intercept
        AnyPipe.transform
        TalkGateway.say
          Work.load
            say
        Work.mark
          after
    message scoped [server]
      EveryGuard.canActivate
      RequestGuard.canActivate
        Work.mark
          in request guard
      ScopedTalkGateway.scoped
    POST /graphql query {order} [server]
      query {order}
        EveryGuard.canActivate
        AnyGuard.canActivate
          Work.load
            load user
        AnyInterceptor.intercept
          AnyPipe.transform
          TalkResolver.order
            Work.load
              select
          Work.mark
            after
    POST /graphql query {scoped} [server]
      query {scoped}
        EveryGuard.canActivate
        RequestGuard.canActivate
          Work.mark
            in request guard
        ScopedTalkResolver.scoped
  `);
});
