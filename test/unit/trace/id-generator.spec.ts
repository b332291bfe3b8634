import { describe, expect, it } from '@jest/globals';
import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import { RandomIdGenerator } from '../../../lib/trace/index.js';

const COUNT = 20_000;

describe('RandomIdGenerator', () => {
  it('says that its trace ids are random', () => {
    expect(new RandomIdGenerator().hasRandomTraceIds).toBe(true);
  });

  it('makes ids of lower-case hex digits, no two alike, over many refills', () => {
    const generator = new RandomIdGenerator();
    const ids = new Set<string>();
    for (let turn = 0; turn < COUNT; turn++) {
      const traceId = generator.generateTraceId();
      const spanId = generator.generateSpanId();
      if (!/^[0-9a-f]{32}$/.test(traceId) || !isValidTraceId(traceId)) throw new Error(traceId);
      if (!/^[0-9a-f]{16}$/.test(spanId) || !isValidSpanId(spanId)) throw new Error(spanId);
      ids.add(traceId).add(spanId);
    }
    expect(ids.size).toBe(COUNT * 2);
  });

  it('uses no digit twice: ids of one generator do not overlap', () => {
    const generator = new RandomIdGenerator();
    const halves = new Set<string>();
    for (let turn = 0; turn < COUNT; turn++) {
      const traceId = generator.generateTraceId();
      halves.add(traceId.slice(0, 16)).add(traceId.slice(16)).add(generator.generateSpanId());
    }
    expect(halves.size).toBe(COUNT * 3);
  });

  it('makes every digit equally often at every place', () => {
    const generator = new RandomIdGenerator();
    const counts = Array.from({ length: 32 }, () => new Map<string, number>());
    for (let turn = 0; turn < COUNT; turn++) {
      [...generator.generateTraceId()].forEach((digit, place) => {
        counts[place]!.set(digit, (counts[place]!.get(digit) ?? 0) + 1);
      });
    }
    for (const place of counts) {
      expect(place.size).toBe(16);
      // Expected 1250 with a standard deviation of 34: eight of them are never left by chance.
      for (const count of place.values()) expect(Math.abs(count - COUNT / 16)).toBeLessThan(275);
    }
  });

  it('makes other ids than another generator', () => {
    expect(new RandomIdGenerator().generateTraceId()).not.toBe(
      new RandomIdGenerator().generateTraceId(),
    );
  });
});
