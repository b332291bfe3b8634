import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../lib/diagnostics.js';
import {
  type MessageIgnoreRule,
  MessageIgnoreRules,
} from '../../../lib/messaging/message-ignore-rules.js';
import type { SentMessage } from '../../../lib/messaging/message-info.js';
import { sentMessage } from './messages.js';

const warnings: string[] = [];
const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });

function ignores(rule: MessageIgnoreRule<SentMessage>, message = sentMessage()): boolean {
  return new MessageIgnoreRules('ignore', [rule], diagnostics).has(message);
}

describe('MessageIgnoreRules', () => {
  it.each<[MessageIgnoreRule<SentMessage>, boolean]>([
    ['orders.placed', true],
    ['orders', false],
    [/^orders\./g, true],
    [({ isEvent }) => isEvent, true],
    [({ data }) => data === undefined, false],
  ])('%s matches orders.placed: %s', (rule, is) => {
    expect(ignores(rule)).toBe(is);
    expect(ignores(rule)).toBe(is);
  });

  it('compares the destination too', () => {
    expect(ignores('queue', sentMessage({ destination: 'queue' }))).toBe(true);
    expect(ignores('queue', sentMessage({ pattern: undefined, destination: 'queue' }))).toBe(true);
  });

  it('ignores nothing by a function that throws, and reports it', () => {
    const rule = (): boolean => {
      throw new Error('no');
    };
    expect(ignores(rule)).toBe(false);
    expect(warnings).toEqual(['A function of ignore threw; it does not match: Error: no']);
  });

  it.each([[''], [7], [null]])('refuses %j', (rule) => {
    expect(() => ignores(rule as never)).toThrow(/ignore\[0\] must be patterns/);
  });
});
