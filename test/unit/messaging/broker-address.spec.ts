import { describe, expect, it } from '@jest/globals';
import { parseBrokerAddress } from '../../../lib/messaging/broker-address.js';

describe('parseBrokerAddress', () => {
  it.each<[unknown, object | undefined]>([
    ['localhost:4222', { host: 'localhost', port: 4222 }],
    ['localhost', { host: 'localhost', port: undefined }],
    ['nats://user:secret@broker:4222', { host: 'broker', port: 4222 }],
    ['user:secret@broker:4222', { host: 'broker', port: 4222 }],
    ['amqp://broker/vhost', { host: 'broker', port: undefined }],
    ['mqtts://[::1]:8883', { host: '::1', port: 8883 }],
    [['kafka:9092'], { host: 'kafka', port: 9092 }],
    [['a:1', 'b:2'], undefined],
    [[], undefined],
    [
      { hostname: 'broker', port: 5672 },
      { host: 'broker', port: 5672 },
    ],
    [
      { host: 'broker', port: '5672' },
      { host: 'broker', port: 5672 },
    ],
    [
      { host: 'broker', port: 0 },
      { host: 'broker', port: undefined },
    ],
    [
      { host: 'broker', port: 70_000 },
      { host: 'broker', port: undefined },
    ],
    [{ port: 5672 }, undefined],
    ['://', undefined],
    ['', undefined],
    [undefined, undefined],
    [() => ['kafka:9092'], undefined],
    [7, undefined],
  ])('of %j is %j', (setting, address) => {
    expect(parseBrokerAddress(setting)).toEqual(address);
  });
});
