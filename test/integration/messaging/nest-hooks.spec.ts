import { describe, expect, it } from '@jest/globals';
import {
  Controller,
  type INestApplicationContext,
  type INestMicroservice,
  Injectable,
  Module,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Client,
  ClientProxyFactory,
  type ClientTCP,
  Ctx,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  type Serializer,
  type TcpClientOptions,
  TcpContext,
  Transport,
} from '@nestjs/microservices';
import { TracingModule, type TracingOptions } from 'nestjs-traced';
import { testTracingOptions, traceAsText } from 'nestjs-traced/testing';
import { lastValueFrom, NEVER, type Observable, retry } from 'rxjs';
import { closingAfterEach } from '../../support/closing.js';
import { freePort } from '../../support/free-port.js';
import { until } from '../../support/until.js';

const port = await freePort();
const transport: TcpClientOptions = {
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port },
};

@Controller()
class OrdersController {
  @MessagePattern('metadata')
  metadata(@Payload() data: unknown, @Ctx() context: TcpContext): unknown {
    const { tenant } = (context.getMetadata() ?? {}) as { tenant?: unknown };
    return { data, tenant };
  }

  @MessagePattern('never')
  never(): Observable<never> {
    return NEVER;
  }

  @EventPattern<string>('placed')
  first(): void {}

  @EventPattern<string>('placed')
  second(): void {}
}

@Injectable()
class Shop {
  @Client(transport)
  readonly decorated!: ClientTCP;

  readonly created = ClientProxyFactory.create(transport) as ClientTCP;
}

const onClose = closingAfterEach();

async function startServer(tracing: TracingOptions, options = {}): Promise<INestMicroservice> {
  @Module({ imports: [TracingModule.forRoot(tracing)], controllers: [OrdersController] })
  class ServerModule {}
  const server = await NestFactory.createMicroservice<MicroserviceOptions>(ServerModule, {
    ...transport,
    options: { ...transport.options, ...options },
    logger: false,
  } as MicroserviceOptions);
  await server.listen();
  onClose(() => server.close());
  return server;
}

async function startClient(tracing: TracingOptions): Promise<[Shop, INestApplicationContext]> {
  @Module({ imports: [TracingModule.forRoot(tracing)], providers: [Shop] })
  class ClientModule {}
  // A microservice of its own, because `createApplicationContext` does not fill `@Client()`.
  const application = await NestFactory.create(ClientModule, { logger: false });
  await application.init();
  const shop = application.get(Shop);
  onClose(async () => {
    shop.created.close();
    await application.close();
  });
  return [shop, application];
}

describe('the hooks in Nest', () => {
  it('find clients of @Client() and ClientProxyFactory', async () => {
    const { options, recorder } = testTracingOptions();
    await startServer(options);
    const [shop] = await startClient(options);
    for (const client of [shop.decorated, shop.created]) {
      await lastValueFrom(client.send('metadata', 1));
      const trace = await recorder.takeNextTrace({ spanCount: 2 });
      expect(traceAsText(trace, { attributes: false })).toBe(
        'send metadata [client]\n  process metadata [server]',
      );
    }
  });

  it('keep the hook and the serializer of the user', async () => {
    const { options, recorder } = testTracingOptions();
    await startServer(options);
    const [{ created: client }] = await startClient(options);
    client.setOnDispatchHook((packet) => {
      packet.metadata = { tenant: 'acme' };
    });
    const { serializer } = client as unknown as { serializer: Serializer };
    const seen: unknown[] = [];
    const original = serializer.serialize.bind(serializer);
    serializer.serialize = (value, options) => {
      seen.push((value as { metadata: object }).metadata);
      return original(value, options);
    };
    expect(await lastValueFrom(client.send('metadata', 7))).toEqual({ data: 7, tenant: 'acme' });
    expect(seen).toEqual([{ tenant: 'acme' }]);
    expect(traceAsText(await recorder.takeNextTrace({ spanCount: 2 }))).toContain('\n  process');
  });

  it('see a serializer and a deserializer of the user', async () => {
    const { options, recorder } = testTracingOptions();
    const marked: Serializer = {
      serialize: (value: object) => ({ ...value, response: `<${JSON.stringify(value)}>` }),
    };
    await startServer(options, {
      serializer: marked,
      deserializer: {
        async deserialize(value: { pattern: string }) {
          if (value.pattern === 'broken') throw new SyntaxError('not mine');
          return { ...value, data: 'replaced' };
        },
      },
    });
    const [{ created: client }] = await startClient(options);
    expect(String(await lastValueFrom(client.send('metadata', 7)))).toContain('replaced');
    expect(traceAsText(await recorder.takeNextTrace({ spanCount: 2 }))).toContain('\n  process');
    await lastValueFrom(client.emit('broken', 7), { defaultValue: undefined });
    expect(
      traceAsText(await recorder.takeNextTrace({ spanCount: 2 }), { attributes: false }),
    ).toContain('\n  process [consumer] ERROR "not mine" exception SyntaxError');
  });

  it('make one span for several handlers of an event, without the name of one', async () => {
    const { options, recorder } = testTracingOptions();
    await startServer(options);
    const [{ created: client }] = await startClient(options);
    await lastValueFrom(client.emit('placed', 7), { defaultValue: undefined });
    const trace = await recorder.takeNextTrace({ spanCount: 2 });
    expect(traceAsText(trace, { attributes: ['code.function.name'] })).toBe(
      'send placed [producer]\n  process placed [consumer]',
    );
  });

  it('end what is open when the applications close, and restore everything', async () => {
    const { options, recorder } = testTracingOptions();
    const server = await startServer(options);
    const [shop, application] = await startClient(options);
    const failure = lastValueFrom(shop.created.send('never', 7)).catch((error: unknown) => error);
    await until(
      () => recorder.openSpans.length === 2,
      () => recorder.openSpans.map(({ name }) => name),
    );
    await application.close();
    shop.created.close();
    await server.close();
    expect(await failure).toMatchObject({ message: 'Connection closed' });
    const trace = traceAsText(recorder.takeSpans(), { attributes: false, events: true });
    expect(trace).toBe(
      'send never [client] (event shutdown)\n  process never [server] (event shutdown)',
    );
    expect(Object.keys(shop.created)).not.toContain('send');
  });

  it('continue when the server goes away and comes back', async () => {
    const { options, recorder } = testTracingOptions();
    const server = await startServer(options);
    const [{ created: client }] = await startClient(options);
    await lastValueFrom(client.send('metadata', 1));
    const unanswered = lastValueFrom(client.send('never', 1)).catch((error: unknown) => error);
    await until(
      () => recorder.openSpans.length === 2,
      () => recorder.openSpans.map(({ name }) => name),
    );
    recorder.takeSpans();
    await server.close();
    expect(await unanswered).toMatchObject({ message: 'Connection closed' });
    const refused = await lastValueFrom(client.send('metadata', 2)).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    const text = traceAsText(recorder.takeSpans(), { attributes: false });
    expect(text).toContain('send never [client] ERROR "Connection closed" exception Error');
    expect(text).toMatch(/send metadata \[client\] ERROR .*ECONNREFUSED/);
    await startServer(options);
    // Nest keeps the refused connection until its socket is closed.
    await lastValueFrom(client.send('metadata', 3).pipe(retry({ count: 100, delay: 10 })));
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toMatch(
      /send metadata \[client\]\n {2}process metadata \[server\]$/,
    );
  });
});
