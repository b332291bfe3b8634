import 'reflect-metadata';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ApolloDriver } from '@nestjs/apollo';
import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Tracer, TracingModule } from 'nestjs-traced';
import { dedent, SpanRecorder, traceAsText } from 'nestjs-traced/testing';
import { WebSocket } from 'ws';

const PARENT = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

const EXPECTED = dedent`
  POST /graphql query Find [server]
    query Find
      SELECT orders

  POST /graphql [server]
    graphql exception
`;

const EXPECTED_OF_SUBSCRIPTION = dedent`
  subscription Placed [server] (link to elsewhere)
    read event
`;

@Resolver()
class OrdersResolver {
  constructor(private readonly tracer: Tracer) {}

  @Query(() => String)
  order(): Promise<string> {
    return this.tracer.trace('SELECT orders', async () => '7');
  }

  @Subscription(() => String)
  placed(): AsyncIterable<object> {
    const { tracer } = this;
    return (async function* () {
      yield await tracer.trace('read event', async () => ({ placed: '7' }));
    })();
  }
}

interface Server {
  readonly name: string;
  readonly createAdapter: () => ExpressAdapter | FastifyAdapter;
  readonly options: { readonly driver: never } & Record<string, unknown>;
  /** The protocols of its subscriptions. */
  readonly protocols: readonly string[];
}

const SERVERS: readonly Server[] = [
  {
    name: 'Apollo on Express',
    createAdapter: () => new ExpressAdapter(),
    options: {
      driver: ApolloDriver as never,
      playground: false,
      subscriptions: { 'graphql-ws': true, 'subscriptions-transport-ws': true },
    },
    protocols: ['graphql-transport-ws', 'graphql-ws'],
  },
  {
    name: 'Mercurius on Fastify',
    createAdapter: () => new FastifyAdapter(),
    options: { driver: MercuriusDriver as never, subscription: true },
    protocols: ['graphql-transport-ws', 'graphql-ws'],
  },
];

@Module({})
class AppModule {
  static with(recorder: SpanRecorder, { options }: Server): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // The clients of this program are not those of the application.
        TracingModule.forRoot({
          serviceName: 'orders',
          spanProcessors: [recorder],
          http: { client: false },
        }),
        GraphQLModule.forRoot({ autoSchemaFile: true, ...options }),
      ],
      providers: [OrdersResolver],
    };
  }
}

async function ask(port: number, query: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  await response.text();
}

async function subscribe(port: number, protocol: string): Promise<WebSocket> {
  const url = `ws://127.0.0.1:${port}/graphql`;
  const socket = new WebSocket(url, protocol, { headers: PARENT });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  const type = protocol === 'graphql-ws' ? 'start' : 'subscribe';
  const payload = { query: 'subscription Placed { placed }' };
  socket.send(JSON.stringify({ id: '1', type, payload }));
  return socket;
}

/** Sends operations to one driver of Nest, and compares their traces. */
async function check(server: Server): Promise<void> {
  const recorder = new SpanRecorder();
  const app: INestApplication = await NestFactory.create(
    AppModule.with(recorder, server),
    server.createAdapter(),
    { logger: false, forceCloseConnections: true },
  );
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const next = async (): Promise<string> => {
    const spans = await recorder.takeNextTrace({ deadlineMillis: 5000 });
    return traceAsText(spans, { attributes: false, links: true });
  };
  const texts: string[] = [];
  for (const query of ['query Find { order }', 'query Wrong { unknown }']) {
    await ask(port, query);
    // Apollo and Mercurius have classes and texts of their own.
    texts.push((await next()).replace(/(exception) .*/, '$1'));
  }
  compare(server.name, texts.join('\n\n'), EXPECTED);
  for (const protocol of server.protocols) {
    const socket = await subscribe(port, protocol);
    compare(`${server.name}, ${protocol}`, await next(), EXPECTED_OF_SUBSCRIPTION);
    socket.close();
    await once(socket, 'close');
  }
  await app.close();
  recorder.verify();
}

function compare(name: string, text: string, expected: string): void {
  console.log(`${name}\n${text}\n`);
  if (text !== expected) throw new Error(`The traces should have been\n${expected}`);
}

async function main(): Promise<void> {
  for (const server of SERVERS) await check(server);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
