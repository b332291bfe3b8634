import { describe, expect, it } from '@jest/globals';
import { ThriftEncoding } from '../../../../lib/export/jaeger/thrift-encoding.js';
import type { ReadableSpan, Resource } from '../../../../lib/trace/index.js';
import { encodeSpans } from '../../../support/encode-spans.js';
import { endedSpans } from '../../../support/span-source.js';
import { KNOWN_SPAN, sampleSpans } from '../otlp/sample-spans.js';
import { readBatch, valuesOf } from './read-batch.js';

/** A batch with {@link KNOWN_SPAN}, put together by hand from `jaeger.thrift` and the protocol. */
const KNOWN_BATCH = `
0c 0001                                       process: struct
  0b 0001 00000006 6f7264657273               serviceName: orders
  0f 0002 0c 00000000                         tags: none
00                                            end of the process
0f 0002 0c 00000001                           spans: one struct
  0a 0001 08090a0b0c0d0e0f                    traceIdLow
  0a 0002 0001020304050607                    traceIdHigh
  0a 0003 1011121314151617                    spanId
  0a 0004 2021222324252627                    parentSpanId
  0b 0005 00000006 474554202f61               operationName: GET /a
  0f 0006 0c 00000001                         references: one struct
    08 0001 00000000                          refType: CHILD_OF
    0a 0002 08090a0b0c0d0e0f                  traceIdLow
    0a 0003 0001020304050607                  traceIdHigh
    0a 0004 2021222324252627                  spanId
  00                                          end of the reference
  08 0007 00000001                            flags: sampled
  0a 0008 00060a24181e40fa                    startTime: 1700000000000250
  0a 0009 00000000000001f4                    duration: 500
  0f 000a 0c 00000009                         tags: nine structs
    0b 0001 0000000b 687474702e737461747573   key: http.status
    08 0002 00000003 0a 0006 00000000000001f4 LONG 500
    00
    0b 0001 00000002 6f6b                     key: ok
    08 0002 00000002 02 0005 00               BOOL false
    00
    0b 0001 00000009 7370616e2e6b696e64       key: span.kind
    08 0002 00000000 0b 0003 00000006 736572766572  server
    00
    0b 0001 00000010 6f74656c2e7374617475735f636f6465  otel.status_code
    08 0002 00000000 0b 0003 00000005 4552524f52  ERROR
    00
    0b 0001 00000017 6f74656c2e7374617475735f6465736372697074696f6e  otel.status_description
    08 0002 00000000 0b 0003 00000002 6e6f    STRING no
    00
    0b 0001 00000005 6572726f72               key: error
    08 0002 00000002 02 0005 01               BOOL true
    00
    0b 0001 0000000f 6f74656c2e73636f70652e6e616d65  otel.scope.name
    08 0002 00000000 0b 0003 00000004 73686f70  shop
    00
    0b 0001 00000012 6f74656c2e73636f70652e76657273696f6e  otel.scope.version
    08 0002 00000000 0b 0003 00000003 312e30  STRING 1.0
    00
    0b 0001 0000001d 6f74656c2e64726f707065645f617474726962757465735f636f756e74  dropped
    08 0002 00000003 0a 0006 0000000000000003 LONG 3
    00
  0f 000b 0c 00000001                         logs: one struct
    0a 0001 00060a24182d8434                  timestamp: 1700000001000500
    0f 0002 0c 00000001                       fields: one struct
      0b 0001 00000005 6576656e74             key: event
      08 0002 00000000 0b 0003 00000001 65    STRING e
      00
  00                                          end of the log
00                                            end of the span
00                                            end of the batch
`;

/** The digits of a text in which each line has hexadecimal digits first, then words, if any. */
function digitsOf(text: string): string {
  return text.replaceAll(/^ *((?:[0-9a-f]{2,} ?)*).*$/gm, '$1').replaceAll(/\s/g, '');
}

const encoding = new ThriftEncoding();

async function encode(spans: readonly ReadableSpan[]) {
  return readBatch(encodeSpans(encoding, spans).body);
}

describe('ThriftEncoding', () => {
  it('writes a batch as the protocol has it, byte by byte', async () => {
    const { body, skippedCount } = encodeSpans(encoding, [KNOWN_SPAN]);
    expect(body.toString('hex')).toBe(digitsOf(KNOWN_BATCH));
    expect(skippedCount).toBe(0);
  });

  it('says that it is Thrift', () => {
    expect(encoding.contentType).toBe('application/vnd.apache.thrift.binary');
  });

  it('makes the resource the process', async () => {
    const resource = {
      attributes: { 'service.name': 'orders', 'service.version': '1', 'process.pid': 7 },
    } as unknown as Resource;
    const { process } = await encode([{ ...KNOWN_SPAN, resource }]);
    expect(process.serviceName).toBe('orders');
    expect(valuesOf(process.tags)).toEqual({ 'service.version': '1', 'process.pid': 7n });
  });

  it('names a service that has no name', async () => {
    const resource = { attributes: {} } as unknown as Resource;
    const { process } = await encode([{ ...KNOWN_SPAN, resource }]);
    expect(process.serviceName).toBe('unknown_service:node');
  });

  it('writes all spans of a large batch, in order', async () => {
    const spans = endedSpans(3000);
    const batch = await encode(spans);
    expect(
      batch.spans.map(({ operationName }: { operationName: string }) => operationName),
    ).toEqual(spans.map(({ name }) => name));
  });

  it('can be read back whatever a span holds', async () => {
    const samples = sampleSpans();
    for (const [name, span] of samples) {
      const batch = await encode([span]);
      expect([name, batch.spans.length]).toEqual([name, 1]);
    }
  });

  it('leaves out spans that cannot be read, and says why', async () => {
    const rotten = Object.create(KNOWN_SPAN, {
      endTime: {
        get: () => {
          throw new Error('rotten');
        },
      },
    }) as ReadableSpan;
    const encoded = encodeSpans(encoding, [rotten, KNOWN_SPAN, rotten]);
    expect(encoded).toMatchObject({ skippedCount: 2, skipCause: new Error('rotten') });
    expect(readBatch(encoded.body).spans).toHaveLength(1);
  });
});
