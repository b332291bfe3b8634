import { describe, expect, it } from '@jest/globals';
import { ReceiverRules } from '../../../../lib/carriers/index.js';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import type { MessageReceiverRule } from '../../../../lib/messaging/producer/message-producer-options.js';
import { MESSAGE_RULES } from '../../../../lib/messaging/producer/message-receiver-rules.js';
import { sentMessage } from '../messages.js';

describe('MESSAGE_RULES', () => {
  it.each<[MessageReceiverRule, object, boolean]>([
    ['orders.placed', {}, true],
    ['orders', {}, false],
    ['queue', { destination: 'queue' }, true],
    [/^orders\./, {}, true],
    [/^queue$/, { pattern: undefined, destination: 'queue' }, true],
    [/^$/, { pattern: undefined, destination: undefined }, true],
    [({ system }) => system === 'nats', {}, true],
  ])('%s for %j: %s', (rule, others, is) => {
    const rules = new ReceiverRules('list', MESSAGE_RULES, [rule]);
    expect(rules.has(sentMessage(others), new Diagnostics())).toBe(is);
  });
});
