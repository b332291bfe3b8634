import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import type { SeriesPath } from '../../../lib/context/index.js';
import {
  PROCESS_DURATION,
  processedPath,
  SEND_DURATION,
  sentPath,
} from '../../../lib/messaging/message-durations.js';
import type { ReceivedMessage } from '../../../lib/messaging/message-info.js';

class Values implements SeriesPath {
  constructor(readonly values: readonly unknown[] = []) {}

  with(value: unknown): Values {
    return new Values([...this.values, value]);
  }
}

const MESSAGE: ReceivedMessage = {
  system: 'nats',
  pattern: 'orders.created',
  destination: 'orders.created',
  isEvent: true,
  data: undefined,
  headers: undefined,
  server: { host: 'nats.example', port: 4222 },
};

/** The attributes of a path, without the error. */
function attributesOf(keys: readonly string[], path: SeriesPath): object {
  const { values } = path as Values;
  expect(values).toHaveLength(keys.length - 1);
  const entries = keys.map((key, index) => [key, values[index]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

const processed = (message: Partial<ReceivedMessage>): object =>
  attributesOf(
    PROCESS_DURATION.attributes,
    processedPath(new Values(), { ...MESSAGE, ...message }),
  );

const COMMON = {
  'messaging.system.name': 'nats',
  'messaging.operation.name': 'process',
  'server.address': 'nats.example',
  'server.port': 4222,
};

describe('the durations of messages', () => {
  it('have the names of the semantic conventions', () => {
    expect(SEND_DURATION.name).toBe(conventions.METRIC_MESSAGING_CLIENT_OPERATION_DURATION);
    expect(PROCESS_DURATION.name).toBe(conventions.METRIC_MESSAGING_PROCESS_DURATION);
  });

  it('tell the destination', () => {
    expect(processed({ consumerGroup: 'mail', partition: 0 })).toEqual({
      ...COMMON,
      'messaging.consumer.group.name': 'mail',
      'messaging.destination.name': 'orders.created',
      'messaging.destination.partition.id': '0',
    });
    expect(attributesOf(SEND_DURATION.attributes, sentPath(new Values(), MESSAGE, false))).toEqual({
      ...COMMON,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders.created',
    });
  });

  it('tell the pattern in place of destinations that senders choose', () => {
    expect(processed({ pattern: 'orders.*', destination: 'orders.4711' })).toEqual({
      ...COMMON,
      'messaging.destination.template': 'orders.*',
    });
    expect(processed({ pattern: undefined, destination: 'random' })).toEqual(COMMON);
  });

  it('tell nothing of a destination for one answer', () => {
    const path = sentPath(new Values(), { ...MESSAGE, destination: 'amq.gen-x' }, true);
    expect(attributesOf(SEND_DURATION.attributes, path)).not.toHaveProperty([
      'messaging.destination.name',
    ]);
  });
});
