import 'reflect-metadata';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import {
  ContinueSpan,
  methodTracing,
  SpanAttribute,
  Traced,
  Untraced,
} from '../../../lib/decorators/index.js';
import { traceableMethods } from '../../../lib/decorators/traceable-methods.js';
import { traceClass } from '../../../lib/decorators/traced-class.js';
import { methodsOfPrototype } from '../../../lib/nest/prototype-methods.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';

const PROTOCOL: unique symbol = Symbol('protocol');

class Repository {
  readonly rows = ['1'];

  find(@SpanAttribute('row.id') id: string): string {
    return `row ${id} of ${this.rows.length}`;
  }

  overridden(@SpanAttribute('row.id') _id: string): void {}

  @Traced('chosen in the base')
  chosen(): void {}

  @Untraced()
  quiet(): void {}

  onModuleInit(): string {
    return 'started';
  }
}

class Dependency {}

@Traced({ kind: SpanKind.CLIENT })
@Injectable()
class Orders extends Repository {
  static from(): Orders {
    return new Orders(new Dependency());
  }

  static override readonly length = 7;
  readonly #secret = 1;
  readonly field = (): number => 2;

  constructor(readonly dependency: Dependency) {
    super();
  }

  @Traced('place order')
  place(): void {}

  async own(id: string, amount = 1): Promise<string> {
    return `${id} ${amount}`;
  }

  override overridden(_id: string): void {}

  @Untraced()
  excluded(): void {}

  @ContinueSpan()
  continued(): void {}

  get total(): number {
    return this.#hidden();
  }

  #hidden(): number {
    return this.#secret;
  }

  [PROTOCOL](): void {}

  toJSON(): string {
    return 'json';
  }

  onModuleDestroy(): void {}
  onApplicationBootstrap(): void {}
  beforeApplicationShutdown(): void {}
  onApplicationShutdown(): void {}
}

const service = (): Orders => Orders.from();

describe('Traced on a class', () => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  const recorded = () => traceAsText(tracing.recorder.takeSpans());

  it('traces own methods with its options', async () => {
    expect(await service().own('A', 2)).toBe('A 2');
    expect(recorded()).toBe('Orders.own [client]');
  });

  it('traces inherited methods for this class only', () => {
    const { find } = Repository.prototype;
    expect(service().find('1')).toBe('row 1 of 1');
    expect(new Repository().find('2')).toBe('row 2 of 1');
    expect(recorded()).toBe('Orders.find [client] row.id="1"');
    expect(Object.getOwnPropertyDescriptor(Repository.prototype, 'find')?.value).toBe(find);
  });

  it('shows the same own methods as without it, and the inherited ones in the same order', () => {
    class Base {
      first(): void {}

      @Traced('chosen')
      second(): void {}

      @Untraced()
      third(): void {}

      fourth(): void {}
    }
    class Derived extends Base {
      own(): void {}

      override fourth(): void {
        super.fourth();
      }
    }
    const methods = () => methodsOfPrototype(Derived.prototype).map(({ key }) => key);
    const own = () => Object.getOwnPropertyDescriptors(Derived.prototype);
    const before = { methods: methods(), own: Object.keys(own()) };
    Traced()(Derived);
    expect({ methods: methods(), own: Object.keys(own()) }).toEqual(before);
    expect(own().fourth).toMatchObject({ configurable: true, enumerable: false, writable: true });
    const derived = new Derived();
    expect(Object.keys(derived)).toEqual([]);
    derived.first();
    derived.second();
    derived.third();
    derived.fourth();
    expect(traceAsText(tracing.recorder.takeSpans(), { attributes: false })).toBe(
      'Derived.first\n\nchosen\n\nDerived.fourth',
    );
    expect(methodTracing(Derived.prototype, 'third')).toBe('untraced');
    expect(derived).toBeInstanceOf(Base);
  });

  it('calls an inherited method with its own decorator that was replaced later', () => {
    const { quiet } = Repository.prototype;
    let calls = 0;
    Repository.prototype.quiet = () => {
      calls++;
    };
    service().quiet();
    Repository.prototype.quiet = quiet;
    service().quiet();
    expect([calls, recorded()]).toEqual([1, '']);
  });

  it('calls an inherited method that was replaced later', () => {
    const { find } = Repository.prototype;
    Repository.prototype.find = () => 'replaced';
    expect(service().find('1')).toBe('replaced');
    Repository.prototype.find = find;
    expect(recorded()).toBe('Orders.find [client] row.id="1"');
  });

  it('records the parameters that an overridden method declares', () => {
    service().overridden('7');
    expect(recorded()).toBe('Orders.overridden [client] row.id="7"');
  });

  it('leaves a method with its own decorator to that', () => {
    const orders = service();
    orders.place();
    orders.chosen();
    orders.excluded();
    orders.quiet();
    orders.continued();
    expect(recorded()).toBe(
      'place order code.function.name=Orders.place\n\nchosen in the base code.function.name=Repository.chosen',
    );
  });

  it('leaves everything alone that is not a method of the application', () => {
    const orders = service();
    expect(orders.onModuleInit()).toBe('started');
    orders.onModuleDestroy();
    orders.onApplicationBootstrap();
    orders.beforeApplicationShutdown();
    orders.onApplicationShutdown();
    orders[PROTOCOL]();
    expect([orders.total, orders.field(), orders.toJSON(), `${orders}`]).toEqual([
      1,
      2,
      'json',
      '[object Object]',
    ]);
    expect(recorded()).toBe('');
  });

  it('does not replace the class, nor what is known about it', () => {
    class Plain extends Repository {
      place(_id: string): void {}
    }
    Reflect.defineMetadata('role', 'admin', Plain.prototype.place);
    const { place } = Plain.prototype;
    expect(Traced()(Plain)).toBeUndefined();
    expect(Plain.prototype.place).not.toBe(place);
    expect([Plain.prototype.place.name, Plain.prototype.place.length]).toEqual(['place', 1]);
    expect(Reflect.getMetadata('role', Plain.prototype.place)).toBe('admin');
    expect(Reflect.getMetadata('design:paramtypes', Orders)).toEqual([Dependency]);
    expect(Reflect.getMetadata('__injectable__', Orders)).toBe(true);
    expect([Orders.name, Orders.length]).toEqual(['Orders', 7]);
    expect(service()).toBeInstanceOf(Repository);
    expect(service()).toBeInstanceOf(Orders);
  });

  it('uses a name as the name of the class', () => {
    @Traced('Shop')
    class Minified {
      sell(): void {}
    }
    new Minified().sell();
    expect(recorded()).toBe('Shop.sell code.function.name=Minified.sell');
  });

  it('leaves inherited methods alone if inherited is false', () => {
    @Traced({ inherited: false })
    class Own extends Repository {
      own(): void {}
    }
    new Own().find('1');
    new Own().own();
    expect(recorded()).toBe('Own.own');
  });

  it('makes one span for a method that traced base classes have', () => {
    @Traced({ kind: SpanKind.SERVER, recordArguments: true })
    class First extends Repository {
      own(id: string): string {
        return id;
      }
    }
    @Traced({ recordArguments: true })
    class Second extends First {}
    @Traced({ recordArguments: true })
    class Third extends Second {}
    class Plain extends First {
      override own(id: string): string {
        return super.own(id);
      }
    }
    expect(new Third().own('1')).toBe('1');
    new Second().find('2');
    new Plain().own('3');
    new First().own('4');
    expect(recorded()).toBe(
      [
        'Third.own argument.id="1"',
        'Second.find argument.id="2" row.id="2"',
        'First.own [server] argument.id="3"',
        'First.own [server] argument.id="4"',
      ].join('\n\n'),
    );
  });

  it('leaves methods of Node and of the language alone', () => {
    @Traced()
    class Channel extends EventEmitter {
      open(): boolean {
        return this.emit('open');
      }
    }
    @Traced()
    class Index extends Map<string, string> {
      lookUp(key: string): string | undefined {
        return this.get(key);
      }
    }
    new Channel().on('open', () => {}).open();
    new Index([['a', 'b']]).lookUp('a');
    expect(recorded()).toBe('Channel.open\n\nIndex.lookUp');
  });

  it('makes its methods known as traced', () => {
    expect(methodTracing(Orders.prototype, 'own')).toBe('traced');
    expect(methodTracing(Orders.prototype, 'find')).toBe('traced');
    expect(methodTracing(Repository.prototype, 'find')).toBeUndefined();
    expect(methodTracing(Orders.prototype, 'quiet')).toBe('untraced');
    expect(methodTracing(Orders.prototype, 'onModuleInit')).toBeUndefined();
  });
});

describe('traceClass', () => {
  it.each([
    ['a function as name', { name: () => 'a' }, '@Traced.name must be a string on a class'],
    ['chosen arguments', { recordArguments: [0] }, '@Traced.recordArguments must be true or false'],
  ])('refuses %s', (_, options, message) => {
    expect(() => traceClass(class {}.prototype, options)).toThrow(message);
  });

  it('refuses a class that is excluded', () => {
    expect(() => {
      @Traced()
      @Untraced()
      class Both {}
      return Both;
    }).toThrow(
      '@Traced() must be the only decorator for tracing of a class, but it decorates the class Both',
    );
  });

  it('skips what cannot be replaced, and classes', () => {
    class Frozen {
      find(): void {}
    }
    class Holder {}
    Object.defineProperty(Frozen.prototype, 'type', { value: Holder, configurable: true });
    expect(traceableMethods(Frozen.prototype, true, () => false).map(({ key }) => key)).toEqual([
      'find',
    ]);
    Object.freeze(Frozen.prototype);
    const { find } = Frozen.prototype;
    Traced()(Frozen);
    expect(Frozen.prototype.find).toBe(find);
    class FrozenToo extends Repository {}
    Object.freeze(FrozenToo.prototype);
    Traced()(FrozenToo);
    expect(FrozenToo.prototype.find).toBe(Repository.prototype.find);
  });

  it('refuses the option inherited on a method', () => {
    expect(() => {
      class Wrong {
        @Traced({ inherited: true })
        find(): void {}
      }
      return Wrong;
    }).toThrow('@Traced.inherited must not be set on a method');
  });
});
