import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import type { ClientProvider, ClientProxy, MicroserviceOptions } from '@nestjs/microservices';
import { type TracingOptions, withBaggage } from 'nestjs-traced';
import {
  type SpanRecorder,
  type TraceTextOptions,
  testTracingOptions,
  traceAsText,
} from 'nestjs-traced/testing';
import { firstValueFrom, lastValueFrom, retry, TimeoutError, take, timeout, toArray } from 'rxjs';
import { createOrdersController } from '../integration/messaging/application/orders.controller.js';
import {
  type Shop,
  type ShopClient,
  startClient,
  startShop,
} from '../integration/messaging/application/start-shop.js';
import { until } from '../support/until.js';
import { untilCollected } from '../support/until-collected.js';

/** A message as a receiver without Nest gets it. */
export interface PlainMessage {
  readonly body: string;
  /** Undefined for transports without headers. */
  readonly headers?: Record<string, unknown> | undefined;
  /** What else the protocol says of the message, such as its key or its quality of service. */
  readonly properties?: Record<string, unknown> | undefined;
}

/** Receives the messages of a pattern in their order. */
export interface PlainListener {
  next(): Promise<PlainMessage>;
  close(): Promise<unknown>;
}

/** A client of the transport's own package, without Nest and without tracing. */
export interface PlainPeer {
  /** Listens in place of the shop, which is closed. */
  listen(pattern: string): Promise<PlainListener>;
  /** Sends bytes to the handler of a pattern. */
  send(pattern: string, message: PlainMessage): Promise<void>;
  close(): Promise<unknown>;
}

/** Returns the attributes of all spans for messages that are sent, and of those for messages that are processed. */
export function attributesOfMessages<T extends object>(
  system: string,
  { host = '127.0.0.1', port }: { readonly host?: string; readonly port: number },
  further?: T,
) {
  const common = {
    'messaging.system.name': system,
    'server.address': host,
    'server.port': port,
    ...further,
  };
  const operation = (name: string) => ({
    'messaging.operation.name': name,
    'messaging.operation.type': name,
  });
  return {
    sent: { ...common, ...operation('send') },
    processed: { ...common, ...operation('process') },
  };
}

/** A transport of Nest, and how it is reached. */
export interface TransportUnderTest {
  readonly name: string;
  /** The value of `messaging.system.name`. */
  readonly system: string;
  /** False if the server is not there and its tests are skipped. */
  readonly isThere: boolean;
  /** Makes a pattern that no other test run uses. */
  readonly pattern: (name: string) => string;
  readonly server: () => MicroserviceOptions;
  readonly client: () => ClientProvider;
  /** Called before the client connects. */
  readonly prepareClient?: (client: ClientProxy, patterns: readonly string[]) => void;
  readonly openPeer: () => Promise<PlainPeer>;
  /** True if the context travels in the metadata of the packet, false if in headers. */
  readonly usesPacketMetadata: boolean;
  /** Attributes of the spans of `find` and `placed`; `pattern` stands for the pattern. */
  readonly attributes: Record<'client' | 'server' | 'producer' | 'consumer', object>;
  /** Keys of attributes with values that change between runs. */
  readonly changingAttributes: readonly string[];
  /** A payload with headers of the user, and what the receiver finds of them in its context. */
  readonly record?: {
    readonly data: () => unknown;
    /** False if Nest changes the record when it sends it. */
    readonly isReusable: boolean;
    readonly seenBy: (context: unknown) => unknown;
    readonly expected: object;
  };
  /** A text as the reason why the transport cannot do it. */
  readonly streams: true | string;
  readonly objectPattern: true | string;
  readonly unknownPattern: true | string;
  readonly malformedBody: true | string;
  readonly parallelRequests: true | string;
  /** Whether an event whose handler failed comes again. */
  readonly redeliversEvents: boolean;
}

/**
 * How many objects may be left after many messages, however many they were: sockets, and the packages of transports,
 * hold what they handled last.
 */
const LAST_OBJECTS_COUNT = 10;

/** In place of `it` for what a transport cannot do. */
const itNever = (_name: string, _test: () => Promise<void>): void => {};

/** What every transport of Nest has to hold. */
export function messagingTransportSuite(transport: TransportUnderTest): void {
  const { pattern } = transport;
  const describeIfThere = transport.isThere ? describe : describe.skip;
  const itIf = (able: true | string) => (able === true ? it : itNever);
  const patterns = [
    ...[
      'find',
      'count',
      'breaks',
      'throws',
      'refuses',
      'guarded',
      'checked',
      'silent',
      'baggage',
      'plain',
    ],
  ].map(pattern);

  describeIfThere(`messages over ${transport.name}`, () => {
    const controller: Type = createOrdersController(pattern);
    let recorder: SpanRecorder;
    let warnings: readonly string[];
    let shop: Shop;
    let shopClient: ShopClient;
    let peer: PlainPeer;
    let closing: (() => Promise<unknown>)[] = [];

    const send = (name: string, data: unknown = 'data') =>
      shopClient.client.send<unknown>(pattern(name), data);
    const emit = (name: string, data: unknown = 'data') =>
      lastValueFrom(shopClient.client.emit(pattern(name), data), { defaultValue: undefined });
    const nextTrace = async (spanCount: number, options: TraceTextOptions = {}) => {
      const trace = await recorder.takeNextTrace({ spanCount, deadlineMillis: 10_000 });
      return traceAsText(trace, { attributes: false, ...options });
    };

    /** Starts both sides, in place of those that are running. */
    async function start(
      ofShop: TracingOptions | undefined,
      ofClient: TracingOptions | undefined,
    ): Promise<void> {
      await stop();
      shop = await startShop(transport.server(), [controller], ofShop);
      closing.push(() => shop.server.close());
      await startOnlyClient(ofClient);
      // The server has asked its broker for the messages, but the broker may not have heard it yet.
      await firstValueFrom(send('find', 'ready').pipe(timeout(1000), retry(20)));
      await until(
        () => recorder.openSpans.length === 0,
        () => recorder.openSpans.map(({ name }) => name),
      );
      recorder.reset();
      shop.handled.contexts.length = 0;
    }

    async function startOnlyClient(tracing: TracingOptions | undefined): Promise<void> {
      shopClient = await startClient(transport.client(), tracing, (client) =>
        transport.prepareClient?.(client, patterns),
      );
      closing.push(() => shopClient.application.close());
    }

    async function startTraced(others: TracingOptions = {}, ofClient = others): Promise<void> {
      const tracing = testTracingOptions(others);
      recorder = tracing.recorder;
      warnings = tracing.warnings;
      await start(tracing.options, { ...tracing.options, ...ofClient });
    }

    async function stop(): Promise<void> {
      for (const close of closing.splice(0).reverse()) await close();
    }

    /** Sends an event and a request that nobody answers. Their random ids are replaced. */
    async function wireMessages(
      listener: PlainListener,
      tracing: TracingOptions | undefined,
    ): Promise<PlainMessage[]> {
      const data = { order: 7, text: 'ü', none: null };
      await startOnlyClient(tracing);
      const messages = await withBaggage({ tenant: 'acme' }, async () => {
        await emit('plain', data);
        const event = await listener.next();
        const subscription = send('plain', data)
          .pipe(retry({ count: 100, delay: 100 }))
          .subscribe({ error: () => {} });
        const request = await listener.next();
        subscription.unsubscribe();
        return [event, request];
      });
      await stop();
      return messages.map(withoutRequestId);
    }

    beforeAll(async () => {
      peer = await transport.openPeer();
      await startTraced();
    });

    afterEach(() => {
      recorder.verify();
      expect(warnings).toEqual([]);
    });

    afterAll(async () => {
      await stop();
      await peer?.close();
      closing = [];
    });

    describe('between two traced applications', () => {
      it('makes a request and its answer one trace', async () => {
        expect(await lastValueFrom(send('find', { id: 7 }))).toEqual({ id: 7 });
        expect(await nextTrace(3)).toBe(
          `send ${pattern('find')} [client]\n` +
            `  process ${pattern('find')} [server]\n` +
            '    Stock.load',
        );
      });

      it('makes an event and its handling one trace', async () => {
        await emit('placed', { id: 8 });
        expect(await nextTrace(3)).toBe(
          `send ${pattern('placed')} [producer]\n` +
            `  process ${pattern('placed')} [consumer]\n` +
            '    Stock.load',
        );
        expect(shop.handled.events.pop()).toEqual({ id: 8 });
      });

      it('describes requests and events', async () => {
        await lastValueFrom(send('find', 'x'));
        const request = await recorder.takeNextTrace({ spanCount: 3, deadlineMillis: 10_000 });
        await emit('placed', 'x');
        const event = await recorder.takeNextTrace({ spanCount: 3, deadlineMillis: 10_000 });
        const attributesOf = (trace: typeof request, kind: number) => {
          const { attributes = {} } = trace.find((span) => span.kind === kind) ?? {};
          return Object.fromEntries(
            Object.entries(attributes).filter(
              ([key]) => !transport.changingAttributes.includes(key),
            ),
          );
        };
        expect({
          client: attributesOf(request, 2),
          server: attributesOf(request, 1),
          producer: attributesOf(event, 3),
          consumer: attributesOf(event, 4),
        }).toEqual(transport.attributes);
        const keys = [...request, ...event].flatMap(({ attributes }) => Object.keys(attributes));
        expect(keys).toEqual(expect.arrayContaining([...transport.changingAttributes]));
        const ids = request.flatMap(
          (span) => span.attributes['messaging.message.conversation_id'] ?? [],
        );
        expect(ids).toEqual([expect.any(String), ids[0]]);
      });

      itIf(transport.streams)('ends a request with the last of several answers', async () => {
        const answers = await lastValueFrom(send('count').pipe(toArray()));
        // Kafka makes texts of numbers.
        expect(answers.map(Number)).toEqual([1, 2, 3]);
        expect(await nextTrace(2)).toBe(
          `send ${pattern('count')} [client]\n  process ${pattern('count')} [server]`,
        );
      });

      itIf(transport.streams)('shows an Observable that fails after three values', async () => {
        const values: unknown[] = [];
        const failure = await new Promise((resolve) => {
          send('breaks').subscribe({ next: (value) => values.push(value), error: resolve });
        });
        expect(values.map(Number)).toEqual([1, 2, 3]);
        expect(failure).toEqual({ status: 'error', message: 'broken after three' });
        expect(await nextTrace(2)).toBe(
          `send ${pattern('breaks')} [client] ERROR "broken after three"\n` +
            `  process ${pattern('breaks')} [server] ERROR "broken after three" exception RpcException`,
        );
      });

      it('is cold: each subscription sends a request with a span', async () => {
        const request = send('find', 'twice');
        expect(recorder.openSpans).toEqual([]);
        await lastValueFrom(request);
        await lastValueFrom(request);
        for (let i = 0; i < 2; i++) {
          expect(await nextTrace(3)).toContain(`send ${pattern('find')} [client]`);
        }
      });

      it.each([
        ['a defect of a handler', 'throws', 'Internal server error', 'a defect', 'TypeError'],
        ['a refusal of a handler', 'refuses', 'out of stock', 'out of stock', 'RpcException'],
        [
          'a refusal of a guard',
          'guarded',
          'Forbidden resource',
          'Forbidden resource',
          'RpcException',
        ],
        ['a refusal of a pipe', 'checked', 'not a number', 'not a number', 'RpcException'],
      ])('shows %s on both sides', async (_, name, answer, message, type) => {
        await expect(lastValueFrom(send(name))).rejects.toMatchObject({ message: answer });
        expect(await nextTrace(2, { attributes: ['error.type'] })).toBe(
          `send ${pattern(name)} [client] error.type=_OTHER ERROR ${JSON.stringify(answer)}\n` +
            `  process ${pattern(name)} [server] error.type=${type} ERROR ${JSON.stringify(message)} exception ${type}`,
        );
      });

      it('shows an event whose handler fails', async () => {
        await emit('spoiled');
        const again = `\n  process ${pattern('spoiled')} [consumer]`;
        expect(await nextTrace(transport.redeliversEvents ? 3 : 2)).toBe(
          `send ${pattern('spoiled')} [producer]\n` +
            `  process ${pattern('spoiled')} [consumer] ERROR "spoiled" exception RangeError` +
            (transport.redeliversEvents ? again : ''),
        );
      });

      it('ends an event with the Observable of its handler', async () => {
        await emit('streamed');
        expect(await nextTrace(2)).toBe(
          `send ${pattern('streamed')} [producer]\n  process ${pattern('streamed')} [consumer]`,
        );
      });

      it('ends a request that times out, and later its handler', async () => {
        await expect(lastValueFrom(send('silent').pipe(timeout(500)))).rejects.toThrow(
          TimeoutError,
        );
        await until(
          () => shop.handled.unanswered.length > 0,
          () => shop.handled,
        );
        expect(recorder.openSpans.map(({ name }) => name)).toEqual([
          `process ${pattern('silent')}`,
        ]);
        for (const subscriber of shop.handled.unanswered.splice(0)) subscriber.complete();
        expect(await nextTrace(2, { events: true })).toBe(
          `send ${pattern('silent')} [client] (event unsubscribed)\n` +
            `  process ${pattern('silent')} [server]`,
        );
      });

      itIf(transport.streams)('ends a request whose subscriber has enough', async () => {
        expect(Number(await lastValueFrom(send('count').pipe(take(1))))).toBe(1);
        expect(await nextTrace(2, { events: true })).toContain(
          `send ${pattern('count')} [client] (event unsubscribed)`,
        );
      });

      it('carries baggage', async () => {
        const answer = await withBaggage({ tenant: 'acme' }, () => lastValueFrom(send('baggage')));
        expect(answer).toBe('acme');
        await nextTrace(2);
      });

      itIf(transport.objectPattern)('writes patterns that are objects as Nest does', async () => {
        const unknown = { size: 1, cmd: 'nothing' };
        const failure = lastValueFrom(shopClient.client.send(unknown, 'data').pipe(timeout(5000)));
        await expect(failure).rejects.toBeDefined();
        expect(await nextTrace(2)).toContain('send {"cmd":"nothing","size":1} [client]');
      });

      itIf(transport.unknownPattern)('shows a pattern that has no handler', async () => {
        await expect(lastValueFrom(send('missing'))).rejects.toBeDefined();
        expect(await nextTrace(2, { attributes: ['error.type'] })).toBe(
          `send ${pattern('missing')} [client] error.type=_OTHER ERROR "There is no matching message handler defined in the remote service."\n` +
            '  process [server] error.type=no_handler ERROR "The application has no handler for the message"',
        );
        await emit('missing');
        expect(await nextTrace(2)).toContain('  process [consumer] ERROR');
      });

      itIf(transport.parallelRequests)('keeps 100 requests in parallel apart', async () => {
        const ids = Array.from({ length: 100 }, (_, id) => id);
        const answers = await Promise.all(ids.map((id) => lastValueFrom(send('find', { id }))));
        expect(answers).toEqual(ids.map((id) => ({ id })));
        for (const _ of ids) {
          expect(await nextTrace(3)).toBe(
            `send ${pattern('find')} [client]\n` +
              `  process ${pattern('find')} [server]\n` +
              '    Stock.load',
          );
        }
      });

      it('keeps 100 events in parallel apart', async () => {
        shop.handled.events.length = 0;
        const ids = Array.from({ length: 100 }, (_, id) => id);
        await Promise.all(ids.map((id) => emit('placed', id)));
        for (const _ of ids) {
          expect(await nextTrace(3)).toBe(
            `send ${pattern('placed')} [producer]\n` +
              `  process ${pattern('placed')} [consumer]\n` +
              '    Stock.load',
          );
        }
        expect(
          shop.handled.events
            .splice(0)
            .map(Number)
            .sort((a, b) => a - b),
        ).toEqual(ids);
      });

      if (transport.record !== undefined) {
        const { data, seenBy, expected, isReusable } = transport.record;
        it('keeps the headers of the user, in each of several messages', async () => {
          const record = data();
          for (let i = 0; i < 2; i++) {
            await emit('placed', isReusable ? record : data());
            const text = await nextTrace(3);
            expect(text).toContain(`  process ${pattern('placed')} [consumer]\n    Stock.load`);
            expect(seenBy(shop.handled.contexts.pop())).toMatchObject(expected);
          }
        });
      }
    });

    describe('with peers of all kinds', () => {
      const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

      it.each([
        ['no context', undefined, false],
        ['a valid traceparent', valid, true],
        ['a traceparent that is none', 'hello', false],
        ['an empty traceparent', '', false],
        ['a very long traceparent', 'x'.repeat(10_000), false],
        ['a traceparent of zeros', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, false],
      ])('handles a message with %s', async (_, traceparent, continues) => {
        const fields = traceparent === undefined ? {} : { traceparent };
        const packet = { pattern: pattern('placed'), data: { id: 9 } };
        const body = transport.system === 'kafka' ? packet.data : packet;
        await peer.send(
          pattern('placed'),
          transport.usesPacketMetadata
            ? { body: JSON.stringify({ ...body, metadata: fields }) }
            : { body: JSON.stringify(body), headers: fields },
        );
        const remote = continues ? ', remote parent' : '';
        expect(await nextTrace(2)).toBe(
          `process ${pattern('placed')} [consumer${remote}]\n  Stock.load`,
        );
        expect(shop.handled.events.pop()).toEqual({ id: 9 });
      });

      it.each([
        ['a text', 'hello'],
        ['a number', 7],
        ['null', null],
        ['a list', ['traceparent', valid]],
        ['values that are objects', { traceparent: { a: 1 }, baggage: [1, {}] }],
      ])('handles a packet whose metadata are %s', async (_, metadata) => {
        const packet = { pattern: pattern('placed'), data: { id: 9 }, metadata };
        const body = transport.system === 'kafka' ? packet.data : packet;
        await peer.send(pattern('placed'), { body: JSON.stringify(body) });
        expect(await nextTrace(2)).toBe(`process ${pattern('placed')} [consumer]\n  Stock.load`);
        expect(shop.handled.events.pop()).toEqual({ id: 9 });
      });

      itIf(transport.malformedBody)('shows a body that cannot be deserialized', async () => {
        await peer.send(pattern('placed'), { body: '{"pattern":' });
        expect(await nextTrace(1)).toMatch(/^process .*\[consumer\] ERROR/);
      });

      it('adds its fields to headers or metadata, and changes nothing else', async () => {
        await stop();
        const listener = await peer.listen(pattern('plain'));
        try {
          const untraced = await wireMessages(listener, undefined);
          const tracing = testTracingOptions();
          recorder = tracing.recorder;
          warnings = tracing.warnings;
          const traced = await wireMessages(listener, tracing.options);
          const parts = traced.map((message, index) =>
            transport.usesPacketMetadata
              ? withoutMetadata(message)
              : withoutNewHeaders(message, untraced[index] as PlainMessage),
          );
          expect(parts.map(({ rest }) => rest)).toEqual(untraced);
          const expected = recorder.takeSpans().map((span) => {
            const { traceId, spanId } = span.spanContext();
            return { traceparent: `00-${traceId}-${spanId}-01`, baggage: 'tenant=acme' };
          });
          // The client of Kafka tries the request until it knows where the answers arrive.
          expect(parts.map(({ added }) => added)).toEqual([expected[0], expected.at(-1)]);
        } finally {
          await listener.close();
        }
      });

      it('understands applications without tracing, and is understood by them', async () => {
        const tracing = testTracingOptions();
        recorder = tracing.recorder;
        warnings = tracing.warnings;
        await start(undefined, tracing.options);
        expect(await lastValueFrom(send('find', { id: 1 }))).toEqual({ id: 1 });
        // The handler's own span: all applications of this process share the running tracer.
        expect(traceAsText(await recorder.takeNextSpans(2), { attributes: false })).toBe(
          `send ${pattern('find')} [client]\n\nStock.load`,
        );
        await start(tracing.options, undefined);
        expect(await lastValueFrom(send('find', { id: 2 }))).toEqual({ id: 2 });
        expect(await nextTrace(2)).toBe(`process ${pattern('find')} [server]\n  Stock.load`);
      });
    });

    describe('with options', () => {
      it('can link events to their producers', async () => {
        await startTraced({ messaging: { consumer: { consumerContext: 'link' } } });
        await emit('placed');
        const spans = await recorder.takeNextSpans(3);
        expect(traceAsText(spans, { attributes: false, links: true })).toBe(
          `send ${pattern('placed')} [producer]\n\n` +
            `process ${pattern('placed')} [consumer] (link to "send ${pattern('placed')}")\n` +
            '  Stock.load',
        );
        await lastValueFrom(send('find'));
        expect(await nextTrace(3)).toContain('  process');
      });

      it('can ignore messages on either side', async () => {
        await startTraced({
          messaging: {
            consumer: { ignore: [pattern('placed')] },
            producer: { ignore: [pattern('baggage')] },
          },
        });
        await emit('placed', 'unseen');
        await until(
          () => shop.handled.events.includes('unseen'),
          () => shop.handled.events,
        );
        expect(await nextTrace(1)).toBe(`send ${pattern('placed')} [producer]`);
        expect(await lastValueFrom(send('baggage'))).toBe('none');
        expect(await nextTrace(1)).toBe(`process ${pattern('baggage')} [server]`);
      });

      it('can withhold the context or baggage', async () => {
        await startTraced({
          messaging: {
            producer: { propagateTo: [/find$|baggage$/], propagateBaggageTo: [pattern('find')] },
          },
        });
        const answer = await withBaggage({ tenant: 'acme' }, () => lastValueFrom(send('baggage')));
        expect(answer).toBe('none');
        expect(await nextTrace(2)).toContain('  process');
        await emit('placed');
        const spans = await recorder.takeNextSpans(3);
        expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(2);
      });

      it('can be switched off', async () => {
        await startTraced({ messaging: false });
        expect(await lastValueFrom(send('find', 'plain'))).toBe('plain');
        expect(traceAsText(recorder.takeSpans())).toBe('Stock.load');
      });

      it('passes the context on while tracing is switched off in between', async () => {
        await startTraced({}, { enabled: false });
        expect(await lastValueFrom(send('find', 'plain'))).toBe('plain');
        expect(await nextTrace(2)).toBe(`process ${pattern('find')} [server]\n  Stock.load`);
      });
    });

    describe('with many messages', () => {
      const count = Number(process.env.MESSAGE_COUNT ?? 2000);

      it(
        `accounts for every span of ${count} messages, and keeps none of them`,
        async () => {
          await startTraced();
          const used: WeakRef<object>[] = [];
          let spanCount = 0;
          for (let sent = 0; sent < count; sent += 100) {
            spanCount += await sendOrders(sent, Math.min(100, count - sent), used);
          }
          expect(spanCount).toBe(3 * count);
          expect(used.length).toBeGreaterThanOrEqual(5 * count);
          await untilCollected(used, LAST_OBJECTS_COUNT);
        },
        Math.max(120_000, 30 * count),
      );

      /**
       * @param used gets what the messages used: payloads, spans, and the contexts of Nest with the messages as the
       *   package of the transport has read them. A context of tracing is only reachable together with its span
       * @returns how many spans ended
       */
      async function sendOrders(
        firstId: number,
        orderCount: number,
        used: WeakRef<object>[],
      ): Promise<number> {
        const orders = Array.from({ length: orderCount }, (_, index) => ({ id: firstId + index }));
        const isRequest = transport.parallelRequests === true;
        await Promise.all(
          orders.map((order) =>
            isRequest ? lastValueFrom(send('find', order)) : emit('placed', order),
          ),
        );
        await recorder.waitForSpans(3 * orderCount, { deadlineMillis: 10_000 });
        expect(recorder.openSpans).toEqual([]);
        const spans = recorder.takeSpans();
        expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(orderCount);
        // The recorder keeps the spans until then.
        recorder.reset();
        const { contexts, events } = shop.handled;
        const received = events.splice(0) as object[];
        for (const object of [...orders, ...spans, ...contexts.splice(0), ...received]) {
          used.push(new WeakRef(object));
        }
        return spans.length;
      }
    });
  });
}

/** What tracing added to a message, and the message without it. */
interface MessageParts {
  readonly added: unknown;
  readonly rest: PlainMessage;
}

/** The id of a request is random. Nest writes it into the packet, and into headers or properties. */
function withoutRequestId(message: PlainMessage): PlainMessage {
  const id = message.headers?.kafka_correlationId ?? JSON.parse(message.body).id;
  if (id === undefined) return message;
  return JSON.parse(JSON.stringify(message).replaceAll(String(id), 'the-id'));
}

/** Cuts the metadata out of the text of the packet, and leaves all other bytes as they are. */
function withoutMetadata(message: PlainMessage): MessageParts {
  const { metadata } = JSON.parse(message.body);
  const text = `,"metadata":${JSON.stringify(metadata)}`;
  return { added: metadata, rest: { ...message, body: message.body.replace(text, '') } };
}

function withoutNewHeaders(message: PlainMessage, untraced: PlainMessage): MessageParts {
  const added: Record<string, unknown> = {};
  const headers: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const target = Object.hasOwn(untraced.headers ?? {}, name) ? headers : added;
    target[name] = value;
  }
  return { added, rest: { ...message, headers } };
}
