import { describe, expect, it } from '@jest/globals';
import {
  ClientGrpcProxy,
  ClientKafka,
  ClientMqtt,
  ClientNats,
  ClientProxy,
  ClientRedis,
  ClientRMQ,
  ClientTCP,
  Transport,
} from '@nestjs/microservices';
import {
  brokerOf,
  hasNativeHeaders,
  rabbitDestinationOf,
  systemOfClient,
  systemOfServer,
} from '../../../../lib/nest/messaging/nest-transports.js';

class CustomClient extends ClientProxy {
  override connect = async () => {};
  override close = () => {};
  override dispatchEvent = async () => undefined as never;
  override publish = () => () => {};
  override unwrap = () => undefined as never;
}

describe('the system of a client', () => {
  it.each([
    ['tcp', ClientTCP],
    ['redis', ClientRedis],
    ['nats', ClientNats],
    ['mqtt', ClientMqtt],
    ['rabbitmq', ClientRMQ],
    ['kafka', ClientKafka],
    ['custom', ClientGrpcProxy],
    ['custom', CustomClient],
  ])('%s is that of %p', (system, { prototype }) => {
    expect(systemOfClient(Object.create(prototype))).toBe(system);
  });

  it('is that of the base class for a class of the user', () => {
    expect(systemOfClient(new (class Mine extends ClientTCP {})({}))).toBe('tcp');
  });
});

describe('the system of a server', () => {
  it.each([
    [Transport.TCP, 'tcp'],
    [Transport.REDIS, 'redis'],
    [Transport.NATS, 'nats'],
    [Transport.MQTT, 'mqtt'],
    [Transport.RMQ, 'rabbitmq'],
    [Transport.KAFKA, 'kafka'],
    [Transport.GRPC, 'custom'],
    [Symbol('mine'), 'custom'],
    [undefined, 'custom'],
    [99, 'custom'],
  ])('with the transport %p is %s', (transportId, system) => {
    expect(systemOfServer(transportId)).toBe(system);
  });
});

describe('brokerOf', () => {
  it.each<[Parameters<typeof brokerOf>[0], object, object | undefined]>([
    ['tcp', { host: 'shop', port: 3000 }, { host: 'shop', port: 3000 }],
    ['redis', { options: {} }, { host: 'localhost', port: 6379 }],
    ['nats', { options: { servers: ['nats://a:1', 'nats://b:2'] } }, undefined],
    ['nats', {}, { host: 'localhost', port: 4222 }],
    ['rabbitmq', { options: { urls: ['amqp://u:p@mq'] } }, { host: 'mq', port: undefined }],
    ['mqtt', { options: { url: 'mqtt://mq:1' } }, { host: 'mq', port: 1 }],
    ['kafka', { brokers: ['kafka:9092'] }, { host: 'kafka', port: 9092 }],
    ['custom', { options: { url: 'x://y' } }, undefined],
  ])('of %s with %j is %j', (system, instance, address) => {
    expect(brokerOf(system, instance)).toEqual(address);
  });
});

describe('the destination in RabbitMQ', () => {
  it.each([
    [{ queue: 'q', options: {} }, 'q', 'q'],
    [{ queue: 'q', options: { exchange: 'e' } }, 'q', 'q'],
    [{ queue: 'q', options: { wildcards: true } }, 'q:a.b', 'a.b'],
    [{ queue: 'q', options: { exchange: 'e', exchangeType: 'fanout' } }, 'e:a.b', 'a.b'],
  ])('of %j is %s', (client, destination, routingKey) => {
    expect(rabbitDestinationOf(client, 'a.b')).toEqual({ destination, routingKey });
  });
});

it('has headers in NATS, RabbitMQ and Kafka', () => {
  expect((['tcp', 'redis', 'mqtt', 'custom'] as const).some(hasNativeHeaders)).toBe(false);
  expect((['nats', 'rabbitmq', 'kafka'] as const).every(hasNativeHeaders)).toBe(true);
});
