import type { AddressInfo } from 'node:net';
import { type INestApplication, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import {
  Tracer,
  TracingModule,
  type TracingOptions,
  type WebSocketTracingOptions,
} from 'nestjs-traced';
import {
  type SpanRecorder,
  type TestTracingSetup,
  testTracingOptions,
} from 'nestjs-traced/testing';
import type { Platform } from '../../../../lib/testing/contracts/http-server/start-application.js';
import { ChatGateway, ScopedGateway } from './chat-gateway.js';

/** A running application with gateways. */
export interface Chat {
  readonly application: INestApplication;
  readonly gateway: ChatGateway;
  readonly tracer: Tracer;
  readonly url: string;
  readonly recorder: SpanRecorder;
  readonly warnings: readonly string[];
}

/** Starts an application. Its HTTP requests, such as those of polling, are not traced by default. */
export async function startChat(
  platform: Platform,
  adapter: 'ws' | 'socket.io',
  webSocket: false | WebSocketTracingOptions = {},
  others: TracingOptions = { http: { server: { ignore: [/^\/socket\.io\//] } } },
  gateways: Type[] = [ChatGateway, ScopedGateway],
  createOptions: (
    others: TracingOptions,
  ) => Pick<TestTracingSetup, 'options' | 'recorder' | 'warnings'> = testTracingOptions,
): Promise<Chat> {
  const { options, recorder, warnings } = createOptions({ webSocket, ...others });

  @Module({ imports: [TracingModule.forRoot(options)], providers: gateways })
  class ChatModule {}

  const application = await NestFactory.create(ChatModule, platform.createAdapter(), {
    logger: false,
    forceCloseConnections: true,
    abortOnError: false,
  });
  const Adapter = adapter === 'ws' ? WsAdapter : IoAdapter;
  application.useWebSocketAdapter(new Adapter(application));
  await application.listen(0, '127.0.0.1');
  const { port } = application.getHttpServer().address() as AddressInfo;
  const gateway = application.get(gateways[0] as typeof ChatGateway);
  const tracer = application.get(Tracer);
  return { application, gateway, tracer, url: `http://127.0.0.1:${port}`, recorder, warnings };
}
