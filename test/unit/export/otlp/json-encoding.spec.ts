import { describe, expect, it } from '@jest/globals';
import { JsonEncoding } from '../../../../lib/export/otlp/json-encoding.js';
import { JSON_SPANS } from '../../../../lib/export/otlp/json-span.js';
import { ProtobufEncoding } from '../../../../lib/export/otlp/protobuf-encoding.js';
import { PROTOBUF_SPANS } from '../../../../lib/export/otlp/protobuf-span.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { encodeSpans } from '../../../support/encode-spans.js';
import { endedSpans } from '../../../support/span-source.js';
import { type OtlpJson, readRequest, spansOf } from './read-otlp.js';
import { KNOWN_SPAN, localChild, remoteChild } from './sample-spans.js';

/** What {@link KNOWN_SPAN} is in JSON, typed from the protocol's example. */
const KNOWN_JSON = `{
  "resourceSpans": [
    {
      "resource": {
        "attributes": [{ "key": "service.name", "value": { "stringValue": "orders" } }]
      },
      "schemaUrl": "https://r",
      "scopeSpans": [
        {
          "scope": { "name": "shop", "version": "1.0" },
          "spans": [
            {
              "traceId": "000102030405060708090a0b0c0d0e0f",
              "spanId": "1011121314151617",
              "parentSpanId": "2021222324252627",
              "flags": 769,
              "name": "GET /a",
              "kind": 2,
              "startTimeUnixNano": "1700000000000250000",
              "endTimeUnixNano": "1700000000000750000",
              "attributes": [
                { "key": "http.status", "value": { "intValue": "500" } },
                { "key": "ok", "value": { "boolValue": false } }
              ],
              "droppedAttributesCount": 3,
              "events": [{ "timeUnixNano": "1700000001000500001", "name": "e" }],
              "status": { "message": "no", "code": 2 }
            }
          ]
        }
      ]
    }
  ]
}`;

const encoding = new JsonEncoding(JSON_SPANS);

async function encodeAndRead(spans: ReadableSpan[]): Promise<OtlpJson> {
  return JSON.parse(encodeSpans(encoding, spans).body.toString()) as OtlpJson;
}

describe('JsonEncoding', () => {
  it('writes what the protocol says', async () => {
    expect(await encodeAndRead([KNOWN_SPAN])).toEqual(JSON.parse(KNOWN_JSON));
  });

  it('writes the same message as the binary form', async () => {
    const spans = [...endedSpans(3), localChild(), remoteChild(), KNOWN_SPAN];
    const { body } = encodeSpans(new ProtobufEncoding(PROTOBUF_SPANS), spans);
    expect(await encodeAndRead(spans)).toEqual(readRequest(body));
  });

  it('writes no resource for no spans', async () => {
    expect(await encodeAndRead([])).toEqual({ resourceSpans: [] });
  });

  it('leaves out spans that throw when they are read, and says how many', async () => {
    const rotten = {
      ...KNOWN_SPAN,
      get status(): never {
        throw new Error('rotten');
      },
    };
    const { body, skippedCount, skipCause } = encodeSpans(encoding, [rotten, KNOWN_SPAN, rotten]);
    expect(spansOf(JSON.parse(body.toString()) as OtlpJson)).toHaveLength(1);
    expect([skippedCount, skipCause]).toEqual([2, new Error('rotten')]);
  });
});
