import { afterEach, describe, expect, it } from '@jest/globals';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import { type AttributeList, type SpanPlan, TracingContext } from '../../../lib/context/index.js';
import { AlwaysOffSampler, AlwaysOnSampler, type Sampler } from '../../../lib/sampling/index.js';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';
import type { Clock } from '../../../lib/trace/index.js';

interface Order {
  readonly id: string;
}

describe('a planned span', () => {
  let tracing: TestTracing<Clock>;
  let readCount = 0;

  afterEach(() => {
    tracing.close();
    readCount = 0;
  });

  const plan: SpanPlan<Order> = {
    kind: SpanKind.CONSUMER,
    attributesOf({ id }): AttributeList {
      readCount++;
      return ['order.id', id, 'order.count', 1];
    },
  };

  function start(options: Parameters<typeof createTestTracing>[0]) {
    tracing = createTestTracing(options);
    return tracing.tracer.startPlannedSpan('order', plan, { id: 'o-1' }, TracingContext.ROOT);
  }

  it('has the kind of the plan, and its attributes', () => {
    start({ sampler: new AlwaysOnSampler() }).end();
    expect(tracing.recorder.takeSpan()).toMatchObject({
      name: 'order',
      kind: SpanKind.CONSUMER,
      attributes: { 'order.id': 'o-1', 'order.count': 1 },
    });
    expect(readCount).toBe(1);
  });

  it('reads no attributes if it is not recorded and the sampler ignores them', () => {
    expect(start({ sampler: new AlwaysOffSampler() }).isRecording()).toBe(false);
    expect(readCount).toBe(0);
  });

  it.each([0, 2] as const)('gives them to a sampler that reads them, decision %d', (decision) => {
    let seen: Attributes | undefined;
    const sampler: Sampler = {
      shouldSample(_context, _traceId, _name, _kind, attributes) {
        seen = attributes;
        return { decision };
      },
      toString: () => 'reading',
    };
    start({ sampler }).end();
    expect(seen).toEqual({ 'order.id': 'o-1', 'order.count': 1 });
    expect(readCount).toBe(1);
    if (decision === 2) expect(tracing.recorder.takeSpan().attributes).toEqual(seen);
  });

  it('keeps the limits', () => {
    start({ spanLimits: { attributeCountLimit: 1, attributeValueLengthLimit: 2 } }).end();
    expect(tracing.recorder.takeSpan()).toMatchObject({
      attributes: { 'order.id': 'o-' },
      droppedAttributesCount: 1,
    });
  });

  it('is the unsampled parent below one, and nothing where tracing is suppressed', () => {
    const parent = start({ sampler: new AlwaysOffSampler() });
    const { tracer } = tracing;
    const below = TracingContext.ROOT.withSpan(parent);
    expect(tracer.startPlannedSpan('order', plan, { id: 'o-2' }, below)).toBe(parent);
    const suppressed = tracer.startPlannedSpan(
      'order',
      plan,
      { id: 'o-3' },
      TracingContext.SUPPRESSED,
    );
    expect(suppressed.isRecording()).toBe(false);
    expect(readCount).toBe(0);
  });
});
