import { describe, expect, it } from '@jest/globals';
import type { HrTime } from '@opentelemetry/api';
import { jsonSpan } from '../../../../lib/export/otlp/json-span.js';
import { jsonAttributes, jsonText } from '../../../../lib/export/otlp/json-value.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { expectedSpan } from './expected-otlp.js';
import type { OtlpJson } from './read-otlp.js';
import { KNOWN_SPAN, sampleSpans } from './sample-spans.js';

function written(span: ReadableSpan): OtlpJson {
  return JSON.parse(jsonSpan(span)) as OtlpJson;
}

/** The expectation in the terms of JSON, which has no words for some doubles. */
function inJson(expected: OtlpJson): OtlpJson {
  const text = JSON.stringify(expected, (member, value) =>
    member === 'doubleValue' && !Number.isFinite(value) ? String(value) : value,
  );
  return JSON.parse(
    text.replaceAll('{"arrayValue":{}}', '{"arrayValue":{"values":[]}}'),
  ) as OtlpJson;
}

describe('jsonSpan', () => {
  it.each(sampleSpans())('writes %s', (_, span) => {
    expect(written(span)).toEqual({ name: '', ...inJson(expectedSpan(span)) });
  });

  it.each(sampleSpans())('writes %s the same from its API form', (_, span) => {
    const foreign = new Proxy(span, { getPrototypeOf: () => Object.prototype });
    expect(written(foreign)).toEqual(written(span));
  });

  it.each<[HrTime, string]>([
    [[0, 0], '0'],
    [[0, 5], '5'],
    [[1_700_000_000, 5], '1700000000000000005'],
    [[1_700_000_000, 1_000_000_000], '1700000001000000000'],
  ])('writes the time %j in digits', (time, digits) => {
    const span = { ...KNOWN_SPAN, startTime: time, endTime: time };
    expect(written(span)).toMatchObject({ startTimeUnixNano: digits, endTimeUnixNano: digits });
  });
});

describe('jsonAttributes', () => {
  it('is nothing for no attributes', () => {
    expect([jsonAttributes({}), jsonAttributes(undefined)]).toEqual(['', '']);
  });

  it('has an empty value for what is no attribute value', () => {
    const odd = { object: {}, bigint: 5n, circle: [] as unknown[] };
    odd.circle.push(odd.circle);
    expect(jsonAttributes(odd as never)).toBe(
      ',"attributes":[{"key":"object","value":{}},{"key":"bigint","value":{}},' +
        '{"key":"circle","value":{"arrayValue":{"values":[{}]}}}]',
    );
  });

  it('keeps a value that is an array in one piece', () => {
    expect(jsonAttributes({ a: ['b', 'c'] })).toBe(
      ',"attributes":[{"key":"a","value":{"arrayValue":{"values":[{"stringValue":"b"},{"stringValue":"c"}]}}}]',
    );
  });
});

describe('jsonText', () => {
  it.each([
    ['plain', '"plain"'],
    ['', '""'],
    ['"\\\n\u0000', '"\\"\\\\\\n\\u0000"'],
    ['🌍', '"🌍"'],
    ['\ud83c', '"\ufffd"'],
    ['\udf0d\ud83c', '"\ufffd\ufffd"'],
    ['a\ud83cb 🌍', '"a\ufffdb 🌍"'],
  ])('makes of %j %j', (text, json) => {
    expect(jsonText(text)).toBe(json);
  });

  it('makes a text of what is none', () => {
    expect([jsonText(5 as never), jsonText(undefined as never)]).toEqual(['"5"', '"undefined"']);
  });
});
