import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { firstValueFrom, Observable } from 'rxjs';
import { contextStorage } from '../../../lib/context/index.js';
import { SpanAttribute, Traced } from '../../../lib/decorators/index.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import {
  createTestTracing,
  dedent,
  type TestTracing,
  traceAsText,
} from '../../../lib/testing/index.js';

const REFUND: unique symbol = Symbol('refund');

class OrdersService {
  constructor(private readonly prefix = 'order') {}

  @Traced()
  place(id: string): string {
    return `${this.prefix} ${id}`;
  }

  @Traced()
  async placeLater(id: string): Promise<string> {
    await Promise.resolve();
    return this.place(id);
  }

  @Traced('place order')
  named(): void {}

  @Traced({ kind: SpanKind.CLIENT, attributes: { 'order.source': 'shop' } })
  described(): void {}

  @Traced({ root: true })
  detached(): void {}

  @Traced()
  static count(...ids: string[]): number {
    return ids.length;
  }

  @Traced()
  [REFUND](): void {}

  @Traced()
  fail(error: unknown): never {
    throw error;
  }

  @Traced()
  async failLater(error: unknown): Promise<never> {
    throw error;
  }

  @Traced()
  stream(): Observable<string> {
    return new Observable((subscriber) => {
      subscriber.next(this.place('1'));
      subscriber.complete();
    });
  }

  @Traced()
  *each(): Generator<string> {
    yield this.place('1');
    yield this.place('2');
  }
}

class PremiumOrdersService extends OrdersService {
  @Traced()
  override place(id: string): string {
    return `premium ${super.place(id)}`;
  }
}

describe('Traced', () => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  const recorded = () => traceAsText(tracing.recorder.takeSpans());

  describe('a call', () => {
    it('is a span of kind INTERNAL, named after class and method, without attributes', () => {
      new OrdersService().place('1');
      const span = tracing.recorder.takeSpan();
      expect(span).toMatchObject({ name: 'OrdersService.place', kind: SpanKind.INTERNAL });
      expect(span.attributes).toEqual({});
    });

    it('hands on `this`, all arguments and the result', () => {
      expect(new OrdersService('parcel').place('7')).toBe('parcel 7');
      expect(OrdersService.count('1', '2', '3')).toBe(3);
      expect(recorded()).toBe('OrdersService.place\n\nOrdersService.count');
    });

    it('is the parent of what is called inside, also after an await', async () => {
      expect(await new OrdersService().placeLater('1')).toBe('order 1');
      expect(recorded()).toBe('OrdersService.placeLater\n  OrdersService.place');
    });

    it('is a child of the running operation', () => {
      tracing.tracer.trace('checkout', () => new OrdersService().place('1'));
      expect(recorded()).toBe('checkout\n  OrdersService.place');
    });

    it('of an overriding method has the name of its own class', () => {
      expect(new PremiumOrdersService().place('1')).toBe('premium order 1');
      expect(recorded()).toBe('PremiumOrdersService.place\n  OrdersService.place');
    });

    it('of an inherited method has the name of the class that declares it', async () => {
      await new PremiumOrdersService().placeLater('1');
      expect(recorded()).toBe(dedent`
        OrdersService.placeLater
          PremiumOrdersService.place
            OrdersService.place
      `);
    });

    it('of a method with a symbol for a name is named after the symbol', () => {
      new OrdersService()[REFUND]();
      expect(recorded()).toBe('OrdersService[refund]');
    });

    it('works on objects that no class made', () => {
      const descriptor = { value: (id: string) => id, configurable: true, writable: true };
      Traced()(Object.create(null), 'find', descriptor);
      expect(descriptor.value('3')).toBe('3');
      expect(recorded()).toBe('find');
    });
  });

  describe('options', () => {
    it('name the span and keep the method in code.function.name', () => {
      new OrdersService().named();
      expect(recorded()).toBe('place order code.function.name=OrdersService.named');
    });

    it('give kind and fixed attributes', () => {
      new OrdersService().described();
      expect(recorded()).toBe('OrdersService.described [client] order.source=shop');
    });

    it('start a new trace if root is true', () => {
      tracing.tracer.trace('checkout', () => new OrdersService().detached());
      expect(recorded()).toBe('checkout\n\nOrdersService.detached');
    });
  });

  describe('a failure', () => {
    it.each([
      ['an error', new TypeError('no such order'), 'TypeError', 'no such order'],
      ['a string', 'sold out', 'string', 'sold out'],
      ['null', null, 'object', 'null'],
    ])('that is %s is recorded and passes as it is', async (_, thrown, type, message) => {
      const orders = new OrdersService();
      let caught: unknown;
      try {
        orders.fail(thrown);
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
      await expect(orders.failLater(thrown)).rejects.toBe(thrown);
      for (const span of tracing.recorder.takeSpans()) {
        expect(span.attributes).toEqual({ 'error.type': type });
        expect(span.status.message).toBe(message);
      }
    });
  });

  describe('the end', () => {
    it('comes when the returned promise has settled', async () => {
      const pending = new OrdersService().placeLater('1');
      expect(tracing.recorder.openSpans.map(({ name }) => name)).toEqual([
        'OrdersService.placeLater',
      ]);
      await pending;
      expect(recorded()).toBe('OrdersService.placeLater\n  OrdersService.place');
    });

    it('comes when the returned Observable completes', async () => {
      const stream = new OrdersService().stream();
      expect(tracing.recorder.takeSpans()).toEqual([]);
      expect(await firstValueFrom(stream)).toBe('order 1');
      expect(recorded()).toBe('OrdersService.stream\n  OrdersService.place');
    });

    it('comes when the generator is done', () => {
      expect([...new OrdersService().each()]).toEqual(['order 1', 'order 2']);
      expect(recorded()).toBe('OrdersService.each\n  OrdersService.place\n  OrdersService.place');
    });
  });

  describe('the tracer', () => {
    it('is that of the running operation, not that of the last application', () => {
      const other = createTestTracing();
      tracing.tracer.trace('checkout', () => new OrdersService().place('1'));
      other.close();
      expect(other.recorder.takeSpans()).toEqual([]);
      expect(recorded()).toBe('checkout\n  OrdersService.place');
    });

    it('is that of the last application outside any operation', () => {
      const other = createTestTracing();
      new OrdersService().place('1');
      other.close();
      expect(traceAsText(other.recorder.takeSpans())).toBe('OrdersService.place');
    });

    it('is missing where no application is running, and the method just called', () => {
      tracing.close();
      expect(new OrdersService().place('1')).toBe('order 1');
      expect(OrdersService.count('1')).toBe(1);
    });
  });
});

describe('Traced in a trace that is not sampled', () => {
  class Probe {
    readonly calls: string[] = [];

    @Traced({
      attributes: () => {
        throw new Error('asked for attributes');
      },
    })
    async run(
      @SpanAttribute('id', () => {
        throw new Error('asked for the argument');
      })
      id: string,
    ): Promise<string> {
      this.calls.push(id);
      return id;
    }

    @Traced({ root: true })
    detached(): unknown {
      return contextStorage.active().span;
    }

    @Traced()
    self(): unknown {
      return contextStorage.active().span;
    }

    @Traced()
    promise(given: Promise<void>): Promise<void> {
      return given;
    }
  }

  it('makes no span, asks nothing and hands on the very result', async () => {
    const { tracer, recorder, warnings, close } = createTestTracing({
      sampler: new AlwaysOffSampler(),
    });
    const probe = new Probe();
    const given = Promise.resolve();
    await tracer.trace('checkout', async (span) => {
      expect(await probe.run('1')).toBe('1');
      expect(probe.self()).toBe(span);
      expect(probe.promise(given)).toBe(given);
    });
    expect(await probe.run('2')).toBe('2');
    close();
    expect(probe.calls).toEqual(['1', '2']);
    expect(warnings).toEqual([]);
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('asks the sampler again where root is true', () => {
    let isSampled = false;
    const { tracer, recorder, close } = createTestTracing({
      sampler: {
        followsUnsampledParent: true,
        shouldSample: () => ({ decision: isSampled ? 2 : 0 }),
        toString: () => 'switch',
      },
    });
    const probe = new Probe();
    tracer.trace('checkout', (span) => {
      isSampled = true;
      expect(probe.self()).toBe(span);
      probe.detached();
    });
    close();
    expect(traceAsText(recorder.takeSpans())).toBe('Probe.detached');
  });
});

describe('Traced where tracing is suppressed', () => {
  it('makes no span', () => {
    const { recorder, close } = createTestTracing();
    contextStorage.run(contextStorage.active().withSuppressed(true), () => {
      expect(new OrdersService().place('1')).toBe('order 1');
    });
    close();
    expect(recorder.takeSpans()).toEqual([]);
  });
});

describe('Traced on something else', () => {
  const decorate = Traced() as (...args: unknown[]) => void;

  it.each([
    [
      'a getter',
      [OrdersService.prototype, 'total', { get: () => 1 }],
      'the getter OrdersService.total',
    ],
    [
      'a setter',
      [OrdersService.prototype, 'total', { set: () => {} }],
      'the setter OrdersService.total',
    ],
    ['a property', [OrdersService.prototype, 'total'], 'the property OrdersService.total'],
    [
      'a property as swc decorates it',
      [OrdersService.prototype, 'total', { initializer: () => 1 }],
      'the property OrdersService.total',
    ],
    [
      'a parameter',
      [OrdersService.prototype, 'place', 0],
      'parameter 0 of the method OrdersService.place',
    ],
    [
      'a parameter of the constructor',
      [OrdersService, undefined, 1],
      'a parameter of the constructor of OrdersService',
    ],
  ])('refuses %s', (_, args, name) => {
    expect(() => decorate(...args)).toThrow(
      expect.objectContaining({
        name: 'TracingConfigError',
        code: 'INVALID_DECORATOR_TARGET',
        message: `@Traced() must decorate a method or a class, but it decorates ${name}. Put it on a method, or use tracer.trace(name, fn) inside.`,
      }),
    );
  });

  it('refuses standard decorators and names the compiler option', () => {
    expect(() => decorate(() => {}, { kind: 'method', name: 'place' })).toThrow(
      'it decorates a method that was compiled with standard decorators. Set experimentalDecorators to true in tsconfig.json',
    );
  });
});
