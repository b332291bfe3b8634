import { describe, expect, it } from '@jest/globals';
import { MAX_VALUE_DEPTH, TOO_DEEP } from '../../../../lib/viewer/otlp/any-value.js';
import { jsonToProtobuf } from '../../../../lib/viewer/otlp/json-to-protobuf.js';
import { LOGS_REQUEST, TRACE_REQUEST } from '../../../../lib/viewer/otlp/otlp-schema.js';
import {
  type OtlpMembers,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { pick, randomOfSeed } from '../../../support/random-of-seed.js';
import { readRequest, spansOf } from '../../export/otlp/read-otlp.js';

function convert(text: string): Buffer | undefined {
  return jsonToProtobuf(Buffer.from(text), TRACE_REQUEST);
}

/** Converts a request with one span and reads it with a decoder that knows nothing of ours. */
function convertSpan(members: OtlpMembers): OtlpMembers {
  const bytes = convert(JSON.stringify(requestOf([spanOf(1, 1, members)])));
  return spansOf(readRequest(bytes as Buffer))[0] as OtlpMembers;
}

function convertValue(value: string): OtlpMembers {
  const text = JSON.stringify(
    requestOf([spanOf(1, 1, { attributes: [{ key: 'k', value: 'HERE' }] })]),
  );
  const bytes = convert(text.replace('"HERE"', value)) as Buffer;
  return (spansOf(readRequest(bytes))[0] as OtlpMembers).attributes[0].value;
}

const FULL_REQUEST: OtlpMembers = {
  resourceSpans: [
    {
      resource: {
        attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }],
        droppedAttributesCount: 2,
      },
      scopeSpans: [
        {
          scope: { name: 'shop', version: '1', droppedAttributesCount: 1 },
          spans: [
            {
              traceId: 'ab'.repeat(16),
              spanId: 'cd'.repeat(8),
              traceState: 'a=1',
              parentSpanId: 'ef'.repeat(8),
              flags: 0x301,
              name: 'GET /ü "quoted"\n',
              kind: 2,
              startTimeUnixNano: '1700000000000250001',
              endTimeUnixNano: '1700000000000750001',
              attributes: [
                { key: 'text', value: { stringValue: '' } },
                { key: 'flag', value: { boolValue: false } },
                { key: 'negative', value: { intValue: '-9007199254740993' } },
                { key: 'double', value: { doubleValue: 0.1 } },
                {
                  key: 'list',
                  value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } },
                },
                {
                  key: 'map',
                  value: { kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } },
                },
              ],
              droppedAttributesCount: 3,
              events: [{ timeUnixNano: '5', name: 'e', droppedAttributesCount: 4 }],
              droppedEventsCount: 5,
              links: [{ traceId: '12'.repeat(16), spanId: '34'.repeat(8), flags: 1 }],
              droppedLinksCount: 6,
              status: { message: 'no', code: 2 },
            },
          ],
          schemaUrl: 'https://s',
        },
      ],
      schemaUrl: 'https://r',
    },
  ],
};

describe('jsonToProtobuf', () => {
  it('writes the message that another encoder writes', () => {
    const converted = convert(JSON.stringify(FULL_REQUEST)) as Buffer;
    expect(readRequest(converted)).toEqual(readRequest(protobufRequest(FULL_REQUEST)));
    // The same message, so also the same number of bytes.
    expect(converted.length).toBe(protobufRequest(FULL_REQUEST).length);
  });

  it('reads white space, any order of members, and members that it does not know', () => {
    const [resource] = FULL_REQUEST.resourceSpans;
    const reversed = Object.fromEntries(Object.entries(resource).reverse());
    const text = JSON.stringify({ x: [{ y: ['}'] }], resourceSpans: [reversed], z: null }, null, 3);
    expect(readRequest(convert(text) as Buffer)).toEqual(
      readRequest(protobufRequest(FULL_REQUEST)),
    );
  });

  it('reads numbers of 64 bits exactly, as texts and as numbers', () => {
    const nanos = '1700000000123456789';
    const text = JSON.stringify(requestOf([spanOf(1, 1, { startTimeUnixNano: nanos })]));
    for (const written of [text, text.replace(`"${nanos}"`, nanos)]) {
      const [span] = spansOf(readRequest(convert(written) as Buffer));
      expect(span?.startTimeUnixNano).toBe(nanos);
    }
  });

  it.each<[string, OtlpMembers]>([
    ['{"intValue":5}', { intValue: '5' }],
    ['{"intValue":"-5"}', { intValue: '-5' }],
    ['{"intValue":"9223372036854775807"}', { intValue: '9223372036854775807' }],
    ['{"intValue":-9223372036854775808}', { intValue: '-9223372036854775808' }],
    ['{"intValue":1e3}', { intValue: '1000' }],
    ['{"doubleValue":5}', { doubleValue: 5 }],
    ['{"doubleValue":"NaN"}', { doubleValue: NaN }],
    ['{"doubleValue":"-Infinity"}', { doubleValue: -Infinity }],
    ['{"bytesValue":"AQI="}', { bytesValue: '0102' }],
    ['{"stringValue":"\\ud83d\\ude00"}', { stringValue: '😀' }],
    ['{"stringValue":"\\ud83d"}', { stringValue: '\ufffd' }],
    ['{"stringV\\u0061lue":"a"}', { stringValue: 'a' }],
    ['{}', {}],
    ['{"stringValue":null}', {}],
  ])('reads the value %s', (text, value) => {
    expect(convertValue(text)).toEqual(value);
  });

  it('reads the names of enums', () => {
    const span = convertSpan({ kind: 'SPAN_KIND_CLIENT', status: { code: 'STATUS_CODE_ERROR' } });
    expect([span.kind, span.status.code]).toEqual([3, 2]);
  });

  it('gives an invalid id on as no bytes, so that its span is refused', () => {
    const span = convertSpan({ traceId: 'not an id', spanId: 'abc' });
    expect([span.name, span.traceId, span.spanId]).toEqual(['span 1', undefined, undefined]);
  });

  it('reads several requests, as in a file with one in each line', () => {
    const line = JSON.stringify(requestOf([spanOf(1, 1)]));
    expect(spansOf(readRequest(convert(`${line}\n${line}\n`) as Buffer))).toHaveLength(2);
  });

  it('names values that are nested too deeply', () => {
    const nested = (depth: number): string =>
      depth === 0 ? '{"stringValue":"x"}' : `{"arrayValue":{"values":[${nested(depth - 1)}]}}`;
    let value = convertValue(nested(MAX_VALUE_DEPTH + 1));
    for (let depth = 0; depth < MAX_VALUE_DEPTH; depth++) [value] = value.arrayValue.values;
    expect(value).toEqual({ stringValue: TOO_DEEP });
  });

  it.each([
    '',
    'null',
    '[]',
    '{',
    '{"resourceSpans":[',
    '{"resourceSpans":{}}',
    '{"resourceSpans":[1]}',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":1}]}]}]}',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"\\x"}]}]}]}',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"SPAN_KIND_OTHER"}]}]}]}',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"soon"}]}]}]}',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":""}]}]}]}',
    '{"resourceSpans":[]} x',
    `{"x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
  ])('refuses %.80s', (text) => {
    expect(convert(text)).toBeUndefined();
  });

  it.each([7, 8])('survives damaged text (seed %i)', (seed) => {
    const random = randomOfSeed(seed);
    const text = JSON.stringify(FULL_REQUEST);
    for (let round = 0; round < 3_000; round++) {
      const damaged = Buffer.from(text);
      for (let hits = 0; hits < 2; hits++) {
        const byte = pick(random, [...Buffer.from('{}[]",:\\0x')]);
        damaged[Math.floor(random() * damaged.length)] = byte;
      }
      const cut = damaged.subarray(0, Math.floor(random() * 2 * damaged.length));
      const converted = jsonToProtobuf(cut, TRACE_REQUEST);
      if (converted !== undefined) expect(() => readRequest(converted)).not.toThrow();
    }
  });

  it('writes logs, by hand from `logs.proto`', () => {
    const request = {
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                {
                  timeUnixNano: '1',
                  observedTimeUnixNano: '2',
                  severityNumber: 'SEVERITY_NUMBER_WARN2',
                  severityText: 'W',
                  body: { stringValue: 'b' },
                  traceId: '01'.repeat(16),
                  spanId: '02'.repeat(8),
                  flags: 1,
                },
              ],
            },
          ],
        },
      ],
    };
    const record = [
      '09 0100000000000000', // time_unix_nano
      '59 0200000000000000', // observed_time_unix_nano
      '10 0e', // severity_number
      '1a 01 57', // severity_text
      '2a 03 0a 01 62', // body
      `4a 10 ${'01'.repeat(16)}`,
      `52 08 ${'02'.repeat(8)}`,
      '45 01000000', // flags
    ].join('');
    const hex = `0a 41 12 3f 12 3d ${record}`.replaceAll(' ', '');
    const converted = jsonToProtobuf(Buffer.from(JSON.stringify(request)), LOGS_REQUEST);
    expect(converted?.toString('hex')).toBe(hex);
  });
});
