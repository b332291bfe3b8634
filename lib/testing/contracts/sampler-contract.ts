import { type Context, createTraceState, SpanKind, type TraceState } from '@opentelemetry/api';
import { TracingContext } from '../../context/index.js';
import { checkBoolean } from '../../option-checks.js';
import { type Sampler, SamplingDecision, type SamplingResult } from '../../sampling/index.js';
import {
  type CaseDefinition,
  type ContractCase,
  type ContractSubject,
  checkSubject,
  defineContract,
  document,
  ownRule,
  specification,
} from './contract-case.js';
import type { Demand } from './demand.js';
import { randomTraceId, seededRandom } from './given-random.js';
import {
  contextWith,
  randomTraceState,
  SAMPLING_REQUEST_KEY,
  samplingSituations,
} from './sampling-situations.js';

/**
 * What a sampler can be unable to do by design: `repeatItself` (one whose answer depends on what came
 * before), `mindThresholds` (one that passes on thresholds of the probability without a look at them),
 * `honourDebug` (one that ignores that a caller wants to debug).
 */
export type SamplerInability = 'repeatItself' | 'mindThresholds' | 'honourDebug';

/** A sampler that faces the {@link samplerContract}. */
export interface SamplerSubject extends ContractSubject<SamplerInability> {
  /** Creates a sampler. Called once for each case. */
  readonly create: () => Sampler;
  /**
   * True for a sampler that never samples, whatever the caller wants. The case about debugging then checks
   * that it stays off. @default false
   */
  readonly staysOff?: boolean;
}

const INABILITIES: readonly SamplerInability[] = ['repeatItself', 'mindThresholds', 'honourDebug'];
const DECISIONS: readonly unknown[] = Object.values(SamplingDecision);
const SEED = 20_260_102;
const ROUNDS = 500;
/** Of these, each way to decide by the trace id keeps some and drops others. */
const DEBUGGED_TRACES = [`${'0'.repeat(31)}1`, 'f'.repeat(32), `${'0'.repeat(24)}${'f'.repeat(8)}`];

const SHOULD_SAMPLE = specification('trace/sdk.md#shouldsample');
const OTHER_MEMBERS = document('W3C Trace Context, #mutating-the-tracestate-field');
const THRESHOLDS = specification(
  'trace/tracestate-probability-sampling.md#consistent-probability-sampling',
);

/**
 * Returns the contract of samplers: what every `Sampler` must do, in an application of nestjs-traced and
 * with OpenTelemetry's SDK.
 *
 * @throws TracingConfigError for an invalid subject
 * @example
 * const cases = samplerContract({ name: 'RegionSampler', create: () => new RegionSampler('eu') });
 */
export function samplerContract(subject: SamplerSubject): ContractCase[] {
  const owner = 'samplerContract';
  checkSubject(owner, subject, ['create']);
  const staysOff = checkBoolean(`${owner}.staysOff`, subject.staysOff, false);
  return defineContract(owner, INABILITIES, subject, [
    ...answers(subject),
    ...traceStates(subject),
    ...wishes(subject, staysOff),
  ]);
}

type Definition = CaseDefinition<SamplerInability>;

function answers({ create }: SamplerSubject): Definition[] {
  return [
    {
      name: 'describes itself',
      rule: specification('trace/sdk.md#getdescription'),
      run: (demand) => {
        const description = create().toString();
        const isName = /^\w+/.test(description) && !description.includes('[object');
        demand.that(isName, 'toString() starts with a name', description);
      },
    },
    {
      name: 'answers with a decision, whatever it is asked',
      rule: SHOULD_SAMPLE,
      run: (demand) => {
        const sampler = create();
        for (const { what, context, traceId } of samplingSituations()) {
          const { decision } = ask(sampler, context, traceId);
          demand.that(DECISIONS.includes(decision), `one of ${DECISIONS} ${what}`, decision);
        }
      },
    },
    {
      name: 'gives the same answer to the same question',
      rule: ownRule('all spans of a trace must get the same decision'),
      needs: ['repeatItself'],
      run: (demand) => {
        const sampler = create();
        for (const { what, context, traceId } of samplingSituations()) {
          const [first, second] = [ask(sampler, context, traceId), ask(sampler, context, traceId)];
          demand.equal(second.decision, first.decision, `the second decision ${what}`);
          demand.equal(
            second.traceState?.serialize(),
            first.traceState?.serialize(),
            `the second trace state ${what}`,
          );
        }
      },
    },
    {
      name: 'leaves the attributes and the links that it is given as they are',
      rule: SHOULD_SAMPLE,
      run: () => {
        const sampler = create();
        const attributes = Object.freeze({ 'http.request.method': 'GET' });
        const links = Object.freeze([]);
        // A change of a frozen object throws.
        for (const { context, traceId } of samplingSituations()) {
          sampler.shouldSample(
            context,
            traceId,
            'name',
            SpanKind.SERVER,
            attributes,
            links as never,
          );
        }
      },
    },
  ];
}

function traceStates({ create }: SamplerSubject): Definition[] {
  /** Asks about children of remote parents with random trace states. */
  const askAboutChildren = (
    check: (result: SamplingResult, traceId: string, inherited: TraceState | undefined) => void,
  ): void => {
    const sampler = create();
    const random = seededRandom(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const traceId = randomTraceId(random);
      const traceState = randomTraceState(random);
      const traceFlags = Math.floor(random() * 4);
      const context = contextWith({ traceId, traceFlags, isRemote: true, traceState });
      check(ask(sampler, context, traceId), traceId, traceState);
    }
  };
  return [
    {
      name: 'never throws, and leaves foreign parts of the trace state alone',
      rule: OTHER_MEMBERS,
      run: (demand) =>
        askAboutChildren((result, _, inherited) => expectUntouched(demand, result, inherited)),
    },
    {
      name: 'passes a threshold on only where it is true',
      rule: THRESHOLDS,
      needs: ['mindThresholds'],
      run: (demand) =>
        askAboutChildren((result, traceId, inherited) =>
          expectTrue(demand, result, traceId, inherited),
        ),
    },
    {
      name: 'says a threshold only where it is true',
      rule: THRESHOLDS,
      run: (demand) => {
        const sampler = create();
        const random = seededRandom(SEED);
        for (let round = 0; round < ROUNDS; round++) {
          const traceId = randomTraceId(random);
          expectTrue(demand, ask(sampler, TracingContext.ROOT, traceId), traceId, undefined);
        }
      },
    },
  ];
}

function wishes({ create }: SamplerSubject, staysOff: boolean): Definition[] {
  return [
    {
      name: 'does not sample below an unsampled parent of this process if it says so',
      rule: ownRule('Sampler.followsUnsampledParent'),
      run: (demand) => {
        const sampler = create();
        if (sampler.followsUnsampledParent !== true) return;
        const random = seededRandom(SEED);
        for (let round = 0; round < ROUNDS; round++) {
          const traceId = randomTraceId(random);
          const root = ask(sampler, TracingContext.ROOT, traceId);
          if (root.decision === SamplingDecision.RECORD_AND_SAMPLED) continue;
          const parent = { traceId, traceFlags: 0, traceState: root.traceState };
          const { decision } = ask(sampler, contextWith(parent), traceId);
          demand.equal(
            decision,
            SamplingDecision.NOT_RECORD,
            `the decision below the unsampled root of trace ${traceId}`,
          );
        }
      },
    },
    {
      name: `${staysOff ? 'does not sample' : 'samples'} what a caller wants to debug`,
      rule: ownRule('the debug flag of B3 and Jaeger stands above the sampler'),
      needs: ['honourDebug'],
      run: (demand) => {
        const sampler = create();
        const withDebug = (context: Context) => context.setValue(SAMPLING_REQUEST_KEY, 'debug');
        const inherited = createTraceState('ot=th:8;x:1,foo=1');
        for (const traceId of DEBUGGED_TRACES) {
          const parent = { traceId, traceFlags: 1, isRemote: true, traceState: inherited };
          for (const context of [TracingContext.ROOT, contextWith(parent)]) {
            const { decision } = ask(sampler, withDebug(context), traceId);
            demand.equal(
              decision === SamplingDecision.RECORD_AND_SAMPLED,
              !staysOff,
              `whether it samples the trace ${traceId} that the caller wants to debug`,
            );
          }
        }
      },
    },
  ];
}

function ask(sampler: Sampler, context: Context, traceId: string): SamplingResult {
  return sampler.shouldSample(context, traceId, 'name', SpanKind.SERVER, {}, []);
}

/** Whatever the answer, it takes nothing away that belongs to others. */
function expectUntouched(
  demand: Demand,
  { traceState }: SamplingResult,
  inherited: TraceState | undefined,
): void {
  const outgoing = traceState ?? inherited;
  const parts = (state: TraceState | undefined) => ({
    ot: pairsOf(state)
      .filter((pair) => !isThreshold(pair))
      .sort(),
    foo: state?.get('foo'),
    bar: state?.get('bar'),
  });
  const what = `the parts of the trace state that are no threshold, from "${serialized(inherited)}"`;
  demand.equal(parts(outgoing), parts(inherited), what);
}

/** If a threshold goes on, the decision is the one that it leads to. */
function expectTrue(
  demand: Demand,
  { decision, traceState }: SamplingResult,
  traceId: string,
  inherited: TraceState | undefined,
): void {
  const outgoing = traceState ?? inherited;
  const where = `for the trace ${traceId} with the trace state "${serialized(inherited)}"`;
  const thresholds = pairsOf(outgoing).filter(isThreshold);
  demand.that(thresholds.length <= 1, `one threshold at most ${where}`, serialized(outgoing));
  const threshold = thresholds[0]?.slice('th:'.length);
  if (threshold === undefined) return;
  const isHex = /^[0-9a-f]{1,14}$/.test(threshold);
  demand.that(isHex, `a threshold of 1 to 14 hex digits ${where}`, threshold);
  demand.equal(
    decision === SamplingDecision.RECORD_AND_SAMPLED,
    passes(threshold, randomnessOf(traceId, inherited)),
    `whether the trace is sampled, which the outgoing threshold ${threshold} says ${where}`,
  );
}

/** Sampled are the traces whose 56 random bits are not below the threshold. */
function passes(threshold: string, randomness: string): boolean {
  return BigInt(`0x${randomness.slice(-14)}`) >= BigInt(`0x${threshold.padEnd(14, '0')}`);
}

/** The explicit random value of the trace state, if there is a valid one, else the trace id. */
function randomnessOf(traceId: string, inherited: TraceState | undefined): string {
  const explicit = pairsOf(inherited).filter((pair) => pair.startsWith('rv:'));
  const [first = ''] = explicit;
  return explicit.length === 1 && /^rv:[0-9a-f]{14}$/.test(first)
    ? first.slice('rv:'.length)
    : traceId;
}

function pairsOf(traceState: TraceState | undefined): string[] {
  return (traceState?.get('ot') ?? '').split(';').filter((pair) => pair !== '');
}

function isThreshold(pair: string): boolean {
  return pair.startsWith('th:');
}

function serialized(traceState: TraceState | undefined): string {
  return traceState?.serialize() ?? '';
}
