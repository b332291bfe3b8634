import { describe, expect, it } from '@jest/globals';
import { ProtobufEncoding } from '../../../../lib/export/otlp/protobuf-encoding.js';
import { PROTOBUF_SPANS } from '../../../../lib/export/otlp/protobuf-span.js';
import { firstItemOf, splitRequest } from '../../../../lib/export/otlp/split-request.js';
import { encodeSpans } from '../../../support/encode-spans.js';
import { expectedSpan } from './expected-otlp.js';
import { type OtlpJson, readRequest, spansOf } from './read-otlp.js';
import { sampleSpans } from './sample-spans.js';

const spans = sampleSpans().map(([, span]) => span);
const request = encodeSpans(new ProtobufEncoding(PROTOBUF_SPANS), spans).body;

describe('splitRequest', () => {
  it.each(spans.slice(1).map((_, index) => [index + 1]))(
    'puts the first %i spans into one part, and the others into the second',
    (count) => {
      const parts = splitRequest(request, count).map((part) => spansOf(readRequest(part)));
      expect(parts).toEqual([
        spans.slice(0, count).map(expectedSpan),
        spans.slice(count).map(expectedSpan),
      ]);
    },
  );

  it('repeats resources and scopes in the parts that have spans of them', () => {
    const whole = readRequest(request).resourceSpans as OtlpJson[];
    expect(whole.length).toBeGreaterThan(1);
    const [first, second] = splitRequest(request, 1).map(
      (part) => readRequest(part).resourceSpans as OtlpJson[],
    );
    expect(first).toEqual([
      {
        ...whole[0],
        scopeSpans: [{ ...whole[0]?.scopeSpans[0], spans: [whole[0]?.scopeSpans[0].spans[0]] }],
      },
    ]);
    expect(second?.at(-1)).toEqual(whole.at(-1));
  });
});

describe('firstItemOf', () => {
  it('returns the bytes of the first span', () => {
    expect(PROTOBUF_SPANS.nameOf(firstItemOf(request))).toBe(spans[0]?.name);
  });
});
