import { describe, expect, it } from '@jest/globals';
import { estimateSpanBytes } from '../../../lib/delivery/span-size.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { endedSpan } from '../../support/span-source.js';

const TEXT = 'x'.repeat(10_000);
const context = endedSpan().spanContext();

/** A span as others make them: plain, with the API's forms only. */
function foreign(span: ReadableSpan): ReadableSpan {
  const { name, attributes, events, links } = span;
  return { name, attributes, events, links } as unknown as ReadableSpan;
}

describe('estimateSpanBytes', () => {
  const bare = estimateSpanBytes(endedSpan());

  it.each([
    ['an attribute', endedSpan('a', (span) => span.setAttribute('text', TEXT))],
    [
      'an element of an attribute',
      endedSpan('a', (span) => span.setAttribute('text', ['a', TEXT])),
    ],
    ['an event', endedSpan('a', (span) => span.addEvent('e', { text: TEXT }))],
    ['a link', endedSpan('a', (span) => span.addLink({ context, attributes: { text: TEXT } }))],
  ])('sees a long text in %s, in spans of both kinds', (_, span) => {
    for (const each of [span, foreign(span)]) {
      expect(estimateSpanBytes(each)).toBeGreaterThan(bare + TEXT.length - 1);
      expect(estimateSpanBytes(each)).toBeLessThan(bare + TEXT.length + 500);
    }
  });

  it('estimates spans of both kinds alike', () => {
    const span = endedSpan('a', (filled) => {
      filled.setAttributes({ number: 1, flag: true, list: [1, 2, 3], text: 'some words' });
      filled.addEvent('e', { a: 'b' }).addLink({ context });
    });
    expect(estimateSpanBytes(foreign(span))).toBe(estimateSpanBytes(span));
  });

  it('counts a span with nothing in it as some hundred bytes', () => {
    expect(bare).toBe(400);
  });
});
