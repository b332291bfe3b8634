import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/errors.js';
import { createLogRecordLimits } from '../../../lib/trace/log-record-limits.js';

describe('createLogRecordLimits', () => {
  it('has the defaults of the specification, and takes others', () => {
    expect(createLogRecordLimits()).toEqual({
      attributeCountLimit: 128,
      attributeValueLengthLimit: Number.POSITIVE_INFINITY,
    });
    const given = { attributeCountLimit: 0, attributeValueLengthLimit: undefined };
    expect(createLogRecordLimits(given)).toEqual({
      attributeCountLimit: 0,
      attributeValueLengthLimit: Number.POSITIVE_INFINITY,
    });
  });

  it.each([
    { attributeCountLimit: -1 },
    { attributeCountLimit: 1.5 },
    { attributeValueLengthLimit: '3' as never },
    { attributeLimit: 3 } as never,
  ])('refuses %o', (limits) => {
    expect(() => createLogRecordLimits(limits)).toThrow(TracingConfigError);
    expect(() => createLogRecordLimits(limits)).toThrow(/^logRecordLimits\.attribute/);
  });
});
