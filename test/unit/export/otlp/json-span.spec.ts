import { describe, expect, it } from '@jest/globals';
import type { HrTime } from '@opentelemetry/api';
import { toJsonSpan, toKeyValues, wellFormed } from '../../../../lib/export/otlp/json-span.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { endedSpan } from '../span-source.js';
import { expectedSpan } from './expected-otlp.js';
import type { OtlpJson } from './read-otlp.js';
import { sampleSpans } from './sample-spans.js';

function written(span: ReadableSpan): OtlpJson {
  return JSON.parse(JSON.stringify(toJsonSpan(span))) as OtlpJson;
}

/** The expectation in the terms of JSON, which has no words for some doubles. */
function inJson(expected: OtlpJson): OtlpJson {
  const text = JSON.stringify(expected, (member, value) =>
    member === 'doubleValue' && !Number.isFinite(value) ? String(value) : value,
  );
  return JSON.parse(text) as OtlpJson;
}

describe('toJsonSpan', () => {
  it.each(sampleSpans().filter(([name]) => !/values|events|links/.test(name)))(
    'writes %s',
    (_, span) => {
      expect(written(span)).toEqual({ name: '', ...inJson(expectedSpan(span)) });
    },
  );

  it.each(sampleSpans().filter(([name]) => /values|events|links/.test(name)))(
    'writes %s, with empty arrays shown',
    (_, span) => {
      const text = JSON.stringify(inJson(expectedSpan(span)));
      const expected = text.replaceAll('{"arrayValue":{}}', '{"arrayValue":{"values":[]}}');
      expect(written(span)).toEqual(JSON.parse(expected));
    },
  );

  it.each<[HrTime, string]>([
    [[0, 0], '0'],
    [[0, 5], '5'],
    [[1_700_000_000, 5], '1700000000000000005'],
    [[1_700_000_000, 1_000_000_000], '1700000001000000000'],
  ])('writes the time %j in digits', (time, digits) => {
    const span = { ...endedSpan(), spanContext: () => endedSpan().spanContext() };
    Object.assign(span, { startTime: time, endTime: time, attributes: {}, events: [], links: [] });
    Object.assign(span, { status: { code: 0 } });
    expect(written(span as unknown as ReadableSpan).startTimeUnixNano).toBe(digits);
  });
});

describe('toKeyValues', () => {
  it('is nothing for no attributes', () => {
    expect([toKeyValues({}), toKeyValues(undefined)]).toEqual([undefined, undefined]);
  });

  it('has an empty value for what is no attribute value', () => {
    const odd = { object: {}, bigint: 5n, circle: [] as unknown[] };
    odd.circle.push(odd.circle);
    expect(toKeyValues(odd as never)).toEqual([
      { key: 'object', value: {} },
      { key: 'bigint', value: {} },
      { key: 'circle', value: { arrayValue: { values: [{}] } } },
    ]);
  });
});

describe('wellFormed', () => {
  it.each([
    ['plain', 'plain'],
    ['🌍', '🌍'],
    ['\ud83c', '\ufffd'],
    ['\udf0d\ud83c', '\ufffd\ufffd'],
    ['a\ud83cb', 'a\ufffdb'],
  ])('makes of %j %j', (text, result) => {
    expect(wellFormed(text)).toBe(result);
  });
});
