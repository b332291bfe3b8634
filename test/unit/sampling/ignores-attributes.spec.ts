import { describe, expect, it } from '@jest/globals';
import {
  AdaptiveSampler,
  AlwaysOffSampler,
  AlwaysOnSampler,
  AlwaysRecordSampler,
  ParentBasedSampler,
  ProbabilitySampler,
  RateLimitingSampler,
  RuleBasedSampler,
  type Sampler,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '../../../lib/sampling/index.js';

const ADAPTIVE = { targetTracesPerSecond: 5 };
const RULES = new RuleBasedSampler({ rules: [], default: new AlwaysOnSampler() });

const IGNORING: readonly Sampler[] = [
  new AlwaysOffSampler(),
  new AlwaysOnSampler(),
  new ProbabilitySampler(0.5),
  new TraceIdRatioBasedSampler(0.5),
  new RateLimitingSampler(5),
  new AdaptiveSampler(ADAPTIVE),
  new ParentBasedSampler({ root: new AlwaysOnSampler() }),
];

const READING: readonly Sampler[] = [
  RULES,
  new AlwaysRecordSampler(new AlwaysOnSampler()),
  new AdaptiveSampler({ ...ADAPTIVE, key: (_name, _kind, attributes) => String(attributes.key) }),
  new ParentBasedSampler({ root: RULES }),
  new ParentBasedSampler({ root: new AlwaysOnSampler(), remoteParentSampled: RULES }),
  new ParentBasedSampler({
    root: { shouldSample: () => ({ decision: 0 }), toString: () => 'own' },
  }),
];

describe('ignoresAttributes', () => {
  it.each(IGNORING.map((sampler) => [String(sampler), sampler] as const))(
    'is true of %s',
    (_, sampler) => expect(sampler.ignoresAttributes).toBe(true),
  );

  it('is false of subclasses that override shouldSample', () => {
    const shouldSample = (): SamplingResult => ({ decision: 0 });
    const own: readonly Sampler[] = [
      new (class extends AlwaysOffSampler {
        override shouldSample = shouldSample;
      })(),
      new (class extends AlwaysOnSampler {
        override shouldSample = shouldSample;
      })(),
      new (class extends ProbabilitySampler {
        override shouldSample = shouldSample;
      })(0.5),
      new (class extends TraceIdRatioBasedSampler {
        override shouldSample = shouldSample;
      })(0.5),
      new (class extends RateLimitingSampler {
        override shouldSample = shouldSample;
      })(5),
      new (class extends AdaptiveSampler {
        override shouldSample = shouldSample;
      })(ADAPTIVE),
      new (class extends ParentBasedSampler {
        override shouldSample = shouldSample;
      })({ root: new AlwaysOnSampler() }),
    ];
    expect(own.map(({ ignoresAttributes }) => ignoresAttributes)).toEqual(own.map(() => false));
  });

  it.each(READING.map((sampler) => [String(sampler), sampler] as const))(
    'is not true of %s',
    (_, sampler) => expect(sampler.ignoresAttributes ?? false).toBe(false),
  );
});
