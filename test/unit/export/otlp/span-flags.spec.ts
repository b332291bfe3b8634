import { describe, expect, it } from '@jest/globals';
import { spanFlags } from '../../../../lib/export/otlp/span-flags.js';

describe('spanFlags', () => {
  it.each<[number, boolean | undefined, number]>([
    [0x00, undefined, 0x100],
    [0x01, undefined, 0x101],
    [0x03, false, 0x103],
    [0x01, true, 0x301],
    [0xfff, true, 0x3ff],
  ])('of the flags %i, remote: %p', (traceFlags, isRemote, flags) => {
    expect(spanFlags(traceFlags, isRemote)).toBe(flags);
  });
});
