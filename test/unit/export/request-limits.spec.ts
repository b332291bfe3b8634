import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/errors.js';
import { RequestLimits } from '../../../lib/export/request-limits.js';

const MIB = 1024 * 1024;

describe('RequestLimits', () => {
  it('fill requests up to 1 MiB, and allow longer ones up to the limit of OTLP', () => {
    expect(new RequestLimits('Owner', undefined)).toMatchObject({
      fillBytes: MIB,
      maxBytes: 64 * MIB,
    });
  });

  it('allow no longer request than the user says', () => {
    expect(new RequestLimits('Owner', 5000)).toMatchObject({ fillBytes: 5000, maxBytes: 5000 });
  });

  it.each([0, -1, 1.5, 64 * MIB + 1, Number.NaN, '1' as never])('refuse %j', (given) => {
    const create = () => new RequestLimits('Owner', given);
    expect(create).toThrow(TracingConfigError);
    expect(create).toThrow('Owner.maxRequestBytes');
  });

  it('fill half of what was refused, but not less than 16 KiB', () => {
    const limits = new RequestLimits('Owner', undefined);
    limits.shorten(200_000);
    expect(limits.fillBytes).toBe(100_000);
    limits.shorten(900_000);
    expect(limits.fillBytes).toBe(100_000);
    limits.shorten(100);
    expect(limits).toMatchObject({ fillBytes: 16 * 1024, maxBytes: 64 * MIB });
  });
});
