import { describe, expect, it } from '@jest/globals';
import { ProtobufEncoding } from '../../../../lib/export/otlp/protobuf-encoding.js';
import type { ReadableSpan, Resource } from '../../../../lib/trace/index.js';
import { endedSpan, endedSpans } from '../../../support/span-source.js';
import { expectedSpan } from './expected-otlp.js';
import { type OtlpJson, readRequest, spansOf } from './read-otlp.js';
import { KNOWN_SPAN, sampleSpans } from './sample-spans.js';

const rotten = {
  ...KNOWN_SPAN,
  get attributes(): never {
    throw new Error('rotten');
  },
};
const rootless = {
  ...KNOWN_SPAN,
  get resource(): never {
    throw new Error('no root');
  },
};

function batchOf(spans: readonly ReadableSpan[]) {
  const batch = new ProtobufEncoding().startBatch();
  const byteCounts = spans.map((span) => batch.add(span));
  return { batch, byteCounts };
}

describe('ProtobufBatch', () => {
  it('writes what its encoding writes of the same spans at once', async () => {
    const spans = sampleSpans().map(([, span]) => span);
    const atOnce = await new ProtobufEncoding().encode(spans);
    expect(batchOf(spans).batch.finish().body).toEqual(atOnce.body);
  });

  it('keeps its bytes and gives back its memory when it is sealed', async () => {
    const spans = sampleSpans().map(([, span]) => span);
    const atOnce = await new ProtobufEncoding().encode(spans);
    const encoding = new ProtobufEncoding();
    const [first, second] = [encoding.startBatch(), encoding.startBatch()];
    for (const span of spans) first.add(span);
    first.seal();
    for (const span of endedSpans(100)) second.add(span);
    second.seal();
    second.seal();
    expect(first.finish().body).toEqual(atOnce.body);
    expect(spansOf(readRequest(second.finish().body))).toHaveLength(100);
  });

  it('is not touched by what becomes of a span later', () => {
    const span = endedSpan('first');
    const expected = expectedSpan(span);
    const { batch } = batchOf([span]);
    span.name = 'changed';
    expect(spansOf(readRequest(batch.finish().body))).toEqual([expected]);
  });

  it('sorts spans that come mixed by resource and scope', () => {
    const [resource, other] = ['a', 'b'].map((name) => ({ attributes: { name } }) as never);
    const [scope, second] = ['s', 't'].map((name) => ({ name }));
    const of = (name: string, ofResource: Resource, instrumentationScope: unknown) =>
      ({ ...KNOWN_SPAN, name, resource: ofResource, instrumentationScope }) as ReadableSpan;
    const { batch } = batchOf([
      of('1', resource as never, scope),
      of('2', other as never, scope),
      of('3', resource as never, second),
      of('4', resource as never, scope),
    ]);
    expect([...batch.resources]).toEqual([resource, other]);
    const request = readRequest(batch.finish().body);
    const names = (request.resourceSpans as OtlpJson[]).map(({ scopeSpans }) =>
      (scopeSpans as OtlpJson[]).map(({ scope: { name }, spans }) => [
        name,
        ...(spans as OtlpJson[]).map((span) => span.name),
      ]),
    );
    expect(names).toEqual([
      [
        ['s', '1', '4'],
        ['t', '3'],
      ],
      [['s', '2']],
    ]);
  });

  it('leaves out what cannot be read, and keeps what came before', () => {
    const { batch, byteCounts } = batchOf([KNOWN_SPAN, rotten, rootless, KNOWN_SPAN]);
    expect(byteCounts.map((count) => count > 0)).toEqual([true, false, false, true]);
    const { body, skippedCount, skipCause } = batch.finish();
    expect(spansOf(readRequest(body))).toHaveLength(2);
    expect([skippedCount, skipCause]).toEqual([2, new Error('rotten')]);
  });

  it('says what a resource knows when the batch is finished', () => {
    const resource = { attributes: {}, asyncAttributesPending: true };
    const { batch } = batchOf([{ ...KNOWN_SPAN, resource: resource as unknown as Resource }]);
    resource.attributes = { found: 'out' };
    const [first] = readRequest(batch.finish().body).resourceSpans as OtlpJson[];
    expect(first?.resource.attributes).toEqual([{ key: 'found', value: { stringValue: 'out' } }]);
  });
});
