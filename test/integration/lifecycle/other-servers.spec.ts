import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { ClientProxyFactory, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { TracingModule, type TracingOptions } from 'nestjs-traced';
import { dedent, type SpanRecorder, testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom } from 'rxjs';
import { closingAfterEach } from '../../support/closing.js';
import { freePort } from '../../support/free-port.js';
import { PROTO_PATH, plainClient } from '../grpc/application/start-shop.js';
import { connectSocketIo } from '../websocket/application/clients.js';
import { HybridModule } from './application/hybrid.module.js';

const grpcPort = await freePort();
const tcpPort = await freePort();
const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port: tcpPort } } as const;
const grpc = {
  transport: Transport.GRPC,
  options: { package: 'shop', protoPath: PROTO_PATH, url: `127.0.0.1:${grpcPort}` },
} as const;

const onClose = closingAfterEach();
let recorder: SpanRecorder;
let warnings: readonly string[];

function tracingModule(options: TracingOptions) {
  const setup = testTracingOptions({ grpc: { client: false }, ...options });
  ({ recorder, warnings } = setup);
  return TracingModule.forRoot(setup.options);
}

const nextTrace = async (): Promise<string> =>
  traceAsText(await recorder.takeNextTrace(), { attributes: ['error.type'] });

afterEach(() => {
  expect(warnings).toEqual([]);
  recorder.verify();
});

async function startMicroservice(
  options: TracingOptions,
  transport: MicroserviceOptions,
): Promise<INestApplicationContext> {
  const others = transport === tcp ? 'messages only' : 'gRPC only';
  const microservice = await NestFactory.createMicroservice<MicroserviceOptions>(
    HybridModule.with([tracingModule(options)], others),
    { ...transport, logger: false, abortOnError: false },
  );
  onClose(() => microservice.close());
  await microservice.listen();
  return microservice;
}

/** Calls a method of gRPC, and returns its trace, or that of its failure. */
async function call(service: 'Orders' | 'Health', method: string, id: string): Promise<string> {
  const client = plainClient(`127.0.0.1:${grpcPort}`, {}, service);
  const unary = promisify((client[method] as (...args: never[]) => void).bind(client)) as (
    order: object,
  ) => Promise<unknown>;
  const answer = unary({ id });
  await (id === 'none' ? expect(answer).rejects.toThrow('no such order') : answer);
  client.close();
  return nextTrace();
}

async function send(pattern: string): Promise<string> {
  const client = ClientProxyFactory.create(tcp);
  expect(await lastValueFrom(client.send(pattern, 'chair'))).toBe('chair');
  client.close();
  return nextTrace();
}

const GRPC_LIFECYCLE = dedent`
  shop.Orders/Find [server]
    EveryGuard.canActivate
    AnyGuard.canActivate
      load user
    AnyInterceptor.intercept
      AnyPipe.transform
      CallController.find
        find
      after
  shop.Orders/Find [server]
    EveryGuard.canActivate
    AnyGuard.canActivate
      load user
    AnyInterceptor.intercept
      AnyPipe.transform
      CallController.find exception RpcException "no such order"
        find
    RpcFilter.catch
  shop.Health/Check [server]
    EveryGuard.canActivate
    RequestGuard.canActivate
      in request guard
    ScopedCallController.check
`;

const GRPC_PROVIDERS = dedent`
  shop.Orders/Find [server]
    Work.load
      load user
    CallController.find
      Work.load
        find
    Work.mark
      after
  shop.Health/Check [server]
    Work.mark
      in request guard
    ScopedCallController.check
`;

describe('a microservice', () => {
  it("of gRPC has the spans of lifecycle: 'all'", async () => {
    await startMicroservice({ lifecycle: 'all' }, grpc);
    const traces = [
      await call('Orders', 'Find', '1'),
      await call('Orders', 'Find', 'none'),
      await call('Health', 'Check', '1'),
    ];
    expect(traces.join('\n')).toBe(GRPC_LIFECYCLE);
  });

  it('of gRPC has the spans of providers: true', async () => {
    await startMicroservice({ providers: true }, grpc);
    const traces = [await call('Orders', 'Find', '1'), await call('Health', 'Check', '1')];
    expect(traces.join('\n')).toBe(GRPC_PROVIDERS);
  });

  it('over TCP has the spans of providers: true', async () => {
    await startMicroservice({ providers: true }, tcp);
    expect([await send('stock.find'), await send('stock.scoped')].join('\n')).toBe(dedent`
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
    `);
  });
});

describe('an application with Mercurius, socket.io and gRPC', () => {
  /** Calls each of them, with instances of the application and those of the request, and returns the traces. */
  async function tracesWith(options: TracingOptions): Promise<string> {
    const graphql = GraphQLModule.forRoot({ driver: MercuriusDriver, autoSchemaFile: true });
    const application = await NestFactory.create(
      HybridModule.with(
        [tracingModule({ http: { server: { ignore: [/^\/socket\.io/] } }, ...options }), graphql],
        'everything and gRPC',
      ),
      new FastifyAdapter(),
      { logger: false, forceCloseConnections: true, abortOnError: false },
    );
    onClose(() => application.close());
    application.useWebSocketAdapter(new IoAdapter(application));
    application.connectMicroservice<MicroserviceOptions>(grpc, { inheritAppConfig: true });
    await application.startAllMicroservices();
    await application.listen(0, '127.0.0.1');
    const { port } = application.getHttpServer().address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const socket = await connectSocketIo(url, 'websocket');
    onClose(() => socket.close());
    const ask = async (event: string): Promise<string> => {
      expect(await socket.ask(event, 'hello')).toEqual({ event: 'said', data: 'hello' });
      return nextTrace();
    };
    const query = async (text: string): Promise<string> => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: text }),
      });
      expect(await response.json()).not.toHaveProperty('errors');
      return nextTrace();
    };
    return [
      await query('{ order(id: "1") { id } }'),
      await query('{ scoped { id } }'),
      await ask('say'),
      await ask('scoped'),
      await call('Orders', 'Find', '1'),
      await call('Health', 'Check', '1'),
    ].join('\n');
  }

  it("has the spans of lifecycle: 'all'", async () => {
    const [found, , checked] = GRPC_LIFECYCLE.split(/\n(?=shop)/);
    const text = await tracesWith({ lifecycle: 'all' });
    expect(text.split(/\n(?=shop)/).slice(1)).toEqual([found, checked]);
    expect(text.split(/\n(?=shop)/)[0]).toBe(dedent`
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
      POST /graphql query {scoped} [server]
        query {scoped}
          EveryGuard.canActivate
          RequestGuard.canActivate
            in request guard
          ScopedTalkResolver.scoped
      message say [server]
        EveryGuard.canActivate
        AnyGuard.canActivate
          load user
        AnyInterceptor.intercept
          AnyPipe.transform
          TalkGateway.say
            say
          after
      message scoped [server]
        EveryGuard.canActivate
        RequestGuard.canActivate
          in request guard
        ScopedTalkGateway.scoped
    `);
  });

  it('has the spans of providers: true', async () => {
    const text = await tracesWith({ providers: true });
    expect(text).toBe(
      `${dedent`
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
    `}\n${GRPC_PROVIDERS}`,
    );
  });
});
