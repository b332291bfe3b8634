import { afterEach, describe, expect, it } from '@jest/globals';
import { Inject } from '@nestjs/common';
import {
  Ack,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
} from '@nestjs/websockets';
import { Tracer, TracingConfigError, type WebSocketTracingOptions } from 'nestjs-traced';
import { traceAsText } from 'nestjs-traced/testing';
import { until } from '../../support/until.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { CLIENT_KINDS, connectSocketIo } from './application/clients.js';
import { type Chat, startChat } from './application/start-chat.js';

@WebSocketGateway({ namespace: 'rooms' })
class RoomsGateway {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  async handleConnection(): Promise<void> {
    await Promise.resolve();
    await this.tracer.trace('greet', async () => {});
  }

  handleDisconnect(): Promise<void> {
    return this.tracer.trace('say goodbye', async () => {});
  }

  @SubscribeMessage('double')
  async double(@MessageBody() value: number): Promise<number> {
    return this.tracer.trace('load', async () => 2 * value);
  }

  @SubscribeMessage('by hand')
  byHand(@Ack() answer: (value: string) => void): void {
    answer('acknowledged');
  }
}

/** Handles the same event as {@link RoomsGateway}, in another namespace. */
@WebSocketGateway({ namespace: 'others' })
class OthersGateway {
  @SubscribeMessage('double')
  double(): number {
    throw new WsException('not here');
  }
}

const [express] = PLATFORMS;
if (express === undefined) throw new Error('There is no platform.');

let chat: Chat;
const start = async (options: false | WebSocketTracingOptions, others = {}): Promise<Chat> => {
  chat = await startChat(express, 'socket.io', options, others, [RoomsGateway, OthersGateway]);
  return chat;
};

afterEach(async () => {
  await chat?.application.close();
  expect(chat.warnings).toEqual([]);
  chat.recorder.verify();
});

const textOf = async (count: number): Promise<string> =>
  traceAsText(await chat.recorder.takeNextSpans(count), {
    attributes: ['code.function.name'],
    links: true,
  });

describe('gateways with namespaces', () => {
  it('answer by acknowledgement, within the span', async () => {
    await start({});
    const rooms = await connectSocketIo(`${chat.url}/rooms`, 'websocket');
    expect(await textOf(2)).toBe(
      'connect /rooms [server] code.function.name=RoomsGateway.handleConnection\n  greet',
    );
    expect(await rooms.socket.emitWithAck('double', 21)).toBe(42);
    expect(await textOf(2)).toBe(
      'message double [server] code.function.name=RoomsGateway.double\n  load',
    );
    expect(await rooms.socket.emitWithAck('by hand')).toBe('acknowledged');
    expect(await textOf(1)).toBe('message by hand [server] code.function.name=RoomsGateway.byHand');
    rooms.vanish();
    expect(await textOf(2)).toBe(
      'disconnect /rooms [server] code.function.name=RoomsGateway.handleDisconnect\n  say goodbye',
    );
  });

  it('tell the methods of one event apart by the namespace', async () => {
    await start({});
    const others = await connectSocketIo(`${chat.url}/others`, 'websocket');
    await others.ask('double');
    expect(await textOf(1)).toBe(
      'message double [server] code.function.name=OthersGateway.double exception WsException "not here"',
    );
    others.vanish();
  });

  it('have no connection spans without the option', async () => {
    await start({ connectionSpans: false });
    const rooms = await connectSocketIo(`${chat.url}/rooms`, 'websocket');
    expect(await textOf(1)).toBe('greet');
    rooms.vanish();
    expect(await textOf(1)).toBe('say goodbye');
  });
});

describe('the handshake', () => {
  it('is the request of polling, to which messages link', async () => {
    await start({}, { http: { server: {} } });
    const others = await connectSocketIo(`${chat.url}/others`, 'polling');
    await others.ask('double');
    await until(
      () => chat.recorder.spans.some(({ name }) => name === 'message double'),
      () => chat.recorder.spans,
    );
    others.vanish();
    await chat.application.close();
    const spans = chat.recorder.takeSpans();
    const message = spans.find(({ name }) => name === 'message double');
    const handshake = spans.find(
      (span) => span.spanContext().spanId === message?.links[0]?.context.spanId,
    );
    expect(message?.links).toHaveLength(1);
    expect(message?.parentSpanContext).toBeUndefined();
    expect(handshake).toMatchObject({ name: 'POST', attributes: { 'url.path': '/socket.io/' } });
  });

  it('gives no link if the context of callers is ignored', async () => {
    await start({ incomingContext: 'ignore' });
    const others = await connectSocketIo(`${chat.url}/others`, 'websocket', {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    await others.ask('double');
    const [message] = await chat.recorder.takeNextSpans(1);
    expect(message?.links).toEqual([]);
    others.vanish();
  });
});

describe('the option webSocket', () => {
  it('switches the spans off with false', async () => {
    await start(false);
    const others = await connectSocketIo(`${chat.url}/others`, 'websocket');
    expect(await others.ask('double')).toMatchObject({ event: 'exception' });
    others.vanish();
  });

  it('calls onMessage with the span and the message', async () => {
    const seen: unknown[] = [];
    await start({
      onMessage: (span, { event, data, namespace }) => {
        span.setAttribute('code.function.name', 'given');
        seen.push([event, data, namespace]);
      },
    });
    const others = await connectSocketIo(`${chat.url}/others`, 'websocket');
    await others.ask('double', 3);
    expect(await textOf(1)).toContain('message double [server] code.function.name=given');
    expect(seen).toEqual([['double', 3, '/others']]);
    others.vanish();
  });

  it.each([
    [{ contextField: '' }, 'webSocket.contextField must be a non-empty string'],
    [{ ignore: 'ping' }, 'webSocket.ignore must be events, regular expressions or functions'],
    [{ ignore: [''] }, 'webSocket.ignore[0] must be events, regular expressions or functions'],
    [{ connectionSpans: 'yes' }, 'webSocket.connectionSpans must be true or false'],
    [
      { incomingContext: 'trust' },
      "webSocket.incomingContext must be 'continue', 'link', 'ignore'",
    ],
    [{ onMessage: true }, 'webSocket.onMessage must be a function'],
  ])('rejects %j', async (options, message) => {
    const failed = start(options as WebSocketTracingOptions);
    await expect(failed).rejects.toThrow(TracingConfigError);
    await expect(failed).rejects.toThrow(message);
  });
});

describe.each(CLIENT_KINDS.map((kind) => [kind.name, kind] as const))(
  'many clients of %s',
  (_, kind) => {
    it('have one span for each message, and leave nothing open', async () => {
      chat = await startChat(express, kind.adapter);
      // Each message of a polling client is an HTTP request.
      const clientCount = kind.name.includes('polling') ? 50 : 200;
      const messageCount = 5;
      const clients = await Promise.all(
        Array.from({ length: clientCount }, () => kind.connect(chat.url)),
      );
      for (const client of clients) client.send('forever');
      await until(
        () => clients.every(({ received }) => received.length === 1),
        () => clients.filter(({ received }) => received.length !== 1).length,
      );
      expect(chat.recorder.openSpans).toHaveLength(clientCount);
      for (const client of clients) {
        for (let index = 0; index < messageCount; index++) client.send('say', index);
      }
      await until(
        () => clients.every(({ received }) => received.length === 1 + messageCount),
        () => clients.map(({ received }) => received.length),
      );
      const spans = await chat.recorder.takeNextSpans(2 * messageCount * clientCount);
      expect(spans.filter(({ name }) => name === 'message say')).toHaveLength(
        messageCount * clientCount,
      );
      expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(
        messageCount * clientCount,
      );
      for (const client of clients) client.vanish();
      const last = await chat.recorder.takeNextSpans(clientCount);
      expect(new Set(last.map(({ name }) => name))).toEqual(new Set(['message forever']));
      expect(chat.gateway.openStreamCount).toBe(0);
    });
  },
);
