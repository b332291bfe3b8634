import { describe, expect, it } from '@jest/globals';
import { createTraceState, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { withSamplingRequest } from '../../../lib/context/index.js';
import {
  DROPPED,
  parentOf,
  RootTraceState,
  randomnessOf,
  SAMPLED,
  sampledAt,
  sampledRoot,
  settledResult,
  withoutThreshold,
  withParentThreshold,
} from '../../../lib/sampling/sampler-result.js';
import { contextWith } from '../../support/ask-sampler.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const HIGH = 'f'.repeat(32);
const root = sampledRoot('8');

describe('sampledAt', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['is the shared root answer without a trace state', undefined, 'ot=th:8'],
    ['adds our entry in front', 'foo=1', 'ot=th:8,foo=1'],
    ['replaces another threshold', 'foo=1,ot=x:1;th:c', 'ot=th:8;x:1,foo=1'],
    ['inherits the same threshold', 'foo=1,ot=x:1;th:8', undefined],
  ])('%s', (_what, inherited, expected) => {
    const answer = sampledAt(
      '8',
      root,
      inherited === undefined ? undefined : createTraceState(inherited),
    );
    expect(answer.decision).toBe(2);
    expect(answer.traceState?.serialize()).toBe(expected);
  });

  it('makes nothing new where nothing changes', () => {
    expect(sampledAt('8', root, undefined)).toBe(root);
    expect(sampledAt('8', root, root.traceState)).toBe(SAMPLED);
    expect(sampledAt('8', root, createTraceState('ot=th:8'))).toBe(SAMPLED);
  });
});

describe('withoutThreshold', () => {
  it.each([
    ['foo=1,ot=th:8', 'foo=1'],
    ['foo=1,ot=th:8;x:1', 'ot=x:1,foo=1'],
    ['ot=th:nonsense', ''],
  ])('takes it out of %s', (inherited, expected) => {
    const answer = withoutThreshold(DROPPED, createTraceState(inherited));
    expect(answer.decision).toBe(0);
    expect(answer.traceState?.serialize()).toBe(expected);
  });

  it.each([undefined, 'foo=1', 'ot=x:1'])('makes nothing new of %s', (inherited) => {
    const traceState = inherited === undefined ? undefined : createTraceState(inherited);
    expect(withoutThreshold(SAMPLED, traceState)).toBe(SAMPLED);
  });
});

describe('withParentThreshold', () => {
  const parent = (entry: string, fields: Partial<SpanContext> = {}): SpanContext => ({
    traceId: HIGH,
    spanId: '1'.repeat(16),
    traceFlags: 1,
    isRemote: true,
    traceState: createTraceState(`ot=${entry}`),
    ...fields,
  });

  it.each([
    ['that agrees', parent('th:8'), undefined],
    ['that agrees with the explicit randomness', parent('th:8;rv:80000000000000'), undefined],
    [
      'of a local parent, which was looked at before',
      parent('th:nonsense', { isRemote: false }),
      undefined,
    ],
    [
      'that contradicts the explicit randomness',
      parent('th:8;rv:70000000000000'),
      'ot=rv:70000000000000',
    ],
    ['that nobody can read', parent('th:nonsense'), ''],
    [
      'that the parent itself contradicts',
      parent('th:8', { traceFlags: 0, traceId: '0'.repeat(32) }),
      '',
    ],
  ])('treats a threshold %s', (_what, spanContext, expected) => {
    expect(withParentThreshold(SAMPLED, spanContext).traceState?.serialize()).toBe(expected);
  });

  it('makes nothing new without parent or trace state', () => {
    expect(withParentThreshold(SAMPLED, undefined)).toBe(SAMPLED);
    expect(withParentThreshold(SAMPLED, parent('', { traceState: undefined }))).toBe(SAMPLED);
  });
});

describe('settledResult', () => {
  const parent = (traceFlags: number, isRemote: boolean): SpanContext => ({
    traceId: TRACE_ID,
    spanId: '00f067aa0ba902b7',
    traceFlags,
    isRemote,
  });

  it('follows a parent in this process', () => {
    expect(settledResult(ROOT_CONTEXT, parent(1, false))).toBe(SAMPLED);
    expect(settledResult(ROOT_CONTEXT, parent(0, false))).toBe(DROPPED);
  });

  it('samples what a caller debugs, and erases a threshold', () => {
    const debugged = withSamplingRequest(ROOT_CONTEXT, 'debug');
    expect(settledResult(debugged, undefined)).toBe(SAMPLED);
    const traceState = createTraceState('ot=th:8,foo=1');
    const result = settledResult(debugged, { ...parent(0, true), traceState });
    expect(result?.decision).toBe(SAMPLED.decision);
    expect(result?.traceState?.serialize()).toBe('foo=1');
  });

  it('leaves root spans, and those of remote parents, to the sampler', () => {
    expect(settledResult(ROOT_CONTEXT, undefined)).toBeUndefined();
    expect(settledResult(ROOT_CONTEXT, parent(1, true))).toBeUndefined();
  });
});

describe('randomnessOf', () => {
  it.each([
    [undefined, HIGH],
    ['foo=1', HIGH],
    ['ot=rv:nonsense', HIGH],
    ['ot=th:8;rv:0123456789abcd', '0123456789abcd'],
  ])('with %s is %s', (inherited, expected) => {
    const traceState = inherited === undefined ? undefined : createTraceState(inherited);
    expect(randomnessOf(HIGH, traceState)).toBe(expected);
  });
});

describe('parentOf', () => {
  it('is the span in the context', () => {
    const context = contextWith({ traceId: TRACE_ID });
    expect(parentOf(context, TRACE_ID)).toBe(trace.getSpanContext(context));
    expect(parentOf(context, 'f'.repeat(32))).toBe(trace.getSpanContext(context));
  });

  it.each([{ traceId: '0'.repeat(32) }, { spanId: '0'.repeat(16) }, { traceId: 'x' }])(
    'is nobody where the ids are not valid: %j',
    (wrong) => {
      expect(parentOf(contextWith({ traceId: TRACE_ID, ...wrong }), TRACE_ID)).toBeUndefined();
    },
  );

  it('is nobody in an empty context', () => {
    expect(parentOf(ROOT_CONTEXT, TRACE_ID)).toBeUndefined();
  });
});

describe('RootTraceState', () => {
  const state = new RootTraceState('th:8');

  it('holds one member', () => {
    expect(state.serialize()).toBe('ot=th:8');
    expect(state.get('ot')).toBe('th:8');
    expect(state.get('foo')).toBeUndefined();
  });

  it('is never changed', () => {
    expect(state.set('foo', '1').serialize()).toBe('foo=1,ot=th:8');
    expect(state.set('ot', 'th:c').serialize()).toBe('ot=th:c');
    expect(state.unset('ot').serialize()).toBe('');
    expect(state.unset('foo')).toBe(state);
    expect(state.serialize()).toBe('ot=th:8');
  });
});
