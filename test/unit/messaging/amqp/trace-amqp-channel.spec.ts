import { describe, expect, it } from '@jest/globals';
import { traceAmqpChannel } from '../../../../lib/messaging/amqp/trace-amqp-channel.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

class Channel {
  readonly sent: unknown[][] = [];
  listener: ((message: unknown) => unknown) | undefined;
  failure: Error | undefined;

  publish(...args: unknown[]): boolean {
    if (this.failure !== undefined) throw this.failure;
    this.sent.push(args);
    return true;
  }

  sendToQueue(queue: string, content: Buffer): boolean {
    return this.publish('', queue, content, undefined);
  }

  consume(_queue: string, listener?: (message: unknown) => unknown): void {
    this.listener = listener;
  }

  ack(): void {}
}

function setUp() {
  const { tracer, recorder } = createTracing();
  const channel = traceAmqpChannel(new Channel(), { tracer });
  const text = () => traceAsText(recorder.takeSpans(), { attributes: false, events: true });
  return { channel, tracer, recorder, text };
}

const traceparent = expect.stringMatching(/^00-/);

describe('traceAmqpChannel', () => {
  it('adds the context beside the headers of the user', () => {
    const { channel, tracer, text } = setUp();
    const options = Object.freeze({ priority: 1, headers: Object.freeze({ a: 1 }) });
    expect(channel.publish('shop', 'orders.placed', Buffer.from('x'), options)).toBe(true);
    channel.sendToQueue('orders', Buffer.from('x'));
    expect(traceAmqpChannel(channel, { tracer })).toBe(channel);
    expect(channel.sent.map(([, , , sent]) => sent)).toEqual([
      { priority: 1, headers: { a: 1, traceparent } },
      { headers: { traceparent } },
    ]);
    expect(text()).toBe('send shop:orders.placed [producer]\n\nsend orders [producer]');
  });

  it('ends with the confirmation of the broker', () => {
    const { channel, recorder, text } = setUp();
    const confirmed: unknown[] = [];
    for (const error of [null, new Error('refused')]) {
      channel.publish('', 'orders', Buffer.from('x'), {}, (given: unknown) =>
        confirmed.push(given),
      );
      expect(recorder.openSpans).toHaveLength(1);
      const [, , , , confirm] = channel.sent.pop() as unknown[];
      (confirm as (error: unknown) => void)(error);
    }
    expect(confirmed).toEqual([null, new Error('refused')]);
    expect(text()).toBe(
      'send orders [producer]\n\nsend orders [producer] ERROR "refused" exception Error',
    );
  });

  it('shows and passes on what a closed channel throws', () => {
    const { channel, text } = setUp();
    channel.failure = new Error('Channel closed');
    expect(() => channel.publish('', 'orders', Buffer.from('x'))).toThrow('Channel closed');
    expect(text()).toBe('send orders [producer] ERROR "Channel closed" exception Error');
  });

  it('handles each message in the trace of its sender', async () => {
    const { channel, tracer, text } = setUp();
    channel.consume('orders', async () => {
      tracer.startSpan('work').end();
      throw new Error('broken');
    });
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const message = { fields: { exchange: '' }, properties: { headers } };
    await expect(channel.listener?.(message)).rejects.toThrow('broken');
    expect(text()).toBe(
      'process orders [consumer, remote parent] ERROR "broken" exception Error\n  work',
    );
  });

  it('passes the end of the consumer on', () => {
    const { channel, text } = setUp();
    const seen: unknown[] = [];
    channel.consume('orders', (message) => seen.push(message));
    channel.listener?.(null);
    channel.consume('orders');
    expect(seen).toEqual([null]);
    expect(text()).toBe('');
  });

  it.each([[{}], [null], ['text'], [{ publish() {} }]])('refuses %p', (channel) => {
    expect(() => traceAmqpChannel(channel as never)).toThrow(/must be a channel of amqplib/);
  });
});
