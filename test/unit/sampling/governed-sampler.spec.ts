import { describe, expect, it } from '@jest/globals';
import {
  createTraceState,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { GovernedSampler } from '../../../lib/sampling/governed-sampler.js';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  AlwaysRecordSampler,
  ParentBasedSampler,
  ProbabilitySampler,
  RateLimitingSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '../../../lib/sampling/index.js';
import { OverheadGovernor } from '../../../lib/sampling/overhead-governor.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';

const PARENT_ID = '00f067aa0ba902b7';
const LOW = '0af7651916cd43dd8010000000000000';
const MIDDLE = '0af7651916cd43dd80a0000000000000';
const HIGH = '0af7651916cd43dd80f0000000000000';

/** A governor that keeps the given share, until its next second. */
function governorAt(ratio: number): OverheadGovernor {
  const clocks = { time: 0, exported: 0 };
  const governor = new OverheadGovernor(0.9, new ReadDiagnostics(), {
    now: () => clocks.time,
    cpuMillis: () => clocks.time,
    exportMillis: () => clocks.exported,
  });
  if (ratio < 1) {
    clocks.time = 1000;
    clocks.exported = (1000 * 0.81) / ratio;
    governor.update();
  }
  return governor;
}

function ask(sampler: Sampler, traceId: string, parent?: Partial<SpanContext>) {
  const context =
    parent === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId,
          spanId: PARENT_ID,
          traceFlags: TraceFlags.SAMPLED,
          isRemote: true,
          ...parent,
        });
  const result = sampler.shouldSample(context, traceId, 'work', SpanKind.SERVER, {}, []);
  return [result.decision, result.traceState?.serialize()];
}

function half(sampler: Sampler): GovernedSampler {
  return new GovernedSampler(sampler, governorAt(0.5));
}

const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

const createParentBased = () => new ParentBasedSampler({ root: new AlwaysOnSampler() });

describeSampler({
  name: 'GovernedSampler, at rest',
  create: () => new GovernedSampler(createParentBased(), governorAt(1)),
});

describeSampler({ name: 'GovernedSampler, at half', create: () => half(createParentBased()) });

describe('GovernedSampler', () => {
  it('decides as its sampler does while nothing is lowered', () => {
    const sampler = new GovernedSampler(new AlwaysOnSampler(), governorAt(1));
    for (const traceId of [LOW, MIDDLE, HIGH]) {
      expect(ask(sampler, traceId)).toEqual([RECORD_AND_SAMPLED, undefined]);
    }
  });

  it.each<[string, Sampler, string, unknown[]]>([
    ['everything, below', new AlwaysOnSampler(), LOW, [NOT_RECORD, undefined]],
    ['everything, above', new AlwaysOnSampler(), HIGH, [RECORD_AND_SAMPLED, 'ot=th:8']],
    ['a larger share', new ProbabilitySampler(0.75), MIDDLE, [RECORD_AND_SAMPLED, 'ot=th:8']],
    ['a larger share, below', new ProbabilitySampler(0.999), LOW, [NOT_RECORD, undefined]],
    ['a smaller share', new ProbabilitySampler(0.25), HIGH, [RECORD_AND_SAMPLED, 'ot=th:c']],
    ['a smaller share, below', new ProbabilitySampler(0.25), MIDDLE, [NOT_RECORD, undefined]],
    ['nothing', new AlwaysOffSampler(), HIGH, [NOT_RECORD, undefined]],
    ['an unknown share', new RateLimitingSampler(1000), HIGH, [RECORD_AND_SAMPLED, undefined]],
    ['an unknown share, below', new RateLimitingSampler(1000), LOW, [NOT_RECORD, undefined]],
    [
      'a share of the old kind',
      new TraceIdRatioBasedSampler(1),
      HIGH,
      [RECORD_AND_SAMPLED, undefined],
    ],
    [
      'all that is recorded',
      new AlwaysRecordSampler(new AlwaysOnSampler()),
      LOW,
      [RECORD, undefined],
    ],
  ])(
    'samples half of the new traces of a sampler that selects %s',
    (_, sampler, traceId, expected) => {
      expect(ask(half(sampler), traceId)).toEqual(expected);
      const parentBased = new ParentBasedSampler({ root: sampler });
      expect(ask(half(parentBased), traceId)[1]).toEqual(expected[1]);
    },
  );

  it('leaves traces to callers that have decided', () => {
    const sampler = half(new ParentBasedSampler({ root: new AlwaysOnSampler() }));
    expect(ask(sampler, LOW, {})[0]).toBe(RECORD_AND_SAMPLED);
    expect(ask(sampler, LOW, { isRemote: false })[0]).toBe(RECORD_AND_SAMPLED);
    expect(ask(sampler, LOW, { traceState: createTraceState('ot=th:0,a=b') })[0]).toBe(
      RECORD_AND_SAMPLED,
    );
  });

  it('counts what it does not sample', () => {
    const governor = governorAt(0.5);
    const sampler = new GovernedSampler(new AlwaysOnSampler(), governor);
    for (const traceId of [LOW, HIGH, LOW]) ask(sampler, traceId);
    expect(governor.counts.notSampled).toBe(2);
  });

  it('keeps a subset of the traces at a lower share', () => {
    const kept = [1, 0.5, 0.25, 0.125].map((ratio) => {
      const sampler = new GovernedSampler(new AlwaysOnSampler(), governorAt(ratio));
      return Array.from(
        { length: 256 },
        (_, i) => LOW.slice(0, 18) + i.toString(16).padStart(2, '0') + LOW.slice(20),
      ).filter((traceId) => ask(sampler, traceId)[0] === RECORD_AND_SAMPLED);
    });
    expect(kept.map(({ length }) => length)).toEqual([256, 128, 64, 32]);
    for (let i = 1; i < kept.length; i++) {
      expect(kept[i - 1]).toEqual(expect.arrayContaining(kept[i] as string[]));
    }
  });

  it('keeps attributes and other members that its sampler sets', () => {
    const sampler: Sampler = {
      shouldSample: () => ({
        decision: RECORD_AND_SAMPLED,
        attributes: { a: 1 },
        traceState: createTraceState('ot=th:0,a=b'),
      }),
      toString: () => 'own',
    };
    const result = half(sampler).shouldSample(ROOT_CONTEXT, HIGH, 'work', SpanKind.SERVER, {}, []);
    expect(result.attributes).toEqual({ a: 1 });
    expect(result.traceState?.serialize()).toBe('ot=th:8,a=b');
    expect(ask(half(sampler), LOW)).toEqual([NOT_RECORD, 'a=b']);
  });

  it('tells the tracer what its sampler tells, and starts and ends it', () => {
    const calls: string[] = [];
    const inner = Object.assign(new AlwaysOnSampler(), {
      start: () => calls.push('start'),
      shutdown: () => calls.push('shutdown'),
    });
    const sampler = new GovernedSampler(inner as Sampler, governorAt(1));
    sampler.start();
    sampler.shutdown();
    expect(calls).toEqual(['start', 'shutdown']);
    expect([sampler.ignoresAttributes, sampler.followsUnsampledParent]).toEqual([
      inner.ignoresAttributes,
      inner.followsUnsampledParent === true,
    ]);
    expect(`${sampler}`).toBe('Governed{maxOverheadRatio=0.9, AlwaysOnSampler}');
  });
});
