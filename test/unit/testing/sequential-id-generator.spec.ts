import { describe, expect, it } from '@jest/globals';
import { SequentialIdGenerator } from '../../../lib/testing/index.js';

describe('SequentialIdGenerator', () => {
  it('counts traces and spans apart, in valid ids', () => {
    const ids = new SequentialIdGenerator();
    expect(ids.generateTraceId()).toBe('00000000000000000000000000000001');
    expect(ids.generateSpanId()).toBe('0000000000000001');
    expect(ids.generateSpanId()).toBe('0000000000000002');
    expect(ids.generateTraceId()).toBe('00000000000000000000000000000002');
  });

  it('counts in hexadecimal digits', () => {
    const ids = new SequentialIdGenerator();
    const spanIds = Array.from({ length: 16 }, () => ids.generateSpanId());
    expect(spanIds.slice(9)).toEqual([
      '000000000000000a',
      '000000000000000b',
      '000000000000000c',
      '000000000000000d',
      '000000000000000e',
      '000000000000000f',
      '0000000000000010',
    ]);
  });

  it('does not claim that its ids are random', () => {
    expect(new SequentialIdGenerator().hasRandomTraceIds).toBe(false);
  });
});
