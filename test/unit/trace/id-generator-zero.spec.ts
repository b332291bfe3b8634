import { describe, expect, it, jest } from '@jest/globals';

let fills = 0;

jest.unstable_mockModule('node:crypto', () => ({
  randomFillSync: (bytes: Buffer) => bytes.fill(fills++ === 0 ? 0 : 0xab),
  randomUUID: () => 'unused',
}));

const { RandomIdGenerator } = await import('../../../lib/trace/id-generator.js');

describe('RandomIdGenerator on a source that gives zeros at first', () => {
  it.each(['generateTraceId', 'generateSpanId'] as const)('%s never makes a zero id', (method) => {
    fills = 0;
    const id = new RandomIdGenerator()[method]();
    expect(id).toMatch(/^(ab)+$/);
    expect(fills).toBe(2);
  });
});
