import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { traceAsText } from 'nestjs-traced/testing';
import { until } from '../../support/until.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { type ChatClient, CLIENT_KINDS } from './application/clients.js';
import { type Chat, startChat } from './application/start-chat.js';

const CASES = CLIENT_KINDS.flatMap((kind) =>
  PLATFORMS.map((platform) => [kind.name, platform.name, kind, platform] as const),
);

const PARENT = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

describe.each(CASES)('messages of %s on %s', (_, __, kind, platform) => {
  let chat: Chat;
  let client: ChatClient;

  beforeEach(async () => {
    chat = await startChat(platform, kind.adapter, { ignore: ['ignored'], contextField: 'trace' });
    client = await kind.connect(chat.url);
  });

  afterEach(async () => {
    client.vanish();
    await chat.application.close();
    expect(chat.warnings).toEqual([]);
    chat.recorder.verify();
  });

  const next = async (count = 1): Promise<string> =>
    traceAsText(await chat.recorder.takeNextSpans(count), {
      attributes: ['error.type'],
      events: true,
      links: true,
    });

  it('has a root span with the work of the handler', async () => {
    expect(await client.ask('say', 'hello')).toEqual({ event: 'reply', data: 'hello' });
    expect(await next(2)).toBe('message say [server]\n  load');
  });

  it('shows the event, the handler and the connection', async () => {
    client.send('silent');
    const [span] = await chat.recorder.takeNextSpans(1);
    expect(span?.attributes).toEqual({
      'network.protocol.name': kind.adapter === 'ws' ? 'websocket' : 'socket.io',
      'nestjs.websocket.event': 'silent',
      'code.function.name': 'ChatGateway.silent',
      'client.address': '127.0.0.1',
      ...(kind.adapter === 'socket.io' && {
        'nestjs.websocket.namespace': '/',
        'nestjs.websocket.connection.id': expect.any(String),
      }),
    });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('ends with the last answer of an Observable, whose work is inside', async () => {
    client.send('count');
    expect(await next(4)).toBe('message count [server]\n  give 0\n  give 1\n  give 2');
    await until(
      () => client.received.length === 3,
      () => client.received,
    );
  });

  it('ends when the client vanishes during an Observable', async () => {
    await client.ask('forever');
    expect(chat.recorder.openSpans).toHaveLength(1);
    client.vanish();
    expect(await next()).toBe('message forever [server] (event unsubscribed)');
    expect(chat.gateway.openStreamCount).toBe(0);
  });

  it('ends when the client vanishes before the handler has an answer', async () => {
    await client.ask('never');
    client.vanish();
    expect(await next()).toBe('message never [server] (event unsubscribed)');
  });

  it.each([
    ['refused', 'exception WsException "Forbidden resource"'],
    ['wrong', 'exception WsException "no such room"'],
    ['filtered', 'exception WsException "seen by a filter"'],
  ])('records the exception of %s, which the client receives', async (event, expected) => {
    expect(await client.ask(event)).toMatchObject({ event: 'exception' });
    expect(await next()).toBe(`message ${event} [server] ${expected}`);
  });

  it.each([
    ['broken', 'error.type=TypeError ERROR "out of order" exception TypeError'],
    ['breaking', 'error.type=RangeError ERROR "later" exception RangeError'],
    ['breaking.later', 'error.type=RangeError ERROR "later" exception RangeError'],
    ['breaking.soon', 'error.type=RangeError ERROR "later" exception RangeError'],
  ])('records the failure of %s', async (event, expected) => {
    client.send(event);
    await until(
      () => client.received.some((message) => message.event === 'exception'),
      () => client.received,
    );
    expect(await next()).toBe(`message ${event} [server] ${expected}`);
  });

  it('records the failure of a source that other code feeds, for each message', async () => {
    const other = await kind.connect(chat.url);
    await client.ask('shared');
    await other.ask('shared');
    chat.tracer.trace('publish', () => {
      chat.gateway.news.next('A');
      chat.gateway.news.error(new RangeError('lost'));
    });
    const failed =
      'message shared [server] error.type=RangeError ERROR "lost" exception RangeError';
    // The operators of the handler run where the source is fed.
    const published = 'publish\n  tell A\n  tell A';
    expect((await next(5)).split('\n\n').sort()).toEqual([failed, failed, published]);
    other.vanish();
  });

  it('traces gateways of request scope', async () => {
    expect(await client.ask('scoped')).toEqual({ event: 'reply', data: 'scoped' });
    expect(await next(2)).toBe('message scoped [server]\n  load');
    await client.ask('scoped.wrong');
    expect(await next()).toBe('message scoped.wrong [server] exception WsException "scoped"');
  });

  it('has no spans for ignored messages and their work', async () => {
    expect(await client.ask('ignored')).toMatchObject({ data: 'ignored' });
    await client.ask('say');
    expect(await next(2)).toBe('message say [server]\n  load');
  });

  it('continues the trace of the context field', async () => {
    await client.ask('say', { text: 'hello', trace: PARENT });
    const spans = await chat.recorder.takeNextSpans(2);
    expect(spans.map((span) => span.spanContext().traceId)).toEqual([
      PARENT.traceparent.slice(3, 35),
      PARENT.traceparent.slice(3, 35),
    ]);
  });

  it.each([
    { trace: 'garbage' },
    { trace: null },
    { trace: { traceparent: ['a', 1] } },
    { trace: [] },
    ['trace'],
    null,
    7,
  ])('starts a trace for a context field that cannot be read: %j', async (data) => {
    await client.ask('say', data);
    expect(await next(2)).toBe('message say [server]\n  load');
  });

  it('behaves as plain Nest for garbage', async () => {
    client.sendGarbage();
    expect(await client.ask('say', 'still there')).toMatchObject({ data: 'still there' });
    expect(await next(2)).toBe('message say [server]\n  load');
  });

  it('links messages to the context of the handshake', async () => {
    const other = await kind.connect(chat.url, PARENT);
    await other.ask('say');
    const [, span] = await chat.recorder.takeNextSpans(2);
    expect(span?.links.map(({ context }) => context.spanId)).toEqual(['b7ad6b7169203331']);
    expect(span?.spanContext().traceId).not.toBe(PARENT.traceparent.slice(3, 35));
    other.vanish();
  });

  it('finishes open messages when the application closes', async () => {
    await client.ask('never');
    await chat.application.close();
    expect(await next()).toMatch(/^message never \[server\] \(event (unsubscribed|shutdown)\)$/);
  });
});
