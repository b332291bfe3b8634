import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  backoffMillis,
  createRetryPolicy,
  type ExporterRetryOptions,
  parseRetryAfter,
} from '../../../../lib/export/transport/retry-policy.js';

describe('createRetryPolicy', () => {
  it('has the defaults of OpenTelemetry', () => {
    expect(createRetryPolicy('Owner')).toEqual({
      maxRetries: 5,
      initialBackoffMillis: 1000,
      maxBackoffMillis: 5000,
      multiplier: 1.5,
      jitterRatio: 0.2,
    });
  });

  it.each<ExporterRetryOptions>([
    { maxRetries: 1.5 },
    { maxRetries: 101 },
    { initialBackoffMillis: -1 },
    { maxBackoffMillis: Number.NaN },
    { multiplier: 0.5 },
    { jitterRatio: 1.1 },
  ])('refuses %j', (options) => {
    expect(() => createRetryPolicy('Owner', options)).toThrow(TracingConfigError);
  });

  it('names the option with its owner', () => {
    expect(() => createRetryPolicy('Owner', { jitterRatio: -1 })).toThrow(
      /^Owner\.retry\.jitterRatio/,
    );
  });
});

describe('backoffMillis', () => {
  const policy = createRetryPolicy('Owner');

  it.each<[string, number, number[]]>([
    ['the middle', 0.5, [1000, 1500, 2250, 3375, 5000, 5000]],
    ['the least', 0, [800, 1200, 1800, 2700, 4000, 4000]],
    ['the most', 1, [1200, 1800, 2700, 4050, 6000, 6000]],
  ])('grows up to its bound, with %s of jitter', (_, random, waits) => {
    expect(waits.map((_wait, retry) => backoffMillis(policy, retry, () => random))).toEqual(
      waits.map((wait) => expect.closeTo(wait, 6)),
    );
  });

  it('is random by itself', () => {
    const waits = new Set(Array.from({ length: 20 }, () => backoffMillis(policy, 0)));
    expect(waits.size).toBeGreaterThan(1);
  });
});

const NOW = Date.parse('Sun, 06 Nov 1994 08:49:37 GMT');

describe('parseRetryAfter', () => {
  it.each<[string | undefined, number | undefined]>([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sunday, 06-Nov-94 08:50:37 GMT', 60_000],
    ['Sun Nov  6 08:50:37 1994', 60_000],
    ['Sun, 06 Nov 1994 08:49:00 GMT', 0],
    [undefined, undefined],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    ['2024', 2_024_000],
    ['2024-01-01', undefined],
  ])('makes of %j %j', (header, millis) => {
    expect(parseRetryAfter(header, NOW)).toBe(millis);
  });
});
