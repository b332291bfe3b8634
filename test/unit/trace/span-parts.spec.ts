import { afterEach, describe, expect, it } from '@jest/globals';
import type { Attributes, SpanContext } from '@opentelemetry/api';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';
import {
  createEvent,
  createLink,
  toRecordedLink,
  toTimedEvent,
} from '../../../lib/trace/span-parts.js';

const CONTEXT: SpanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const TOO_MANY: Attributes = { a: 'long text', b: 2, c: 3 };

describe('the parts of a span', () => {
  let tracing: TestTracing;
  const core = (limits = {}) => {
    tracing = createTestTracing({ spanLimits: limits });
    return tracing.provider.core;
  };

  afterEach(() => tracing.close());

  it('hold an event with as many attributes as an event may have', () => {
    const limits = { attributePerEventCountLimit: 2, attributeValueLengthLimit: 4 };
    expect(createEvent(core(limits), 'retry', 2.5, TOO_MANY)).toEqual({
      name: 'retry',
      millis: 2.5,
      attributeList: ['a', 'long', 'b', 2],
      droppedAttributesCount: 1,
    });
  });

  it('hold a link with as many attributes as a link may have, and what was dropped before', () => {
    const limits = { attributePerLinkCountLimit: 2, attributeValueLengthLimit: 4 };
    const link = { context: CONTEXT, attributes: TOO_MANY, droppedAttributesCount: 3 };
    expect(createLink(core(limits), link)).toEqual({
      context: CONTEXT,
      attributeList: ['a', 'long', 'b', 2],
      droppedAttributesCount: 4,
    });
  });

  it.each([[undefined], [null]])('hold no list where the attributes are %p', (attributes) => {
    const none = attributes as undefined;
    expect(createEvent(core(), 'retry', 0, none).attributeList).toBeUndefined();
    expect(createLink(core(), { context: CONTEXT, attributes: none }).attributeList).toBe(
      undefined,
    );
  });

  it('count attributes that are none', () => {
    const invalid = { bad: {}, '': 1 } as unknown as Attributes;
    const own = core();
    expect(createEvent(own, 'retry', 0, invalid).droppedAttributesCount).toBe(2);
    expect(createLink(own, { context: CONTEXT, attributes: invalid })).toMatchObject({
      droppedAttributesCount: 2,
    });
    expect(own.invalidAttributeCount).toBe(4);
    expect(tracing.warnings).toHaveLength(1);
  });

  it('are copies: what is changed later does not reach them', () => {
    const attributes: Attributes = { tags: ['a'] };
    const event = createEvent(core(), 'retry', 0, attributes);
    (attributes.tags as string[]).push('b');
    attributes.more = 1;
    expect(event.attributeList).toEqual(['tags', ['a']]);
  });

  it('show a link as it was given', () => {
    const link = { context: CONTEXT, attributes: { reason: 'batch' }, droppedAttributesCount: 1 };
    expect(toRecordedLink(createLink(core(), link))).toEqual(link);
  });

  it('show an event with its time of day', () => {
    const event = createEvent(core(), 'retry', 1000.000_001, { attempt: 1 });
    expect(toTimedEvent(event, 5000)).toEqual({
      name: 'retry',
      time: [6, 1],
      attributes: { attempt: 1 },
      droppedAttributesCount: 0,
    });
  });
});
