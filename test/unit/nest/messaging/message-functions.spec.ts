import { describe, expect, it } from '@jest/globals';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import {
  createPatternNames,
  messageFunctionsOf,
} from '../../../../lib/nest/messaging/message-functions.js';

class Orders {
  @MessagePattern({ cmd: 'find' })
  find(): void {}

  @EventPattern<string>('placed')
  placed(): void {}

  @EventPattern<string>('placed')
  alsoPlaced(): void {}

  plain(): void {}
}

const methods = (['find', 'placed', 'alsoPlaced', 'plain'] as const).map((name) => ({
  owner: Orders.prototype,
  key: name,
  function: Orders.prototype[name],
  name: `Orders.${name}`,
  declaringName: `Orders.${name}`,
}));

describe('the methods for messages', () => {
  it('are those with a pattern', () => {
    expect(messageFunctionsOf(methods).map(({ name, patterns }) => [name, patterns])).toEqual([
      ['Orders.find', [{ cmd: 'find' }]],
      ['Orders.placed', ['placed']],
      ['Orders.alsoPlaced', ['placed']],
    ]);
  });

  it('are found by their pattern, unless several have the same', () => {
    const nameOf = createPatternNames(messageFunctionsOf(methods), (pattern) =>
      JSON.stringify(pattern),
    );
    expect(nameOf('{"cmd":"find"}')).toBe('Orders.find');
    expect(nameOf('"placed"')).toBeUndefined();
    expect(nameOf('unknown')).toBeUndefined();
  });
});
