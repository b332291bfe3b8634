import 'reflect-metadata';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { Tracer, TracingModule } from 'nestjs-traced';
import { dedent, SpanRecorder, traceAsText } from 'nestjs-traced/testing';
import { interval, map, type Observable, take } from 'rxjs';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

const PARENT = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

const EXPECTED = dedent`
  message find [server] (link to elsewhere)
    SELECT orders

  message refused [server] exception WsException "not yours" (link to elsewhere)

  message breaking [server] ERROR "later" exception RangeError (link to elsewhere)
`;

@WebSocketGateway()
class OrdersGateway {
  constructor(private readonly tracer: Tracer) {}

  @SubscribeMessage('find')
  async find(@MessageBody() id: string): Promise<object> {
    await this.tracer.trace('SELECT orders', async () => {});
    return { event: 'found', data: id };
  }

  @SubscribeMessage('refused')
  refused(): void {
    throw new WsException('not yours');
  }

  @SubscribeMessage('breaking')
  breaking(): Observable<never> {
    return interval(1).pipe(
      take(1),
      map(() => {
        throw new RangeError('later');
      }),
    );
  }
}

@Module({})
class AppModule {
  static with(recorder: SpanRecorder): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TracingModule.forRoot({
          serviceName: 'orders',
          spanProcessors: [recorder],
          // The clients of this program are not those of the application.
          http: { client: false, server: { ignore: [/^\/socket\.io\//] } },
        }),
      ],
      providers: [OrdersGateway],
    };
  }
}

interface Client {
  send(event: string, data?: unknown): void;
  close(): void;
}

async function connectWs(port: number): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers: PARENT });
  await once(socket, 'open');
  return {
    send: (event, data) => socket.send(JSON.stringify({ event, data })),
    close: () => socket.terminate(),
  };
}

async function connectSocketIo(port: number): Promise<Client> {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    reconnection: false,
    extraHeaders: PARENT,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return {
    send: (event, data) => void socket.emit(event, data),
    close: () => void socket.disconnect(),
  };
}

/** Sends messages to a gateway over one adapter of Nest, and compares their traces. */
async function check(
  Adapter: typeof WsAdapter | typeof IoAdapter,
  connect: (port: number) => Promise<Client>,
): Promise<void> {
  const recorder = new SpanRecorder();
  const app = await NestFactory.create(AppModule.with(recorder), { logger: false });
  app.useWebSocketAdapter(new Adapter(app));
  await app.listen(0, '127.0.0.1');
  const client = await connect((app.getHttpServer().address() as AddressInfo).port);
  const texts: string[] = [];
  for (const event of ['find', 'refused', 'breaking']) {
    client.send(event, '7');
    const spans = await recorder.takeNextTrace({ deadlineMillis: 5000 });
    texts.push(traceAsText(spans, { attributes: false, links: true }));
  }
  client.close();
  await app.close();
  recorder.verify();
  const text = texts.join('\n\n');
  console.log(`${Adapter.name}\n${text}\n`);
  if (text !== EXPECTED) throw new Error(`The traces should have been\n${EXPECTED}`);
}

async function main(): Promise<void> {
  await check(WsAdapter, connectWs);
  await check(IoAdapter, connectSocketIo);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
