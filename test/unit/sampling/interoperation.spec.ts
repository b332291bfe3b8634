import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler as StockAlwaysOffSampler,
  AlwaysOnSampler as StockAlwaysOnSampler,
  ParentBasedSampler as StockParentBasedSampler,
  type Sampler as StockSampler,
  TraceIdRatioBasedSampler as StockTraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { TracingContext } from '../../../lib/context/index.js';
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
  TraceIdRatioBasedSampler,
} from '../../../lib/sampling/index.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ask, contextWith, randomTraceId, seededRandom } from '../../support/ask-sampler.js';

const stock = (ratio: number) => new StockTraceIdRatioBasedSampler(ratio);

/** Each of our samplers that takes others, with those of OpenTelemetry in it. */
const oursAroundTheirs: Record<string, () => Sampler> = {
  ParentBasedSampler: () =>
    new ParentBasedSampler({
      root: stock(0.5),
      remoteParentSampled: new StockAlwaysOnSampler(),
      localParentNotSampled: new StockAlwaysOffSampler(),
    }),
  RuleBasedSampler: () =>
    new RuleBasedSampler({
      rules: [{ spanName: 'a', sampler: new StockAlwaysOffSampler() }],
      default: new StockParentBasedSampler({ root: stock(0.5) }),
    }),
  AlwaysRecordSampler: () =>
    new AlwaysRecordSampler(new StockParentBasedSampler({ root: stock(0.5) })),
};

/** Each of our samplers, where OpenTelemetry's takes one. */
const ours: StockSampler[] = [
  new AlwaysOnSampler(),
  new AlwaysOffSampler(),
  new ProbabilitySampler(0.5),
  new TraceIdRatioBasedSampler(0.5),
  new RateLimitingSampler(5, { now: () => 0 }),
  new AdaptiveSampler({ targetTracesPerSecond: 5, now: () => 0 }),
  new ParentBasedSampler({ root: new ProbabilitySampler(0.5) }),
  new RuleBasedSampler({ rules: [], default: new ProbabilitySampler(0.5) }),
  new AlwaysRecordSampler(new ProbabilitySampler(0.5)),
];

describe.each(Object.entries(oursAroundTheirs))(
  '%s around those of OpenTelemetry',
  (_name, create) => {
    it('answers and describes itself', () => {
      const sampler = create();
      for (const context of [TracingContext.ROOT, contextWith({ traceFlags: 1, isRemote: true })]) {
        const result = ask(sampler, context, '0af7651916cd43dd8448eb211c80319c');
        expect([0, 1, 2]).toContain(result.decision);
      }
      expect(String(sampler)).toMatch(/TraceIdRatioBased\{0\.5\}/);
    });
  },
);

describe.each(ours.map((sampler) => [String(sampler), sampler] as const))(
  '%s inside of that of OpenTelemetry',
  (description, sampler) => {
    it('is asked for roots', () => {
      const parentBased = new StockParentBasedSampler({ root: sampler });
      const result = parentBased.shouldSample(
        TracingContext.ROOT,
        '0af7651916cd43dd8448eb211c80319c',
        'name',
        SpanKind.SERVER,
        {},
        [],
      );
      expect([0, 1, 2]).toContain(result.decision);
      expect(String(parentBased)).toContain(`root=${description}`);
    });
  },
);

describe('ParentBasedSampler and that of OpenTelemetry', () => {
  it('decide the same', () => {
    const samplers = [
      new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }),
      new StockParentBasedSampler({ root: stock(0.5) }),
    ] as const;
    const random = seededRandom(45);
    for (let i = 0; i < 2_000; i++) {
      const traceId = randomTraceId(random);
      const traceFlags = Math.floor(random() * 4);
      const contexts = [
        TracingContext.ROOT,
        contextWith({ traceId, traceFlags, isRemote: random() < 0.5 }),
        contextWith({ traceId, traceFlags, spanId: '0'.repeat(16) }),
      ];
      for (const context of contexts) {
        const [one, other] = samplers.map((sampler) => ask(sampler as Sampler, context, traceId));
        expect(one?.decision).toBe(other?.decision);
      }
    }
  });
});

describeSampler({
  name: 'ParentBasedSampler around those of OpenTelemetry',
  create: () =>
    new ParentBasedSampler({ root: stock(0.5), remoteParentSampled: new StockAlwaysOnSampler() }),
  cannot: { mindThresholds: 'samplers of OpenTelemetry pass thresholds on unseen' },
});
