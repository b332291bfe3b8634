import { SpanKind, type SpanRecord, SpanStatus } from '../../lib/viewer/analysis/index.js';
import { pick } from './random-of-seed.js';

const KINDS = Object.values(SpanKind);
const RESOURCES = ['gateway', 'orders', 'inventory'].map((name) => ({
  attributes: { 'service.name': name },
}));

/** A trace as processes on real machines may send it: children that overlap, outlive and precede parents. */
export function randomSpans(random: () => number, spanCount: number): SpanRecord[] {
  const spans: SpanRecord[] = [];
  const times: { from: number; to: number }[] = [];
  for (let i = 0; i < spanCount; i++) {
    const parent = i === 0 ? -1 : Math.floor(random() * i);
    const { from, to } = times[parent] ?? { from: 0, to: 1_000_000 };
    const length = to - from;
    const start = parent === -1 ? from : Math.round(from + (random() * 1.3 - 0.15) * length);
    // Whole numbers in a small range make many ties.
    const duration = pick(random, [0, 1, 60_000, Math.round(random() * length)]);
    const end = parent === -1 ? to : start + duration;
    times.push({ from: start, to: end });
    spans.push({
      traceId: 'a'.repeat(32),
      spanId: (i + 1).toString(16).padStart(16, '0'),
      ...(parent === -1 ? {} : { parentSpanId: (parent + 1).toString(16).padStart(16, '0') }),
      name: `op ${i % 5}`,
      kind: pick(random, KINDS),
      status: random() < 0.2 ? SpanStatus.ERROR : SpanStatus.UNSET,
      startNanos: 1_700_000_000_000_000_000n + BigInt(start),
      ...(random() < 0.05 ? {} : { endNanos: 1_700_000_000_000_000_000n + BigInt(end) }),
      resource: pick(random, RESOURCES),
    });
  }
  return spans;
}

/** The same things in a random order. */
export function shuffled<T>(random: () => number, things: readonly T[]): T[] {
  const result = [...things];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
