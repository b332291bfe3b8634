import { describe, expect, it } from '@jest/globals';
import type { Link } from '@opentelemetry/api';
import { createTestTracing } from '../../../lib/testing/index.js';
import { SpanDetails } from '../../../lib/trace/span-details.js';
import type { SpanEvent } from '../../../lib/trace/span-parts.js';

const event = (name: string): SpanEvent => ({
  ...{ name, millis: 1, attributeList: undefined, droppedAttributesCount: 0 },
});

describe('SpanDetails', () => {
  it('keeps the newest events, and counts those that made room', () => {
    const details = new SpanDetails();
    for (const name of ['a', 'b', 'c']) details.addEvent(event(name), 2);
    expect(details.eventList?.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(details.droppedEventsCount).toBe(1);
  });

  it('keeps no event where none is allowed', () => {
    const details = new SpanDetails();
    details.addEvent(event('a'), 0);
    expect(details.eventList).toBeUndefined();
    expect(details.droppedEventsCount).toBe(1);
  });

  it('keeps the first links, and counts what is none or beyond the limit', () => {
    const tracing = createTestTracing();
    const { core } = tracing.provider;
    const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    const details = new SpanDetails();
    details.addLink(core, undefined as unknown as Link);
    details.addLink(core, {} as Link);
    for (let turn = 0; turn <= core.spanLimits.linkCountLimit; turn++) {
      details.addLink(core, { context, attributes: { turn } });
    }
    expect(details.linkList).toHaveLength(core.spanLimits.linkCountLimit);
    expect(details.linkList?.[0]).toMatchObject({ context, attributeList: ['turn', 0] });
    expect(details.droppedLinksCount).toBe(3);
    tracing.close();
  });
});
