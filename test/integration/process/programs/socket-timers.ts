import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { ApolloDriver } from '@nestjs/apollo';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Args, Context, GraphQLModule, Info, Query, Resolver, Subscription } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { AlwaysOffSampler, AlwaysOnSampler, NoopSpanExporter, TracingModule } from 'nestjs-traced';
import { concat, NEVER, type Observable, of } from 'rxjs';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { say, told } from './say.js';

// Servers of WebSockets and GraphQL. Each message and operation starts a timer that lasts longer than the
// program, and each client vanishes; then the program counts what is left of them.

const CLIENT_COUNT = 15;
const collectGarbage = gc;
if (collectGarbage === undefined) throw new Error('Run it with --expose-gc.');

/** What belongs to a message or an operation and must not outlive it. */
const seen: { readonly what: string; readonly object: WeakRef<object> }[] = [];

let isWatching = true;

function watch(objects: Readonly<Record<string, object>>): void {
  if (!isWatching) return;
  for (const [what, object] of Object.entries(objects)) {
    seen.push({ what, object: new WeakRef(object) });
  }
}

function startTimer(): void {
  setTimeout(() => {}, 600_000).unref();
}

class ServerError extends Error {
  constructor(readonly data: object) {
    super('The shelf broke.');
  }
}

@WebSocketGateway()
class OrdersGateway {
  handleConnection(client: object): void {
    watch({ connected: client });
    startTimer();
  }

  @SubscribeMessage('find')
  async find(@ConnectedSocket() client: object, @MessageBody() data: object): Promise<object> {
    watch({ client, data });
    startTimer();
    await nextTurn();
    const result = { event: 'found', data };
    watch({ result });
    return result;
  }

  @SubscribeMessage('fail')
  fail(@ConnectedSocket() client: object, @MessageBody() data: object): never {
    startTimer();
    const error = new ServerError(data);
    watch({ client, data, error });
    throw error;
  }

  @SubscribeMessage('follow')
  follow(@MessageBody() data: object): Observable<object> {
    startTimer();
    const first = { event: 'first', data };
    const answers = concat(of(first), NEVER);
    watch({ data, first, answers });
    return answers;
  }
}

@Resolver()
class OrdersResolver {
  @Query(() => String)
  async find(
    @Args('text') text: string,
    @Context() context: { req: object },
    @Info() info: { operation: object },
  ): Promise<string> {
    watch({ context, request: context.req, operation: info.operation });
    startTimer();
    await nextTurn();
    return text;
  }

  @Query(() => String, { nullable: true })
  fail(@Context() context: { req: object }, @Info() info: { operation: object }): never {
    startTimer();
    const error = new ServerError(context);
    watch({ context, request: context.req, operation: info.operation, error });
    throw error;
  }

  @Subscription(() => String)
  follow(@Context() context: object): AsyncIterator<object> {
    startTimer();
    let isFirst = true;
    let leave = (_: IteratorResult<object>): void => {};
    const events = {
      async next(): Promise<IteratorResult<object>> {
        startTimer();
        if (!isFirst) return new Promise((resolve) => (leave = resolve));
        isFirst = false;
        const value = { follow: randomBytes(5_000).toString('hex') };
        watch({ value });
        return { done: false, value };
      },
      async return(): Promise<IteratorResult<object>> {
        leave({ done: true, value: undefined });
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    watch({ context, events });
    return events;
  }
}

const tracing = TracingModule.forRoot({
  sampler: told('SAMPLED') === 'true' ? new AlwaysOnSampler() : new AlwaysOffSampler(),
  exporter: new NoopSpanExporter(),
  webSocket: { connectionSpans: true, contextField: 'trace' },
  graphql: { resolverSpans: true, contextField: 'trace' },
  // The clients of this program keep their own requests.
  http: { client: false },
});

@Module({ imports: [tracing], providers: [OrdersGateway] })
class GatewayModule {}

/** The caches of the drivers keep documents. */
@Module({
  imports: [
    tracing,
    GraphQLModule.forRoot({
      driver: ApolloDriver,
      autoSchemaFile: true,
      playground: false,
      documentStore: null,
      subscriptions: { 'graphql-ws': true },
    }),
  ],
  providers: [OrdersResolver],
})
class ApolloModule {}

@Module({
  imports: [
    tracing,
    GraphQLModule.forRoot({
      driver: MercuriusDriver,
      autoSchemaFile: true,
      subscription: true,
      cache: false,
    }),
  ],
  providers: [OrdersResolver],
})
class MercuriusModule {}

let port = 0;
const left: string[] = [];
const quiet = { logger: false, forceCloseConnections: true } as const;

const ws = await NestFactory.create(GatewayModule, new ExpressAdapter(), quiet);
ws.useWebSocketAdapter(new WsAdapter(ws));
await serve('ws', ws, useWs);
const socketIo = await NestFactory.create(GatewayModule, new ExpressAdapter(), quiet);
socketIo.useWebSocketAdapter(new IoAdapter(socketIo));
await serve('socket.io', socketIo, useSocketIo);
const apollo = await NestFactory.create(ApolloModule, new ExpressAdapter(), quiet);
await serve('apollo', apollo, useGraphql);
const mercurius = await NestFactory.create(MercuriusModule, new FastifyAdapter(), quiet);
await serve('mercurius', mercurius, useGraphql);
say({ counts: { seen: seen.length, left } });

/** Serves clients, and collects what is left of them while the server still runs. */
async function serve(
  name: string,
  application: INestApplication,
  useServer: () => Promise<void>,
): Promise<void> {
  await application.listen(0, '127.0.0.1');
  port = (application.getHttpServer().address() as AddressInfo).port;
  const first = seen.length;
  for (let count = 0; count < CLIENT_COUNT; count++) await useServer();
  // Nest compares each client of a gateway with the one before, which it keeps.
  isWatching = false;
  await useServer();
  isWatching = true;
  await sleep(100);
  for (let turn = 0; turn < 10; turn++) {
    await nextTurn();
    collectGarbage?.();
  }
  for (const { what, object } of seen.slice(first)) {
    if (object.deref() !== undefined) left.push(`${name}: ${what}`);
  }
  await application.close();
}

function dataOf(): object {
  return { text: randomBytes(5_000).toString('hex') };
}

async function useWs(): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, 'open');
  for (const event of ['find', 'fail', 'follow']) {
    socket.send(JSON.stringify({ event, data: dataOf() }));
    await once(socket, 'message');
  }
  socket.terminate();
}

async function useSocketIo(): Promise<void> {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  });
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  for (const event of ['find', 'fail', 'follow']) {
    const answered = new Promise<void>((resolve) => socket.onAny(() => resolve()));
    socket.emit(event, dataOf());
    await answered;
    socket.offAny();
  }
  socket.io.engine.close();
}

async function useGraphql(): Promise<void> {
  await ask(`query Find($text: String!) { find(text: $text) }`, dataOf());
  await ask('query Fail { fail }');
  await ask('query Wrong { unknown }');
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  const payload = { query: 'subscription Follow { follow }' };
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  await once(socket, 'message');
  socket.terminate();
}

async function ask(query: string, variables: object = {}): Promise<void> {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const options = { port, path: '/graphql', method: 'POST', headers, agent: false };
  const request = httpRequest(options);
  request.end(JSON.stringify({ query, variables }));
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'close');
}
