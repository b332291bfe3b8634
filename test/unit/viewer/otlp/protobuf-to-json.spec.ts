import { describe, expect, it } from '@jest/globals';
import { jsonToProtobuf } from '../../../../lib/viewer/otlp/json-to-protobuf.js';
import { TRACE_REQUEST } from '../../../../lib/viewer/otlp/otlp-schema.js';
import { protobufToJson } from '../../../../lib/viewer/otlp/protobuf-to-json.js';
import {
  type OtlpMembers,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';

const VALUES: readonly OtlpMembers[] = [
  { stringValue: 'ü "quoted"\n' },
  { stringValue: '' },
  { boolValue: true },
  { boolValue: false },
  { intValue: '-9223372036854775808' },
  { doubleValue: 0.1 },
  { doubleValue: 'NaN' },
  { doubleValue: 'Infinity' },
  { bytesValue: 'AQI=' },
  { arrayValue: { values: [{ intValue: '1' }, {}] } },
  { kvlistValue: { values: [{ key: 'k', value: { stringValue: 'v' } }] } },
  {},
];

const SPAN = spanOf(1, 1, {
  traceState: 'a=1',
  parentSpanId: 'ef'.repeat(8),
  flags: 0x301,
  attributes: VALUES.map((value, index) => ({ key: `key ${index}`, value })),
  droppedAttributesCount: 1,
  events: [{ timeUnixNano: '1700000000000000001', name: 'e' }],
  links: [{ traceId: '12'.repeat(16), spanId: '34'.repeat(8), flags: 1 }],
  status: { message: 'no', code: 2 },
});

describe('protobufToJson', () => {
  it('writes the JSON from which the message came', () => {
    const json = JSON.stringify(requestOf([SPAN]));
    const message = jsonToProtobuf(Buffer.from(json), TRACE_REQUEST) as Buffer;
    expect(JSON.parse(protobufToJson(message, TRACE_REQUEST))).toEqual(requestOf([SPAN]));
  });

  it('reads what another encoder writes', () => {
    const request = requestOf([spanOf(1, 1, { kind: 3 }), spanOf(2, 2)]);
    expect(JSON.parse(protobufToJson(protobufRequest(request), TRACE_REQUEST))).toEqual(request);
  });

  it('leaves out fields that it does not know, and fields of another type', () => {
    expect(
      protobufToJson(Buffer.from('a206 01 61  08 05'.replaceAll(' ', ''), 'hex'), TRACE_REQUEST),
    ).toBe('{}');
  });

  it('writes valid JSON for damaged bytes', () => {
    const random = randomOfSeed(3);
    const json = JSON.stringify(requestOf([SPAN]));
    const message = jsonToProtobuf(Buffer.from(json), TRACE_REQUEST) as Buffer;
    for (let round = 0; round < 2_000; round++) {
      const damaged = Buffer.from(message);
      damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      expect(() => JSON.parse(protobufToJson(damaged, TRACE_REQUEST))).not.toThrow();
    }
  });

  it('does not follow values that are nested without end', () => {
    // AnyValue.array_value.values: 100,000 times, from the inside.
    let value = Buffer.alloc(0);
    const parts: Buffer[] = [];
    for (let depth = 0, length = 0; depth < 50_000; depth++) {
      for (const tag of [0x0a, 0x2a]) {
        const head = [tag];
        for (let rest = length; ; rest >>>= 7) {
          head.push(rest >= 0x80 ? (rest & 0x7f) | 0x80 : rest);
          if (rest < 0x80) break;
        }
        parts.push(Buffer.from(head));
        length += head.length;
      }
    }
    value = Buffer.concat(parts.reverse());
    const schema = TRACE_REQUEST;
    expect(() => protobufToJson(value, schema)).not.toThrow();
  });
});
