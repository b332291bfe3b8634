import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanAttribute, Traced } from '../../../lib/decorators/index.js';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';

interface Order {
  readonly id: string;
  readonly total: number;
}

class OrdersService {
  @Traced()
  find(@SpanAttribute('order.id') id: string, @SpanAttribute('order.page') page?: number): string {
    return `${id}/${page}`;
  }

  @Traced()
  place(
    @SpanAttribute('order.id', (order: Order) => order.id)
    @SpanAttribute('order.total', (order: Order) => order.total)
    order: Order,
  ): number {
    return order.total;
  }

  @Traced()
  take(@SpanAttribute('argument') argument: unknown): unknown {
    return argument;
  }

  @Traced({ attributes: { 'order.id': 'fixed', source: 'shop' } })
  override(@SpanAttribute('order.id') _id: string): void {}

  @Traced()
  static count(@SpanAttribute('order.ids') ids: string[]): number {
    return ids.length;
  }

  untraced(@SpanAttribute('order.id') id: string): string {
    return id;
  }
}

class PremiumOrdersService extends OrdersService {
  @Traced()
  override find(id: string): string {
    return id;
  }
}

describe('SpanAttribute', () => {
  let tracing: TestTracing;
  const attributes = () => tracing.recorder.takeSpan().attributes;

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  it('records arguments under their names, in the order of the parameters', () => {
    expect(new OrdersService().find('A-1', 2)).toBe('A-1/2');
    expect(Object.entries(attributes())).toEqual([
      ['order.id', 'A-1'],
      ['order.page', 2],
    ]);
  });

  it('leaves out arguments that were not given', () => {
    expect(new OrdersService().find('A-1')).toBe('A-1/undefined');
    expect(attributes()).toEqual({ 'order.id': 'A-1' });
    expect(tracing.warnings).toEqual([]);
  });

  it('records what the transform makes, and several times if asked to', () => {
    expect(new OrdersService().place({ id: 'A-1', total: 12.5 })).toBe(12.5);
    expect(attributes()).toEqual({ 'order.id': 'A-1', 'order.total': 12.5 });
  });

  it('records the arguments of static methods', () => {
    expect(OrdersService.count(['A-1', 'A-2'])).toBe(2);
    expect(attributes()).toEqual({ 'order.ids': ['A-1', 'A-2'] });
  });

  it('wins over a fixed attribute of the same name', () => {
    new OrdersService().override('A-1');
    expect(attributes()).toEqual({ 'order.id': 'A-1', source: 'shop' });
  });

  it.each([
    ['an object', { id: 1 }],
    ['a function', () => 1],
    ['a symbol', Symbol('order')],
    ['a bigint', 1n],
    ['a mixed array', ['A-1', 2]],
  ])('leaves out %s, counts and reports it', (_, argument) => {
    expect(new OrdersService().take(argument)).toBe(argument);
    const span = tracing.recorder.takeSpan();
    expect(span.attributes).toEqual({});
    expect(span.droppedAttributesCount).toBe(1);
    expect(tracing.provider.core.invalidAttributeCount).toBe(1);
    expect(tracing.warnings).toHaveLength(1);
  });

  it('reports a transform that throws once, and the call goes on', () => {
    const orders = new OrdersService();
    for (let turn = 0; turn < 3; turn++) {
      expect(() => orders.place(undefined as never)).toThrow(
        "Cannot read properties of undefined (reading 'total')",
      );
    }
    expect(tracing.recorder.takeSpans().map((span) => Object.keys(span.attributes))).toEqual([
      ['error.type'],
      ['error.type'],
      ['error.type'],
    ]);
    expect(tracing.warnings).toEqual([
      expect.stringMatching(
        /^@SpanAttribute\('order.id'\) on OrdersService.place threw; its attributes are not recorded: TypeError: /,
      ),
      expect.stringMatching(/^@SpanAttribute\('order.total'\) on OrdersService.place threw; /),
    ]);
  });

  it('does nothing on a method that is not traced', () => {
    expect(new OrdersService().untraced('A-1')).toBe('A-1');
    expect(tracing.recorder.takeSpans()).toEqual([]);
  });

  it('is inherited by an overriding method', () => {
    new PremiumOrdersService().find('A-1');
    expect(attributes()).toEqual({ 'order.id': 'A-1' });
  });
});

describe('SpanAttribute, when it is made,', () => {
  it.each([
    ['no name', undefined],
    ['an empty name', ''],
    ['a number', 3],
  ])('refuses %s', (_, name) => {
    expect(() => SpanAttribute(name as string)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining('@SpanAttribute.name must be a non-empty string'),
      }),
    );
  });

  it('refuses a transform that is no function', () => {
    expect(() => SpanAttribute('order.id', 'id' as never)).toThrow(
      '@SpanAttribute.transform must be a function, but it is "id"',
    );
  });

  it.each<[string, unknown[], string]>([
    [
      'a parameter of a constructor',
      [OrdersService, undefined, 0],
      'a parameter of the constructor of OrdersService',
    ],
    ['a class', [OrdersService], 'the class OrdersService'],
    [
      'a method',
      [OrdersService.prototype, 'find', { value: () => {} }],
      'the method OrdersService.find',
    ],
    ['a property', [OrdersService.prototype, 'total'], 'the property OrdersService.total'],
  ])('refuses to stand on %s', (_, args, name) => {
    const decorate = SpanAttribute('order.id') as (...args: unknown[]) => void;
    expect(() => decorate(...args)).toThrow(
      expect.objectContaining({
        code: 'INVALID_DECORATOR_TARGET',
        message: `@SpanAttribute() must decorate a parameter of a method, but it decorates ${name}. Put it before a parameter of a method that has @Traced().`,
      }),
    );
  });
});
