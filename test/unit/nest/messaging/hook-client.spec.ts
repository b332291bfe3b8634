import { describe, expect, it } from '@jest/globals';
import { ClientKafka, ClientProxy, ClientTCP } from '@nestjs/microservices';
import { SpanKind } from '@opentelemetry/api';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { contextStorage } from '../../../../lib/context/index.js';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { MessageProducerHandler } from '../../../../lib/messaging/index.js';
import { hookClient } from '../../../../lib/nest/messaging/hook-client.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { until } from '../../../support/until.js';

const createTracing = tracingsOfTest();

/** A transport of the user, which passes packets to a list. */
class ListClient extends ClientProxy {
  readonly sent: unknown[] = [];
  connectedInSpan: boolean | undefined;

  constructor() {
    super();
    this.initializeSerializer({});
  }

  override async connect(): Promise<void> {
    this.connectedInSpan = contextStorage.active().span !== undefined;
  }

  override close(): void {}

  override unwrap<T>(): T {
    return this.sent as T;
  }

  protected override async dispatchEvent(packet: object): Promise<never> {
    this.sent.push(this.serializer.serialize(packet as never));
    return undefined as never;
  }

  protected override publish(
    packet: object,
    callback: (answer: { response?: unknown; isDisposed?: boolean }) => void,
  ): () => void {
    this.sent.push(this.serializer.serialize(packet as never));
    callback({ response: 'answer', isDisposed: true });
    return () => {};
  }
}

function setUp<C extends object>(client: C) {
  const { tracer, recorder, warnings } = createTracing();
  const producer = new MessageProducerHandler(tracer);
  let isActive = true;
  const producerOf = () => (isActive ? producer : undefined);
  const diagnostics = new Diagnostics({ warn: (message) => reports.push(message) });
  const reports: string[] = [];
  const leave = hookClient(client, producerOf, diagnostics);
  const deactivate = () => {
    isActive = false;
  };
  const text = () => traceAsText(recorder.takeSpans(), { attributes: false });
  return { client, leave, text, recorder, warnings, reports, deactivate, tracer, producerOf };
}

describe('hookClient', () => {
  it('traces a transport of the user, and adds the context to its packets', async () => {
    const { client, text } = setUp(new ListClient());
    expect(await lastValueFrom(client.send({ b: 1, a: 'x' }, 1))).toBe('answer');
    await lastValueFrom(client.emit('placed', 2), { defaultValue: undefined });
    expect(text()).toBe('send {"a":"x","b":1} [client]\n\nsend placed [producer]');
    expect(client.sent).toEqual([
      { pattern: { b: 1, a: 'x' }, data: 1, metadata: { traceparent: expect.any(String) } },
      { pattern: 'placed', data: 2, metadata: { traceparent: expect.any(String) } },
    ]);
  });

  it('connects outside of the span of the message', async () => {
    const { client, tracer } = setUp(new ListClient());
    await tracer.trace('work', () => lastValueFrom(client.send('find', 1)));
    expect(client.connectedInSpan).toBe(false);
  });

  it.each<[string, (client: ListClient) => Observable<unknown>]>([
    ['without data', (client) => client.send('find', null)],
    ['without a pattern', (client) => client.emit(undefined, 1)],
  ])('leaves a message %s to Nest', async (_, send) => {
    const { client, text } = setUp(new ListClient());
    await expect(lastValueFrom(send(client))).rejects.toThrow(/message/);
    expect(text()).toBe('');
  });

  it('does not fail on patterns that cannot be read', async () => {
    const { client, text } = setUp(new ListClient());
    const pattern = {
      get cmd() {
        throw new Error('no');
      },
    };
    expect(await lastValueFrom(client.send(pattern, 1))).toBe('answer');
    expect(text()).toBe('send unknown [client]');
  });

  it('restores the client', async () => {
    const client = new ListClient();
    const before = Object.getOwnPropertyDescriptors(client);
    const { leave, producerOf } = setUp(client);
    expect(hookClient(client, producerOf, new Diagnostics())).toBeUndefined();
    leave?.();
    expect(Object.getOwnPropertyDescriptors(client)).toEqual(before);
    expect(hookClient(client, producerOf, new Diagnostics())).toBeDefined();
  });

  it('does nothing once the application is closing', async () => {
    const { client, deactivate, text } = setUp(new ListClient());
    deactivate();
    expect(await lastValueFrom(client.send('find', 1))).toBe('answer');
    await lastValueFrom(client.emit('find', 1), { defaultValue: undefined });
    expect(client.sent).toEqual([
      { pattern: 'find', data: 1 },
      { pattern: 'find', data: 1 },
    ]);
    expect(text()).toBe('');
  });

  it('sends what a serializer returned that cannot hold a context', async () => {
    const client = new ListClient();
    const frozen = Object.freeze({ pattern: 'find', data: 1 });
    (client as unknown as { publish: unknown }).publish = (
      _: object,
      callback: CallableFunction,
    ) => {
      const { serializer } = client as unknown as {
        serializer: { serialize(value: unknown): unknown };
      };
      client.sent.push(serializer.serialize(frozen), serializer.serialize('text'));
      callback({ response: 1, isDisposed: true });
      return () => {};
    };
    const { reports } = setUp(client);
    expect(await lastValueFrom(client.send('find', 1))).toBe(1);
    expect(client.sent).toEqual([frozen, 'text']);
    expect(reports).toEqual([
      expect.stringContaining('The context could not be added to a message'),
    ]);
  });

  describe('with the client of Kafka', () => {
    function setUpKafka() {
      const client = new ClientKafka({ client: { brokers: ['none:9092'] } });
      const sent: { messages: { headers: Record<string, unknown> }[] }[] = [];
      Object.assign(client, {
        connect: async () => {},
        consumerAssignments: { 'find.reply': 0 },
        _producer: { send: async (record: (typeof sent)[number]) => sent.push(record) },
      });
      const sendUnanswered = async (): Promise<unknown> => {
        const subscription = client.send('find', 1).subscribe();
        const [record] = await untilSent();
        subscription.unsubscribe();
        return record?.messages[0]?.headers.kafka_correlationId;
      };
      const untilSent = async () => {
        await until(
          () => sent.length > 0,
          () => sent,
        );
        return sent.splice(0);
      };
      return { ...setUp(client), sendUnanswered };
    }
    const attributes = ['messaging.message.conversation_id'];

    it('records the id of a request', async () => {
      const { sendUnanswered, recorder } = setUpKafka();
      const id = await sendUnanswered();
      expect(id).toEqual(expect.any(String));
      expect(traceAsText(recorder.takeSpans(), { attributes })).toBe(
        `send find [client] messaging.message.conversation_id=${id}`,
      );
    });

    it('records nothing of messages that are not traced', async () => {
      const { sendUnanswered, recorder, tracer, deactivate } = setUpKafka();
      deactivate();
      await tracer.trace('GET /', { kind: SpanKind.SERVER }, () => sendUnanswered());
      expect(traceAsText(recorder.takeSpans(), { attributes })).toBe('GET / [server]');
    });

    it('leaves a request that cannot be sent to Nest', async () => {
      const { client, recorder } = setUpKafka();
      await expect(lastValueFrom(client.send('unknown', 1))).rejects.toThrow('unknown.reply');
      expect(traceAsText(recorder.takeSpans(), { attributes })).toMatch(
        /^send unknown \[client\] ERROR/,
      );
    });
  });

  it.each([
    [undefined],
    ['text'],
    [{}],
    [{ send() {}, emit() {} }],
    [of(1)],
    [{ ...Object.getOwnPropertyDescriptors(ClientTCP.prototype), createClientByServiceName() {} }],
  ])('ignores %p', (candidate) => {
    expect(hookClient(candidate, () => undefined, new Diagnostics())).toBeUndefined();
  });
});
