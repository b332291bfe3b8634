import { describe, expect, it } from '@jest/globals';
import {
  hasDeadLetterExchange,
  watchSettlements,
} from '../../../../lib/messaging/amqp/settlements.js';

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

class Notes {
  readonly notes: string[] = [];

  addEvent(name: string): void {
    this.notes.push(name);
  }
}

function receive(channel: object, hasDeadLetters = false): [object, Notes] {
  const message = {};
  const reception = new Notes();
  watchSettlements(channel, message, reception, hasDeadLetters);
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

  it('knows dead letters', () => {
    const channel = new Channel();
    const [message, { notes }] = receive(channel, true);
    channel.nack(message, false, false);
    channel.nack(message, false, true);
    channel.reject(message, false);
    expect(notes).toEqual(['dead letter', 'requeue', 'dead letter']);
  });

  it('ignores what is no message and no channel', () => {
    for (const [channel, message] of [
      [undefined, undefined],
      [{}, null],
      [null, {}],
      [{}, {}],
    ]) {
      expect(() => watchSettlements(channel, message, new Notes(), false)).not.toThrow();
    }
  });
});

describe('hasDeadLetterExchange', () => {
  it.each([
    [{ deadLetterExchange: 'lost' }, true],
    [{ arguments: { 'x-dead-letter-exchange': 'lost' } }, true],
    [{ durable: true }, false],
    [undefined, false],
    [null, false],
  ])('%j: %s', (options, is) => {
    expect(hasDeadLetterExchange(options)).toBe(is);
  });
});
