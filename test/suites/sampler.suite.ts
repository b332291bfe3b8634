import { describe, expect, it } from '@jest/globals';
import {
  type Attributes,
  type Context,
  createContextKey,
  createTraceState,
  type SpanContext,
  SpanKind,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../lib/context/index.js';
import { type Sampler, SamplingDecision, type SamplingResult } from '../../lib/sampling/index.js';
import { passes } from '../../lib/sampling/threshold.js';

/** What a sampler does; what it is excused from is said here. */
export interface SamplerAbilities {
  /** False for samplers that keep state, whose answer depends on what came before. */
  readonly isDeterministic: boolean;
  /** False for samplers that stay off whatever the caller asks for. */
  readonly honoursDebug: boolean;
  /** False where samplers of others decide, who hand thresholds on unseen. @default true */
  readonly mindsThresholds?: boolean;
}

export const REQUEST_KEY = createContextKey('nestjs-traced sampling request');
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const DECISIONS: readonly unknown[] = Object.values(SamplingDecision);
const SEED = 20_260_102;

/** What every sampler has to hold. */
export function samplerSuite(
  name: string,
  create: () => Sampler,
  { isDeterministic, honoursDebug, mindsThresholds = true }: SamplerAbilities,
): void {
  describe(`${name}, as every sampler,`, () => {
    it('describes itself', () => {
      expect(create().toString()).toMatch(/^\w+/);
      expect(create().toString()).not.toContain('[object');
    });

    it('answers with a decision, whatever it is asked', () => {
      const sampler = create();
      for (const [context, traceId] of situations()) {
        const result = ask(sampler, context, traceId);
        expect(DECISIONS).toContain(result.decision);
      }
    });

    it('never throws, and leaves foreign parts of the trace state alone', () => {
      const sampler = create();
      const random = seededRandom(SEED);
      for (let i = 0; i < 500; i++) {
        const traceId = randomTraceId(random);
        const inherited = randomTraceState(random);
        const context = contextWith({
          traceId,
          traceFlags: Math.floor(random() * 4),
          isRemote: true,
          traceState: inherited,
        });
        const result = ask(sampler, context, traceId);
        expectUntouched(result, inherited);
        if (mindsThresholds) expectTrue(result, traceId, inherited);
      }
    });

    it('says a threshold only where it is true', () => {
      const sampler = create();
      const random = seededRandom(SEED);
      for (let i = 0; i < 500; i++) {
        const traceId = randomTraceId(random);
        expectTrue(ask(sampler, TracingContext.ROOT, traceId), traceId, undefined);
      }
    });

    if (isDeterministic) {
      it('gives the same answer to the same question', () => {
        const sampler = create();
        for (const [context, traceId] of situations()) {
          const first = ask(sampler, context, traceId);
          const second = ask(sampler, context, traceId);
          expect(second.decision).toBe(first.decision);
          expect(second.traceState?.serialize()).toBe(first.traceState?.serialize());
        }
      });
    }

    it('does not sample below an unsampled parent of this process if it says so', () => {
      const sampler = create();
      if (sampler.followsUnsampledParent !== true) return;
      const random = seededRandom(SEED);
      for (let i = 0; i < 500; i++) {
        const traceId = randomTraceId(random);
        const root = ask(sampler, TracingContext.ROOT, traceId);
        if (root.decision === SamplingDecision.RECORD_AND_SAMPLED) continue;
        const parent = { traceId, traceFlags: 0, traceState: root.traceState };
        const child = ask(sampler, contextWith(parent), traceId);
        expect(child.decision).toBe(SamplingDecision.NOT_RECORD);
      }
    });

    it(`${honoursDebug ? 'samples' : 'does not sample'} what a caller wants to debug`, () => {
      const sampler = create();
      const withDebug = (context: Context) => context.setValue(REQUEST_KEY, 'debug');
      const inherited = createTraceState('ot=th:8;x:1,foo=1');
      for (const traceId of [`${'0'.repeat(31)}1`, 'f'.repeat(32)]) {
        const parent = { traceId, traceFlags: 1, isRemote: true, traceState: inherited };
        for (const context of [TracingContext.ROOT, contextWith(parent)]) {
          const result = ask(sampler, withDebug(context), traceId);
          expect(result.decision === SamplingDecision.RECORD_AND_SAMPLED).toBe(honoursDebug);
        }
      }
    });
  });
}

export function ask(
  sampler: Sampler,
  context: Context,
  traceId: string,
  spanName = 'name',
  spanKind = SpanKind.SERVER,
  attributes: Attributes = {},
): SamplingResult {
  return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, []);
}

/** A context whose span is the given parent, of this process unless it says otherwise. */
export function contextWith(parent: Partial<SpanContext>): Context {
  return trace.setSpanContext(TracingContext.ROOT, {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    traceFlags: 0,
    ...parent,
  });
}

/** The same numbers from 0 to 1 for the same seed (xorshift). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function randomTraceId(random: () => number): string {
  const word = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return word() + word() + word() + word();
}

function* situations(): Generator<[Context, string]> {
  yield [TracingContext.ROOT, TRACE_ID];
  yield [contextWith({ traceId: '0'.repeat(32), spanId: '0'.repeat(16) }), TRACE_ID];
  yield [contextWith({ spanId: '0'.repeat(16) }), TRACE_ID];
  yield [contextWith({ traceId: 'f'.repeat(32) }), TRACE_ID];
  for (const traceId of [TRACE_ID, 'f'.repeat(32), `${'0'.repeat(31)}1`, '', 'no trace id']) {
    yield [TracingContext.ROOT, traceId];
    for (const traceFlags of [0, 1, 2, 3]) {
      for (const isRemote of [true, false, undefined]) {
        yield [contextWith({ traceId, traceFlags, isRemote }), traceId];
      }
    }
  }
  for (const request of ['debug', 'accept', 'deny', 'defer', 'nonsense', 7]) {
    yield [TracingContext.ROOT.setValue(REQUEST_KEY, request), TRACE_ID];
  }
}

function randomTraceState(random: () => number): TraceState | undefined {
  const pairs = [
    'th:8',
    'th:e666',
    'th:0',
    'th:',
    'th:XYZ',
    'rv:ab1122334455ef',
    'rv:1',
    'x:1',
    '',
  ];
  const chosen = pairs.filter(() => random() < 0.3).join(';');
  const members = [`ot=${chosen}`, 'foo=1', 'bar=2'].filter(() => random() < 0.7);
  return members.length === 0 ? undefined : createTraceState(members.join(','));
}

/** Whatever the answer, it takes nothing away that belongs to others. */
function expectUntouched({ traceState }: SamplingResult, inherited: TraceState | undefined): void {
  const outgoing = traceState ?? inherited;
  const foreign = (state: TraceState | undefined) => pairsOf(state).filter(isNoThreshold).sort();
  expect(foreign(outgoing)).toEqual(foreign(inherited));
  for (const key of ['foo', 'bar']) expect(outgoing?.get(key)).toBe(inherited?.get(key));
}

/** If a threshold goes on, the decision is the one that it leads to. */
function expectTrue(
  { decision, traceState }: SamplingResult,
  traceId: string,
  inherited: TraceState | undefined,
): void {
  const thresholds = pairsOf(traceState ?? inherited).filter((pair) => !isNoThreshold(pair));
  expect(thresholds.length).toBeLessThanOrEqual(1);
  const threshold = thresholds[0]?.slice('th:'.length);
  if (threshold === undefined) return;
  expect(threshold).toMatch(/^[0-9a-f]{1,14}$/);
  const explicit = pairsOf(inherited).filter((pair) => pair.startsWith('rv:'));
  const isExplicit = explicit.length === 1 && /^rv:[0-9a-f]{14}$/.test(explicit[0] as string);
  const randomness = isExplicit ? explicit[0]?.slice('rv:'.length) : traceId;
  const isSampled = decision === SamplingDecision.RECORD_AND_SAMPLED;
  expect(passes(threshold, randomness as string)).toBe(isSampled);
}

function pairsOf(traceState: TraceState | undefined): string[] {
  return (traceState?.get('ot') ?? '').split(';').filter((pair) => pair !== '');
}

function isNoThreshold(pair: string): boolean {
  return !pair.startsWith('th:');
}
