import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttributeList } from '../../../lib/context/index.js';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';
import type { RecordingSpan } from '../../../lib/trace/index.js';

describe('the attributes of a span while it lives', () => {
  let tracing: TestTracing;
  let span: RecordingSpan;

  beforeEach(() => {
    tracing = createTestTracing();
    span = tracing.tracer.startSpan('work') as RecordingSpan;
  });

  afterEach(() => {
    span.end();
    tracing.close();
  });

  it('has no list before the first attribute', () => {
    expect(span.attributeList).toBeUndefined();
    span.setAttribute('none', undefined).setAttribute('null', null as never);
    expect(span.attributeList).toBeUndefined();
    expect(span.droppedAttributesCount).toBe(0);
  });

  it('replaces the value of a key that is there, whatever other keys are as long', () => {
    const long = 'k'.repeat(33);
    span.setAttributes({ a: 1, b: 2, [long]: 3 });
    span.setAttribute('a', 4).setAttribute(long, 5).setAttribute('c', 6);
    expect(span.attributeList).toEqual(['a', 4, 'b', 2, long, 5, 'c', 6]);
  });

  it('never takes a key twice: the same as a plain object would hold', () => {
    const expected: Record<string, number> = {};
    for (let turn = 0; turn < 400; turn++) {
      const key = 'key'.repeat(40).slice(0, 1 + ((turn * 7919) % 100));
      expected[key] = turn;
      span.setAttribute(key, turn);
    }
    expect(span.attributes).toEqual(expected);
  });

  it('drops and counts values that cannot be read, and takes the others', () => {
    const unreadable = new Proxy([], {
      get: () => {
        throw new Error('no');
      },
    });
    const attributes = {
      a: 1,
      get b(): number {
        throw new Error('no');
      },
      c: unreadable as never,
      d: new Array(100_000).fill('x'),
      e: 2,
    };
    span.setAttributes(attributes).setAttribute('f', unreadable as never);
    span.addEvent('event', attributes);
    span.setAttributes(new Proxy({}, { ownKeys: () => unreadable.length as never }));
    expect(span.attributes).toEqual({ a: 1, e: 2 });
    expect(span.droppedAttributesCount).toBe(5);
    expect(span.events[0]).toMatchObject({
      attributes: { a: 1, e: 2 },
      droppedAttributesCount: 3,
    });
    expect(tracing.provider.core.invalidAttributeCount).toBe(8);
  });

  it('takes over a list of attributes, and knows its keys', () => {
    const list: AttributeList = ['a', 1, 'key', 'first'];
    span.takeAttributes(list);
    expect(span.attributeList).toBe(list);
    span.setAttributes({ key: 'second', other: true });
    expect(span.attributes).toEqual({ a: 1, key: 'second', other: true });
  });

  it.each<[string, unknown, unknown]>([
    ['an empty key', '', 1],
    ['a key that is no text', 7, 1],
    ['a value that is an object', 'key', {}],
  ])('drops and counts %s', (_, key, value) => {
    span.setAttribute(key as string, value as string);
    expect(span.attributeList).toBeUndefined();
    expect(span.droppedAttributesCount).toBe(1);
    expect(tracing.provider.core.invalidAttributeCount).toBe(1);
    expect(tracing.warnings).toHaveLength(1);
  });

  it('drops and counts what comes beyond the limit, and still replaces', () => {
    const { attributeCountLimit } = tracing.provider.core.spanLimits;
    for (let index = 0; index < attributeCountLimit + 3; index++) span.setAttribute(`k${index}`, 0);
    span.setAttribute('k0', 'new');
    expect(span.droppedAttributesCount).toBe(3);
    expect(Object.keys(span.attributes)).toHaveLength(attributeCountLimit);
    expect(span.attributes.k0).toBe('new');
    expect(tracing.provider.core.invalidAttributeCount).toBe(0);
  });
});
