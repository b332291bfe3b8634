import { describe, expect, it } from '@jest/globals';
import {
  endedSpan,
  endedSpans,
  ladenSpan,
  spansOfOtherSdk,
  unreadableSpan,
} from '../../../../lib/testing/contracts/ended-spans.js';
import { stockSpans } from '../../../support/stock-spans.js';

describe('the spans of the contract', () => {
  it('have ended, in the order of their names', () => {
    const spans = endedSpans(3);
    expect(spans.map(({ name }) => name)).toEqual(['work 0', 'work 1', 'work 2']);
    expect(spans.every(({ ended }) => ended)).toBe(true);
  });

  it('contain what is done before the end', () => {
    const span = endedSpan('work', (open) => open.setAttribute('a', 1));
    expect(span.attributes).toEqual({ a: 1 });
  });

  it('contain attributes of each kind, an event, a link, an exception and odd characters', () => {
    const { name, attributes, events, links, status } = ladenSpan();
    expect(name).toContain('\ud800');
    expect(attributes).toMatchObject({ huge: 2 ** 60, flag: false, numbers: [1, 2.5] });
    expect(events.map((event) => event.name)).toEqual(['event', 'exception']);
    expect([links.length, status.code]).toEqual([1, 2]);
  });

  it('include one whose name cannot be read', () => {
    const span = unreadableSpan();
    expect(() => span.name).toThrow('unreadable');
    expect(span.kind).toBe(0);
  });

  it('have every member of those of OpenTelemetry’s SDK that exporters read', () => {
    const read = (span: object) =>
      Object.keys(span).filter((key) => !key.startsWith('_') && key !== 'parentSpanContext');
    const members = new Set(stockSpans().flatMap(read));
    const [root, child] = spansOfOtherSdk().map((span) => Object.keys(span));
    expect([...members].filter((key) => !root?.includes(key))).toEqual([]);
    expect(child).toContain('parentSpanContext');
    expect(spansOfOtherSdk()[0]?.instrumentationScope).toEqual({ name: 'other', version: '1.2.3' });
  });
});
