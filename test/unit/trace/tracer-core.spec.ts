import { afterEach, describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { AlwaysOffSampler, ParentBasedSampler } from '../../../lib/sampling/index.js';
import {
  createTestTracing,
  SteadyClock,
  type TestTracing,
  type TestTracingOptions,
} from '../../../lib/testing/index.js';
import {
  type Clock,
  type IdGenerator,
  RandomIdGenerator,
  type TracerCore,
} from '../../../lib/trace/index.js';

let tracing: TestTracing<Clock>;

function coreWith(options: TestTracingOptions<Clock> = {}): TracerCore {
  tracing = createTestTracing({ clock: new SteadyClock() as Clock, ...options });
  return tracing.provider.core;
}

const clockThat = (now: () => number, originEpochMillis = () => 1000): Clock => ({
  now,
  originEpochMillis,
});

function failing(): never {
  throw new Error('broken');
}

afterEach(() => tracing.close());

describe('the ids of a tracer', () => {
  it('are those of the generator', () => {
    const core = coreWith();
    expect(core.generateTraceId()).toBe('1'.padStart(32, '0'));
    expect(core.generateSpanId()).toBe('1'.padStart(16, '0'));
    expect(core.hasRandomTraceIds).toBe(false);
    expect(coreWith({ idGenerator: new RandomIdGenerator() }).hasRandomTraceIds).toBe(true);
  });

  it.each<[string, IdGenerator, string]>([
    [
      'throws',
      { generateTraceId: failing, generateSpanId: failing },
      'The id generator threw; using a random id: Error: broken',
    ],
    [
      'makes zeros',
      { generateTraceId: () => '0'.repeat(32), generateSpanId: () => '0'.repeat(16) },
      'The id generator returned an invalid id; using a random id: 0000',
    ],
    [
      'makes ids that are too short',
      { generateTraceId: () => 'a', generateSpanId: () => 'a' },
      'The id generator returned an invalid id; using a random id: a',
    ],
    [
      'makes ids that are no hex',
      { generateTraceId: () => 'x'.repeat(32), generateSpanId: () => 'x'.repeat(16) },
      'The id generator returned an invalid id; using a random id: xxxx',
    ],
    [
      'makes nothing',
      { generateTraceId: () => undefined as never, generateSpanId: () => null as never },
      'The id generator returned an invalid id; using a random id',
    ],
  ])('are random where the generator %s, which is reported once', (_, idGenerator, warning) => {
    const core = coreWith({ idGenerator });
    for (let turn = 0; turn < 3; turn++) {
      expect(core.generateTraceId()).toMatch(/^[0-9a-f]{32}$/);
      expect(core.generateSpanId()).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(tracing.warnings).toEqual([expect.stringContaining(warning)]);
  });
});

describe('the time of a tracer', () => {
  it('is that of the clock, and never before the given one', () => {
    const clock = new SteadyClock();
    const core = coreWith({ clock });
    clock.advance(2.5);
    expect(core.now(0)).toBe(2.5);
    expect(core.now(7)).toBe(7);
    expect(tracing.warnings).toEqual([]);
  });

  it('stands still where the clock runs backwards, which is reported once', () => {
    const readings = [5, 3, 4, 6];
    const core = coreWith({ clock: clockThat(() => readings.shift() ?? 0) });
    expect([core.now(0), core.now(0), core.now(0), core.now(0)]).toEqual([5, 5, 5, 6]);
    expect(tracing.warnings).toEqual(['The clock ran backwards; using the last valid time']);
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], ['text'], [-1]])(
    'is the last good one where the clock reads %p',
    (reading) => {
      const readings: unknown[] = [5, reading];
      const core = coreWith({ clock: clockThat(() => readings.shift() as number) });
      expect([core.now(0), core.now(0)]).toEqual([5, 5]);
      expect(tracing.warnings).toHaveLength(1);
    },
  );

  it('is that of the system where the clock throws, which is reported once', () => {
    const core = coreWith({ clock: clockThat(failing, failing) });
    const before = Date.now();
    const { originEpochMillis } = core.anchor();
    const epochMillis = originEpochMillis + core.now(0);
    // The system's two clocks may disagree by as much as is tolerated.
    expect(epochMillis).toBeGreaterThan(before - 6);
    expect(epochMillis).toBeLessThan(Date.now() + 6);
    expect(core.now(epochMillis)).toBe(epochMillis);
    expect(tracing.warnings.length).toBeGreaterThan(0);
  });

  it('is that of the system also where nothing was read before', () => {
    const core = coreWith({ clock: clockThat(failing, failing) });
    const before = Date.now();
    const millis = core.now(0);
    const epochMillis = core.anchor().originEpochMillis + millis;
    expect(epochMillis).toBeGreaterThan(before - 6);
    expect(epochMillis).toBeLessThan(Date.now() + 6);
  });
});

describe('the anchor of a trace', () => {
  it('is one object for all traces until the wall clock is set', () => {
    let origin = 1000;
    const core = coreWith({
      clock: clockThat(
        () => 0,
        () => origin,
      ),
    });
    const first = core.anchor();
    expect(first).toEqual({ originEpochMillis: 1000 });
    expect(core.anchor()).toBe(first);
    origin = 2000;
    expect(core.anchor()).toEqual({ originEpochMillis: 2000 });
    expect(first).toEqual({ originEpochMillis: 1000 });
  });

  it.each<[string, () => number]>([
    ['throws', failing],
    ['is NaN', () => Number.NaN],
    ['is undefined', () => undefined as never],
    ['has a fraction', () => 1000.5],
  ])('is that of the system where the origin of the clock %s', (_, origin) => {
    const core = coreWith({ clock: clockThat(() => 0, origin) });
    const { originEpochMillis } = core.anchor();
    expect(Number.isInteger(originEpochMillis)).toBe(true);
    expect(originEpochMillis).toBeGreaterThan(Date.UTC(2020, 0, 1));
    expect(tracing.warnings.length).toBeGreaterThan(0);
  });
});

describe('startMillis', () => {
  const anchor = { originEpochMillis: 5000 };

  it('is now where no time is given', () => {
    const core = coreWith({ clock: clockThat(() => 12) });
    expect(core.startMillis(undefined, anchor, 0)).toBe(12);
    expect(core.startMillis(undefined, anchor, 20)).toBe(20);
  });

  it('is the given time, also before its parent', () => {
    const core = coreWith();
    expect(core.startMillis(new Date(5100), anchor, 0)).toBe(100);
    expect(core.startMillis(new Date(5100), anchor, 200)).toBe(100);
  });

  it('is now where the given time is none, which is reported', () => {
    const core = coreWith({ clock: clockThat(() => 12) });
    expect(core.startMillis(Number.NaN, anchor, 0)).toBe(12);
    expect(tracing.warnings).toEqual(['Invalid span start time; using the current time']);
  });
});

describe('the sampler of a tracer', () => {
  const sample = (core: TracerCore) =>
    core.sample(ROOT_CONTEXT, 'a'.repeat(32), 'work', SpanKind.SERVER, { a: 1 }, []);

  it('is asked with all that is known, and its answer handed on', () => {
    const asked: unknown[][] = [];
    const answer = { decision: 2 as const, attributes: { b: 2 } };
    const core = coreWith({
      sampler: {
        shouldSample: (...args) => {
          asked.push(args);
          return answer;
        },
        toString: () => 'x',
      },
    });
    expect(sample(core)).toBe(answer);
    expect(asked).toEqual([[ROOT_CONTEXT, 'a'.repeat(32), 'work', SpanKind.SERVER, { a: 1 }, []]]);
  });

  it.each<[string, () => unknown, string]>([
    ['throws', failing, 'The sampler threw; the span is not sampled: Error: broken'],
    ['answers nothing', () => undefined, 'The sampler threw; the span is not sampled: TypeError'],
    ['answers null', () => null, 'The sampler threw; the span is not sampled: TypeError'],
    ['answers an empty object', () => ({}), 'The sampler returned no valid decision'],
    ['answers a promise', async () => ({ decision: 2 }), 'The sampler returned no valid decision'],
    ['answers 3', () => ({ decision: 3 }), 'The sampler returned no valid decision'],
    ['answers -1', () => ({ decision: -1 }), 'The sampler returned no valid decision'],
    ['answers NaN', () => ({ decision: Number.NaN }), 'The sampler returned no valid decision'],
    ['answers "2"', () => ({ decision: '2' }), 'The sampler returned no valid decision'],
    ['answers true', () => ({ decision: true }), 'The sampler returned no valid decision'],
  ])('that %s samples nothing, which is reported once', (_, shouldSample, warning) => {
    const core = coreWith({
      sampler: { shouldSample: shouldSample as never, toString: () => 'x' },
    });
    expect([sample(core).decision, sample(core).decision]).toEqual([0, 0]);
    expect(tracing.warnings).toEqual([expect.stringContaining(warning)]);
  });

  it('says whether children of unsampled spans need not be asked for', () => {
    const followsUnsampledParent = [
      new AlwaysOffSampler(),
      new ParentBasedSampler({ root: new AlwaysOffSampler() }),
      { shouldSample: () => ({ decision: 0 as const }), toString: () => 'x' },
      { followsUnsampledParent: 'yes' as never, shouldSample: failing, toString: () => 'x' },
    ].map((sampler) => coreWith({ sampler }).followsUnsampledParent);
    expect(followsUnsampledParent).toEqual([true, true, false, false]);
  });
});

describe('invalid attributes', () => {
  it('are counted, and reported once', () => {
    const core = coreWith();
    core.countInvalidAttributes(2);
    core.countInvalidAttributes(3);
    expect(core.invalidAttributeCount).toBe(5);
    expect(tracing.warnings).toHaveLength(1);
  });
});
