import { describe, expect, it } from '@jest/globals';
import type { AnyValue } from '../../../../lib/viewer/analysis/index.js';
import { MAX_VALUE_DEPTH, TOO_DEEP } from '../../../../lib/viewer/otlp/any-value.js';
import { readResource, readScope, readSpan } from '../../../../lib/viewer/otlp/read-span.js';
import { skimSpans } from '../../../../lib/viewer/otlp/skim-spans.js';
import {
  type OtlpMembers,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';

/** The message of the only span of a request. */
function spanBytes(members: OtlpMembers): Buffer {
  let bytes = Buffer.alloc(0);
  skimSpans(protobufRequest(requestOf([spanOf(1, 1, members)])), {
    receive: (span) => {
      bytes = Buffer.from(span.bytes.subarray(span.start, span.stop));
    },
  });
  return bytes;
}

function attributeOf(value: OtlpMembers): AnyValue | undefined {
  return readSpan(spanBytes({ attributes: [{ key: 'key', value }] })).attributes?.key;
}

describe('readSpan', () => {
  it('reads all that OTLP says about a span', () => {
    const bytes = spanBytes({
      traceState: 'a=1',
      parentSpanId: '00000000000000aa',
      flags: 0x301,
      kind: 3,
      attributes: [{ key: 'http.route', value: { stringValue: '/a' } }],
      droppedAttributesCount: 1,
      events: [
        {
          timeUnixNano: '1700000000000000001',
          name: 'exception',
          attributes: [{ key: 'exception.type', value: { stringValue: 'Error' } }],
          droppedAttributesCount: 4,
        },
      ],
      droppedEventsCount: 2,
      links: [
        {
          traceId: 'b'.repeat(32),
          spanId: 'c'.repeat(16),
          traceState: 'b=2',
          attributes: [{ key: 'n', value: { intValue: '5' } }],
          droppedAttributesCount: 5,
        },
      ],
      droppedLinksCount: 3,
      status: { code: 2, message: 'no' },
    });
    const resource = { attributes: { 'service.name': 'orders' } };
    expect(readSpan(bytes, resource, { name: 'shop' })).toStrictEqual({
      traceId: '1'.padStart(32, '0'),
      spanId: '1'.padStart(16, '0'),
      traceState: 'a=1',
      parentSpanId: '00000000000000aa',
      flags: 0x301,
      name: 'span 1',
      kind: 3,
      startNanos: 1_700_000_000_001_000_000n,
      endNanos: 1_700_000_000_002_000_000n,
      status: 2,
      statusMessage: 'no',
      attributes: { 'http.route': '/a' },
      droppedAttributesCount: 1,
      events: [
        {
          name: 'exception',
          timeNanos: 1_700_000_000_000_000_001n,
          attributes: { 'exception.type': 'Error' },
          droppedAttributesCount: 4,
        },
      ],
      droppedEventsCount: 2,
      links: [
        {
          traceId: 'b'.repeat(32),
          spanId: 'c'.repeat(16),
          traceState: 'b=2',
          attributes: { n: 5 },
          droppedAttributesCount: 5,
        },
      ],
      droppedLinksCount: 3,
      resource,
      scope: { name: 'shop' },
    });
  });

  it.each<[string, OtlpMembers, AnyValue]>([
    ['a text', { stringValue: 'ü' }, 'ü'],
    ['an empty text', { stringValue: '' }, ''],
    ['true', { boolValue: true }, true],
    ['false', { boolValue: false }, false],
    ['a whole number', { intValue: '-7' }, -7],
    ['a number that no double holds', { intValue: '9007199254740993' }, 9007199254740993n],
    ['a double', { doubleValue: 1.5 }, 1.5],
    ['a double of zero', { doubleValue: 0 }, 0],
    ['bytes', { bytesValue: Buffer.from([1, 2]) }, new Uint8Array([1, 2])],
    [
      'an array',
      { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '2' }, {}] } },
      ['a', 2, null],
    ],
    ['a map', { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } }, { a: true }],
    ['nothing', {}, null],
  ])('reads %s', (_, value, expected) => {
    expect(attributeOf(value)).toStrictEqual(expected);
  });

  it('reads values up to a depth, and names those that are deeper', () => {
    let value: OtlpMembers = { stringValue: 'deep' };
    for (let depth = 0; depth <= MAX_VALUE_DEPTH; depth++) {
      value = { arrayValue: { values: [value] } };
    }
    let read = attributeOf(value);
    for (let depth = 0; depth < MAX_VALUE_DEPTH; depth++) [read] = read as AnyValue[];
    expect(read).toBe(TOO_DEEP);
  });

  it('keeps an attribute that has the name of a prototype', () => {
    const attributes = [{ key: '__proto__', value: { stringValue: 'a' } }];
    const { attributes: read = {} } = readSpan(spanBytes({ attributes }));
    expect(Object.entries(read)).toEqual([['__proto__', 'a']]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('has no end for a span that is sent with the end 0', () => {
    expect(readSpan(spanBytes({ endTimeUnixNano: '0' }))).not.toHaveProperty('endNanos');
  });

  it.each([5, 6])('does not throw for damaged bytes (seed %i)', (seed) => {
    const random = randomOfSeed(seed);
    const nested = { arrayValue: { values: [{ kvlistValue: { values: [{ key: 'a' }] } }] } };
    const bytes = spanBytes({
      attributes: [{ key: 'a', value: nested }],
      events: [{ name: 'e', attributes: [{ key: 'b', value: { doubleValue: 1 } }] }],
      links: [{ traceId: 'b'.repeat(32), spanId: 'c'.repeat(16) }],
    });
    for (let round = 0; round < 3_000; round++) {
      const damaged = Buffer.from(bytes);
      damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      const read = readSpan(damaged.subarray(0, Math.floor(random() * 2 * damaged.length)));
      expect(typeof read.name).toBe('string');
    }
  });
});

describe('readResource and readScope', () => {
  // `Resource` and `InstrumentationScope` by hand.
  const attribute = '0a07 0a01 61 1202 1805'.replaceAll(' ', '');

  it('read attributes, counts and schemas', () => {
    const bytes = Buffer.from(`${attribute}1003`, 'hex');
    expect(readResource(bytes, 'https://r')).toStrictEqual({
      attributes: { a: 5 },
      droppedAttributesCount: 3,
      schemaUrl: 'https://r',
    });
  });

  it('read a scope', () => {
    const bytes = Buffer.from(
      `0a0173 120131 1a${attribute.slice(2)} 2002`.replaceAll(' ', ''),
      'hex',
    );
    expect(readScope(bytes)).toStrictEqual({
      name: 's',
      version: '1',
      attributes: { a: 5 },
      droppedAttributesCount: 2,
    });
  });

  it('leave out what is not there', () => {
    expect(readResource(Buffer.alloc(0))).toStrictEqual({ attributes: {} });
    expect(readScope(Buffer.alloc(0))).toStrictEqual({ name: '' });
  });
});
