import type { ReceivedMessage, SentMessage } from '../../../lib/messaging/message-info.js';

/** An event as hooks describe it. */
export function sentMessage(others: Partial<SentMessage> = {}): SentMessage {
  return {
    system: 'nats',
    pattern: 'orders.placed',
    destination: 'orders.placed',
    isEvent: true,
    data: { id: 7 },
    ...others,
  };
}

/** An event as hooks describe it. */
export function receivedMessage(others: Partial<ReceivedMessage> = {}): ReceivedMessage {
  return { ...sentMessage(), headers: undefined, ...others };
}
