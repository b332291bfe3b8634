import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  isGatewayMethod,
  namespaceOf,
  SubscriptionNames,
  subscriptionOf,
} from '../../../../lib/nest/websocket/gateway-methods.js';

@WebSocketGateway({ namespace: 'rooms' })
class RoomsGateway {
  @SubscribeMessage('say')
  say(): void {}

  other(): void {}
}

@WebSocketGateway({ namespace: /^\/room-/ })
class PatternGateway {}

const methodOf = (key: 'say' | 'other', metatype: object = RoomsGateway) => ({
  target: {},
  isPrototype: false,
  key,
  function: RoomsGateway.prototype[key],
  name: `RoomsGateway.${key}`,
  metatype,
});

describe('the methods of a gateway', () => {
  it('are recognised by the metadata of Nest', () => {
    expect(isGatewayMethod(methodOf('say'))).toBe(true);
    expect(isGatewayMethod(methodOf('say', class {}))).toBe(false);
    expect(subscriptionOf(methodOf('other'))).toBeUndefined();
    expect(subscriptionOf(methodOf('say'))).toEqual({
      function: RoomsGateway.prototype.say,
      name: 'RoomsGateway.say',
      event: 'say',
      namespace: '/rooms',
    });
  });

  it('have a namespace if it is a text', () => {
    expect(namespaceOf(PatternGateway)).toBeUndefined();
    expect(namespaceOf(class {})).toBeUndefined();
  });
});

describe('SubscriptionNames', () => {
  const subscription = (name: string, event: string, namespace?: string) => ({
    function: () => {},
    name,
    event,
    namespace,
  });

  it('finds a method by event, and by namespace if there are several', () => {
    const names = new SubscriptionNames();
    names.add(subscription('A.say', 'say', '/a'));
    names.add(subscription('B.say', 'say'));
    names.add(subscription('C.only', 'only', '/c'));
    expect(names.nameOf('say', '/a')).toBe('A.say');
    expect(names.nameOf('say', '/')).toBe('B.say');
    expect(names.nameOf('say', undefined)).toBe('B.say');
    expect(names.nameOf('say', '/dynamic')).toBeUndefined();
    expect(names.nameOf('only', '/dynamic')).toBe('C.only');
    expect(names.nameOf('unknown', '/a')).toBeUndefined();
  });

  it('names no method if several handle the same messages', () => {
    const names = new SubscriptionNames();
    names.add(subscription('A.say', 'say', '/a'));
    names.add(subscription('B.say', 'say', '/a'));
    expect(names.nameOf('say', '/a')).toBeUndefined();
  });
});
