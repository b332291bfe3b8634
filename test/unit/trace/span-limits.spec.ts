import { describe, expect, it } from '@jest/globals';
import { createSpanLimits, type SpanLimits } from '../../../lib/trace/index.js';

const DEFAULTS: SpanLimits = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Number.POSITIVE_INFINITY,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};

describe('createSpanLimits', () => {
  it('are those of the specification where none is given', () => {
    expect(createSpanLimits()).toEqual(DEFAULTS);
    expect(createSpanLimits({})).toEqual(DEFAULTS);
  });

  it('take what is given, 0 and Infinity too, and leave the rest', () => {
    const given = { attributeCountLimit: 0, eventCountLimit: Number.POSITIVE_INFINITY };
    expect(createSpanLimits(given)).toEqual({ ...DEFAULTS, ...given });
  });

  it('take undefined for not given', () => {
    expect(createSpanLimits({ linkCountLimit: undefined } as Partial<SpanLimits>)).toEqual(
      DEFAULTS,
    );
  });

  it.each<[string, unknown]>([
    ['attributeCountLimit', -1],
    ['attributeCountLimit', 1.5],
    ['eventCountLimit', '10'],
    ['linkCountLimit', Number.NaN],
    ['linkCountLimit', Number.NEGATIVE_INFINITY],
    ['attributeValueLengthLimit', null],
    ['attributesLimit', 10],
    ['toString', 10],
  ])('refuse %s: %p', (name, value) => {
    expect(() => createSpanLimits({ [name]: value })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(`spanLimits.${name} must be a known limit`),
      }),
    );
  });
});
