import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { ApolloDriver } from '@nestjs/apollo';
import { type INestApplication, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { ExpressAdapter } from '@nestjs/platform-express';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { SpanKind } from '@opentelemetry/api';
import { Tracer, TracingModule } from 'nestjs-traced';
import { testTracingOptions } from 'nestjs-traced/testing';
import { interval, map, type Observable, switchMap, take } from 'rxjs';
import { SubscriptionClient } from '../graphql/application/subscription-client.js';
import { connectSocketIo } from './application/clients.js';

/** Everything that the application does is a query: a query without a cause would be a root. */
class Database {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  query<T>(result: T): Promise<T> {
    return this.tracer.trace('SELECT', { kind: SpanKind.CLIENT }, async () => result);
  }
}

@WebSocketGateway({ namespace: 'orders' })
class OrdersGateway {
  constructor(@Inject(Database) private readonly database: Database) {}

  handleConnection(): Promise<string> {
    return this.database.query('connected');
  }

  handleDisconnect(): Promise<string> {
    return this.database.query('disconnected');
  }

  @SubscribeMessage('find')
  find(): Promise<object> {
    return this.database.query({ event: 'found', data: 7 });
  }

  @SubscribeMessage('follow')
  follow(): Observable<object> {
    return interval(1).pipe(
      take(2),
      switchMap(() => this.database.query(7)),
      map((data) => ({ event: 'followed', data })),
    );
  }
}

@Resolver()
class OrdersResolver {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Query(() => String)
  order(): Promise<string> {
    return this.database.query('7');
  }

  @Subscription(() => String, { resolve: ({ placed }: { placed: string }) => placed })
  placed(): AsyncIterable<object> {
    const { database } = this;
    return (async function* () {
      yield await database.query({ placed: '7' });
      await database.query('over');
    })();
  }
}

let application: INestApplication;
afterEach(() => application.close());

it('an application with gateways and GraphQL has only server spans as roots', async () => {
  const { options, recorder, warnings } = testTracingOptions({ http: { client: false } });

  @Module({
    imports: [
      TracingModule.forRoot(options),
      GraphQLModule.forRoot({
        driver: ApolloDriver,
        autoSchemaFile: true,
        playground: false,
        subscriptions: { 'graphql-ws': true },
      }),
    ],
    providers: [Database, OrdersGateway, OrdersResolver],
  })
  class OrdersModule {}

  application = await NestFactory.create(OrdersModule, new ExpressAdapter(), {
    logger: false,
    forceCloseConnections: true,
    abortOnError: false,
  });
  application.useWebSocketAdapter(new IoAdapter(application));
  await application.listen(0, '127.0.0.1');
  const { port } = application.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  const socket = await connectSocketIo(`${url}/orders`, 'polling');
  await socket.ask('find');
  await socket.ask('follow');
  await recorder.waitForSpans(4);
  const headers = { 'content-type': 'application/json' };
  for (const query of ['query Find { order }', 'query Wrong { unknown }']) {
    await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  }
  const client = await SubscriptionClient.connect(`${url}/graphql`);
  client.subscribe('subscription Placed { placed }');
  client.subscribe('query Find { order }', '2');
  client.subscribe('subscription { unknown }', '3');
  // The acknowledgement; value and end of two operations; a refusal.
  await client.receive(6);
  client.socket.terminate();
  await socket.close();
  await application.close();

  const spans = recorder.takeSpans();
  const roots = spans.filter((span) => span.parentSpanContext === undefined);
  const names = roots.map((span) => `${span.name} ${SpanKind[span.kind]}`);
  expect([...new Set(names)].sort()).toEqual([
    'GET SERVER',
    'POST /graphql SERVER',
    'POST /graphql query Find SERVER',
    'POST SERVER',
    'connect /orders SERVER',
    'disconnect /orders SERVER',
    'graphql SERVER',
    'message find SERVER',
    'message follow SERVER',
    'query Find SERVER',
    'subscription Placed SERVER',
  ]);
  const ids = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  const causes = spans
    .filter(({ name }) => name === 'SELECT')
    .map((span) => ids.get(span.parentSpanContext?.spanId ?? ''));
  expect(causes.sort()).toEqual([
    ...['connect /orders', 'disconnect /orders', 'message find'],
    ...['message follow', 'message follow', 'query Find', 'query Find'],
    ...['subscription Placed', 'subscription Placed'],
  ]);
  expect(recorder.openSpans).toEqual([]);
  expect(warnings).toEqual([]);
});
