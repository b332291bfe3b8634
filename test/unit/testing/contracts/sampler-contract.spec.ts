import { describe, expect, it } from '@jest/globals';
import { type Context, createTraceState, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  ParentBasedSampler,
  ProbabilitySampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
} from '../../../../lib/sampling/index.js';
import {
  type SamplerSubject,
  samplerContract,
} from '../../../../lib/testing/contracts/sampler-contract.js';
import { failingCases, violationsOf } from './violations.js';

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

function contractOf(create: SamplerSubject['create'], others: Partial<SamplerSubject> = {}) {
  return samplerContract({ name: 'RegionSampler', create, ...others });
}

/** A correct sampler with a faulty answer. */
function answering(change: (result: SamplingResult, context: Context, asked: number) => unknown) {
  return (): Sampler => {
    const correct = new ParentBasedSampler({ root: new ProbabilitySampler(0.5) });
    let asked = 0;
    return {
      followsUnsampledParent: true,
      shouldSample: (context, ...question) =>
        change(correct.shouldSample(context, ...question), context, asked++) as SamplingResult,
      toString: () => 'RegionSampler{eu}',
    };
  };
}

const [DESCRIBES, DECIDES, REPEATS, LEAVES_GIVEN, LEAVES_STATE, PASSES_ON, SAYS, FOLLOWS, DEBUG] = [
  'describes itself',
  'answers with a decision, whatever it is asked',
  'gives the same answer to the same question',
  'leaves the attributes and the links that it is given as they are',
  'never throws, and leaves foreign parts of the trace state alone',
  'passes a threshold on only where it is true',
  'says a threshold only where it is true',
  'does not sample below an unsampled parent of this process if it says so',
  'samples what a caller wants to debug',
] as const;

interface Mutant {
  readonly fault: string;
  readonly create: () => Sampler;
  readonly fails: readonly string[];
  readonly message: string;
}

const MUTANTS: Mutant[] = [
  {
    fault: 'has no name',
    create: () => ({ shouldSample: answering((result) => result)().shouldSample }),
    fails: [DESCRIBES],
    message: "Demanded: toString() starts with a name\n  Received: '[object Object]'",
  },
  {
    fault: 'answers with a boolean',
    create: answering(({ decision, ...result }) => ({
      ...result,
      decision: decision === RECORD_AND_SAMPLED,
    })),
    fails: [DECIDES, PASSES_ON, SAYS, FOLLOWS, DEBUG],
    message: 'Demanded: one of 0,1,2 for a root span\n  Received: false',
  },
  {
    fault: 'changes its mind',
    create: answering((result, _context, asked) =>
      asked % 2 === 0 ? result : { ...result, decision: NOT_RECORD },
    ),
    fails: [REPEATS, PASSES_ON, SAYS, DEBUG],
    message: 'Demanded: the second decision ',
  },
  {
    fault: 'changes the attributes that it is given',
    create: () => {
      const sampler = answering((result) => result)();
      return {
        ...sampler,
        shouldSample(context, traceId, name, kind, attributes, links) {
          attributes['sampler.region'] = 'eu';
          return sampler.shouldSample(context, traceId, name, kind, attributes, links);
        },
        toString: () => 'RegionSampler',
      };
    },
    fails: [LEAVES_GIVEN],
    message: 'Received: TypeError: Cannot add property sampler.region',
  },
  {
    fault: 'removes the trace state',
    create: answering((result) => ({ ...result, traceState: createTraceState() })),
    fails: [LEAVES_STATE],
    message: 'the parts of the trace state that are no threshold, from "ot=',
  },
  {
    fault: 'believes every threshold of its caller',
    create: answering((result, context) => ({
      ...result,
      traceState: trace.getSpanContext(context)?.traceState ?? result.traceState,
    })),
    fails: [PASSES_ON],
    message: 'one threshold at most for the trace',
  },
  {
    fault: 'says the threshold of another ratio',
    create: answering((result, context) => ({
      ...result,
      ...(trace.getSpanContext(context) === undefined &&
        result.traceState && { traceState: createTraceState('ot=th:f') }),
    })),
    fails: [SAYS],
    message: 'whether the trace is sampled, which the outgoing threshold f says for the trace',
  },
  {
    fault: 'samples below unsampled parents although it says that it does not',
    create: answering((result, context) => {
      const isLocalChild = trace.getSpanContext(context)?.isRemote === undefined;
      const hasParent = trace.getSpanContext(context) !== undefined;
      return isLocalChild && hasParent ? { decision: RECORD_AND_SAMPLED } : result;
    }),
    fails: [FOLLOWS],
    message: 'the decision below the unsampled root of trace ',
  },
  {
    fault: 'ignores that a caller wants to debug',
    create: () => new AlwaysOffSampler(),
    fails: [DEBUG],
    message: 'whether it samples the trace 00000000000000000000000000000001 that the caller',
  },
];

describe('samplerContract', () => {
  it('accepts a correct sampler', async () => {
    expect(await failingCases(contractOf(answering((result) => result)))).toEqual([]);
    const twoWays = [() => new ProbabilitySampler(0.5), () => new ProbabilitySampler(0.001)];
    for (const create of twoWays) expect(await failingCases(contractOf(create))).toEqual([]);
  });

  it.each(MUTANTS)('refuses one that $fault', async ({ create, fails, message }) => {
    const violations = await violationsOf(contractOf(create));
    expect(Object.keys(violations)).toEqual(fails);
    const messages = Object.values(violations).map((violation) => violation.message);
    expect(messages.join('\n')).toContain(message);
  });

  it('has no case that accepts all of them', () => {
    const failed = new Set(MUTANTS.flatMap(({ fails }) => fails));
    const names = contractOf(() => new AlwaysOffSampler()).map(({ name }) => name);
    expect(names.filter((name) => !failed.has(name))).toEqual([]);
  });

  it('demands of a sampler that stays off that it does', async () => {
    const off = contractOf(() => new AlwaysOffSampler(), { staysOff: true });
    expect(await failingCases(off)).toEqual([]);
    const on = contractOf(() => new ProbabilitySampler(1), { staysOff: true });
    expect(await failingCases(on)).toEqual(['does not sample what a caller wants to debug']);
  });

  it('skips what the sampler cannot do, with its reason', () => {
    const cannot = { repeatItself: 'a', mindThresholds: 'b', honourDebug: 'c' };
    const skipped = contractOf(() => new AlwaysOffSampler(), { cannot })
      .filter(({ skip }) => skip !== undefined)
      .map(({ name, skip }) => [name, skip]);
    expect(skipped).toEqual([
      [REPEATS, 'a'],
      [PASSES_ON, 'b'],
      [DEBUG, 'c'],
    ]);
  });

  it('refuses a subject that says something else than true or false', () => {
    expect(() => contractOf(() => new AlwaysOffSampler(), { staysOff: 1 as never })).toThrow(
      'samplerContract.staysOff must be true or false',
    );
  });
});
