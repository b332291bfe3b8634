import { describe, expect, it } from '@jest/globals';
import { ZipkinEncoding } from '../../../../lib/export/zipkin/zipkin-encoding.js';
import type { ReadableSpan } from '../../../../lib/trace/index.js';
import { encodeSpans } from '../../../support/encode-spans.js';
import { endedSpans } from '../../../support/span-source.js';
import { KNOWN_SPAN, sampleSpans } from '../otlp/sample-spans.js';

/** What {@link KNOWN_SPAN} is to Zipkin, put together by hand from `zipkin2-api.yaml`. */
const KNOWN_JSON =
  '[{"traceId":"000102030405060708090a0b0c0d0e0f","id":"1011121314151617",' +
  '"parentId":"2021222324252627","name":"get /a","kind":"SERVER",' +
  '"timestamp":1700000000000250,"duration":500,"localEndpoint":{"serviceName":"orders"},' +
  '"annotations":[{"timestamp":1700000001000500,"value":"e"}],' +
  '"tags":{"http.status":"500","ok":"false","otel.status_code":"ERROR","error":"no",' +
  '"otel.scope.name":"shop","otel.scope.version":"1.0","otel.dropped_attributes_count":"3"}}]';

const encoding = new ZipkinEncoding();

describe('ZipkinEncoding', () => {
  it('writes spans as the protocol has them, letter by letter', async () => {
    expect(encodeSpans(encoding, [KNOWN_SPAN]).body.toString()).toBe(KNOWN_JSON);
    expect(encoding.contentType).toBe('application/json');
  });

  it('writes all spans of a large batch, in order', async () => {
    const spans = endedSpans(3000);
    const { body } = encodeSpans(encoding, spans);
    const ids = (JSON.parse(body.toString()) as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(spans.map((span) => span.spanContext().spanId));
  });

  it('keeps to the forms of the API whatever a span holds', async () => {
    const { body } = encodeSpans(
      encoding,
      sampleSpans().map(([, span]) => span),
    );
    for (const span of JSON.parse(body.toString()) as Record<string, unknown>[]) {
      expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(span.id).toMatch(/^[0-9a-f]{16}$/);
      expect(span.duration).toBeGreaterThanOrEqual(1);
      for (const value of Object.values(span.tags as object)) expect(typeof value).toBe('string');
      for (const { timestamp, value } of (span.annotations ?? []) as Record<string, unknown>[]) {
        expect([Number.isInteger(timestamp), typeof value]).toEqual([true, 'string']);
      }
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
    expect(encoded.body.toString()).toBe(KNOWN_JSON);
  });
});
