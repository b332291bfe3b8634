import { describe, expect, it } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type ParentBasedSamplerOptions,
  ProbabilitySampler,
  type Sampler,
  SamplingDecision,
} from '../../../lib/sampling/index.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ask, contextWith, REQUEST_KEY } from '../../support/ask-sampler.js';

describeSampler({
  name: 'ParentBasedSampler',
  create: () => new ParentBasedSampler({ root: new ProbabilitySampler(0.5) }),
});
describeSampler({
  name: 'ParentBasedSampler that is off for roots',
  create: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
});
describeSampler({
  name: 'ParentBasedSampler that decides anew everywhere',
  create: () => {
    const root = new ProbabilitySampler(0.5);
    return new ParentBasedSampler({
      root,
      remoteParentSampled: root,
      remoteParentNotSampled: root,
      localParentSampled: root,
      localParentNotSampled: root,
    });
  },
});

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const HIGH = 'f'.repeat(32);
const LOW = `1${'0'.repeat(31)}`;

class NamedSampler implements Sampler {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  shouldSample() {
    return { decision: NOT_RECORD, attributes: { asked: this.#name } };
  }

  toString(): string {
    return this.#name;
  }
}

const named = new ParentBasedSampler({
  root: new NamedSampler('root'),
  remoteParentSampled: new NamedSampler('remoteParentSampled'),
  remoteParentNotSampled: new NamedSampler('remoteParentNotSampled'),
  localParentSampled: new NamedSampler('localParentSampled'),
  localParentNotSampled: new NamedSampler('localParentNotSampled'),
});

function askedBy(context: Parameters<Sampler['shouldSample']>[0]): unknown {
  return ask(named, context, TRACE_ID).attributes?.asked;
}

describe('ParentBasedSampler', () => {
  it.each([
    [true, 1, 'remoteParentSampled'],
    [true, 3, 'remoteParentSampled'],
    [true, 0, 'remoteParentNotSampled'],
    [true, 2, 'remoteParentNotSampled'],
    [false, 1, 'localParentSampled'],
    [undefined, 1, 'localParentSampled'],
    [false, 0, 'localParentNotSampled'],
    [undefined, 2, 'localParentNotSampled'],
  ])('asks, for a parent with isRemote %s and flags %i, %s', (isRemote, traceFlags, expected) => {
    expect(askedBy(contextWith({ traceId: TRACE_ID, isRemote, traceFlags }))).toBe(expected);
  });

  it('asks root without a parent, also where there is one without valid ids', () => {
    expect(askedBy(TracingContext.ROOT)).toBe('root');
    expect(askedBy(contextWith({ traceId: '0'.repeat(32), traceFlags: 1 }))).toBe('root');
  });

  it.each([
    ['defer', true, 'root'],
    ['defer', false, 'localParentNotSampled'],
    ['accept', true, 'remoteParentNotSampled'],
    ['deny', false, 'localParentNotSampled'],
  ])('asks, with the request %s and isRemote %s, %s', (request, isRemote, expected) => {
    const context = contextWith({ traceId: TRACE_ID, isRemote, traceFlags: 0 });
    expect(askedBy(context.setValue(REQUEST_KEY, request))).toBe(expected);
  });

  it.each([
    ['accept', 'remoteParentSampled'],
    ['deny', 'remoteParentNotSampled'],
    ['defer', 'root'],
  ])('asks, with the request %s and no ids, %s', (request, expected) => {
    expect(askedBy(TracingContext.ROOT.setValue(REQUEST_KEY, request))).toBe(expected);
  });

  it('samples a trace to debug without asking anybody', () => {
    const result = ask(named, TracingContext.ROOT.setValue(REQUEST_KEY, 'debug'), TRACE_ID);
    expect(result.decision).toBe(RECORD_AND_SAMPLED);
    expect(result.attributes).toBeUndefined();
  });

  it('takes the threshold out of a trace to debug', () => {
    const parent = { traceId: HIGH, isRemote: true, traceState: createTraceState('ot=th:8,foo=1') };
    const context = contextWith(parent).setValue(REQUEST_KEY, 'debug');
    expect(ask(named, context, HIGH).traceState?.serialize()).toBe('foo=1');
  });

  it('follows the parent by default', () => {
    const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler() });
    for (const isRemote of [true, false]) {
      for (const [traceFlags, decision] of [
        [1, RECORD_AND_SAMPLED],
        [0, NOT_RECORD],
      ]) {
        const context = contextWith({ traceId: TRACE_ID, isRemote, traceFlags });
        expect(ask(sampler, context, TRACE_ID).decision).toBe(decision);
      }
    }
  });

  it.each([
    ['sampled, true', HIGH, 1, undefined],
    ['unsampled, true', LOW, 0, undefined],
    ['sampled, false', LOW, 1, 'ot=x:1'],
    ['unsampled, false', HIGH, 0, 'ot=x:1'],
  ])(
    "passes the parent's threshold on where it is true: %s",
    (_what, traceId, traceFlags, expected) => {
      const sampler = new ParentBasedSampler({ root: new ProbabilitySampler(0.1) });
      const traceState = createTraceState('ot=th:8;x:1');
      const parent = { traceId, traceFlags, isRemote: true, traceState };
      expect(ask(sampler, contextWith(parent), traceId).traceState?.serialize()).toBe(expected);
    },
  );

  it('rule 19: can be told not to believe the flags of callers', () => {
    const root = new ProbabilitySampler(0);
    const gate = new ParentBasedSampler({ root, remoteParentSampled: root });
    const context = contextWith({ traceId: HIGH, isRemote: true, traceFlags: 1 });
    expect(ask(gate, context, HIGH).decision).toBe(NOT_RECORD);
  });

  it.each<[string, Partial<ParentBasedSamplerOptions>, boolean]>([
    ['the default', {}, true],
    ['our AlwaysOffSampler', { localParentNotSampled: new AlwaysOffSampler() }, true],
    ['another sampler', { localParentNotSampled: new ProbabilitySampler(0.5) }, false],
  ])('with %s says truly whether it follows unsampled parents', (_what, options, expected) => {
    const sampler = new ParentBasedSampler({ root: new AlwaysOnSampler(), ...options });
    expect(sampler.followsUnsampledParent).toBe(expected);
  });

  it('describes itself as OpenTelemetry does', () => {
    expect(String(new ParentBasedSampler({ root: new ProbabilitySampler(0.1) }))).toBe(
      'ParentBased{root=ProbabilitySampler{0.1}, remoteParentSampled=AlwaysOnSampler, ' +
        'remoteParentNotSampled=AlwaysOffSampler, localParentSampled=AlwaysOnSampler, ' +
        'localParentNotSampled=AlwaysOffSampler}',
    );
  });

  it.each([
    [undefined, 'ParentBasedSampler.options must be an object'],
    [{}, 'ParentBasedSampler.root must have the method shouldSample'],
    [{ root: {} }, 'ParentBasedSampler.root must have the method shouldSample'],
    [{ root: AlwaysOnSampler }, 'ParentBasedSampler.root must have the method shouldSample'],
    [
      { root: new AlwaysOnSampler(), localParentSampled: 'always_on' },
      'ParentBasedSampler.localParentSampled must have the method shouldSample, but it is "always_on"',
    ],
    [
      { root: new AlwaysOnSampler(), remoteParentSampled: null },
      'ParentBasedSampler.remoteParentSampled must have the method shouldSample, but it is null',
    ],
  ])('refuses the options %#', (options, message) => {
    expect(() => new ParentBasedSampler(options as never)).toThrow(message);
  });
});
