import { describe, expect, it } from '@jest/globals';
import { watchSettlements } from '../../../../lib/nest/messaging/rabbit-settlements.js';
import { Reception } from '../../../../lib/nest/messaging/reception.js';

class Channel {
  readonly calls: unknown[][] = [];

  ack(...args: unknown[]): string {
    this.calls.push(['ack', ...args]);
    return 'acknowledged';
  }

  nack(...args: unknown[]): void {
    this.calls.push(['nack', ...args]);
  }

  reject(...args: unknown[]): void {
    this.calls.push(['reject', ...args]);
  }
}

class NotingReception extends Reception {
  readonly notes: string[] = [];

  override addEvent(name: string): void {
    this.notes.push(name);
  }
}

function receive(channel: object, server: object = {}): [object, NotingReception] {
  const message = {};
  const reception = new NotingReception([], () => undefined as never);
  watchSettlements(server, [message, channel], reception);
  return [message, reception];
}

describe('watchSettlements', () => {
  it('notes how each message is settled, and passes the calls on', () => {
    const channel = new Channel();
    const [first, ofFirst] = receive(channel);
    const [second, ofSecond] = receive(channel);
    expect(channel.ack(first)).toBe('acknowledged');
    channel.nack(second, false, false);
    channel.reject(second);
    channel.ack({ unknown: true });
    expect([ofFirst.notes, ofSecond.notes]).toEqual([['ack'], ['nack', 'requeue']]);
    expect(channel.calls).toEqual([
      ['ack', first],
      ['nack', second, false, false],
      ['reject', second, undefined],
      ['ack', { unknown: true }],
    ]);
  });

  it.each([
    [{ deadLetterExchange: 'lost' }],
    [{ arguments: { 'x-dead-letter-exchange': 'lost' } }],
  ])('knows dead letters by %j', (queueOptions) => {
    const channel = new Channel();
    const [message, { notes }] = receive(channel, { queueOptions });
    channel.nack(message, false, false);
    channel.nack(message, false, true);
    channel.reject(message, false);
    expect(notes).toEqual(['dead letter', 'requeue', 'dead letter']);
  });

  it('ignores what is no message and no channel', () => {
    const reception = new NotingReception([], () => undefined as never);
    for (const args of [[], [null, {}], [{}, null], [{}, {}]]) {
      expect(() => watchSettlements({}, args, reception)).not.toThrow();
    }
  });
});
