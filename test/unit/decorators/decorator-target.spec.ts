import { describe, expect, it } from '@jest/globals';
import { describeTarget, nameOfMethod } from '../../../lib/decorators/decorator-target.js';

class Orders {
  static readonly shop = 'shop';
}

class Renamed {
  static readonly name: unknown = 7 as unknown;
}

describe('nameOfMethod', () => {
  it.each<[string, object, string | symbol, string]>([
    ['an instance', Orders.prototype, 'place', 'Orders.place'],
    ['a static method', Orders, 'count', 'Orders.count'],
    ['a symbol', Orders.prototype, Symbol.iterator, 'Orders[Symbol.iterator]'],
    ['a symbol without description', Orders.prototype, Symbol(), 'Orders[]'],
    ['a class without name', (() => class {})().prototype, 'place', 'place'],
    ['a class whose name is no string', Renamed.prototype, 'place', 'place'],
    ['an object without prototype', Object.create(null), 'place', 'place'],
  ])('names the method of %s', (_, target, key, name) => {
    expect(nameOfMethod(target, key)).toBe(name);
  });
});

describe('describeTarget', () => {
  it.each<[string, unknown[]]>([
    ['the class Orders', [Orders]],
    ['the class (anonymous)', [(() => class {})()]],
    ['a parameter of the constructor of Orders', [Orders, undefined, 0]],
    ['parameter 2 of the method Orders.place', [Orders.prototype, 'place', 2]],
    ['the property Orders.shop', [Orders, 'shop']],
    ['the getter Orders.total', [Orders.prototype, 'total', { get: () => 1, set: () => {} }]],
    ['the setter Orders.total', [Orders.prototype, 'total', { set: () => {} }]],
    ['the method Orders.place', [Orders.prototype, 'place', { value: () => {} }]],
    ['the property Orders.total', [Orders.prototype, 'total', { value: 1 }]],
    ['the property Orders.total', [Orders.prototype, 'total', undefined]],
    ['a getter that was compiled with standard decorators', [() => 1, { kind: 'getter' }]],
    ['an accessor that was compiled with standard decorators', [{}, { kind: 'accessor' }]],
    ['something unknown', ['Orders']],
    ['something unknown', []],
  ])('says "%s"', (description, args) => {
    expect(describeTarget(args)).toBe(description);
  });
});
