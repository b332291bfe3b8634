import {
  type Context,
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  INVALID_SPAN_CONTEXT,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../context/index.js';
import { checkCount, checkStrings } from '../../option-checks.js';
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
import { hasPrefix, SENDABLE, spoiledCarrierCases, textOf } from './spoiled-carrier-cases.js';
import { SPAN_ID, TRACE_ID } from './spoiled-carriers.js';

/**
 * What a propagator can be unable to do by design: `carrySpan` (one of baggage), `inject` (one that only
 * understands other senders), `carryBaggage` (a format without a place for it, or one that only reads it).
 */
export type PropagatorInability = 'carrySpan' | 'inject' | 'carryBaggage';

/** A propagator that faces the {@link propagatorContract}. */
export interface PropagatorSubject extends ContractSubject<PropagatorInability> {
  /** Creates a propagator. Called at least once for each case. */
  readonly create: () => TextMapPropagator;
  /**
   * The beginning of the names of headers that `fields()` cannot list, because their names depend on what
   * they carry. @default none
   */
  readonly fieldPrefix?: string;
  /** Headers that the propagator reads in addition to those that it writes. @default none */
  readonly otherFields?: readonly string[];
  /**
   * Valid values of the propagator's own format. The spoiled carriers contain damaged copies of them, and
   * of the values of the formats that nestjs-traced knows. @default none
   */
  readonly samples?: readonly string[];
  /** Number of spoiled carriers, 1 to 100,000,000. @default 20,000 */
  readonly spoiledCarrierCount?: number;
}

const INABILITIES: readonly PropagatorInability[] = ['carrySpan', 'inject', 'carryBaggage'];

const INJECT = specification('context/api-propagators.md#inject');
const EXTRACT = specification('context/api-propagators.md#extract');
const FIELDS = specification('context/api-propagators.md#fields');
const IS_VALID = specification('trace/api.md#isvalid');
const VALID_IDS = document('W3C Trace Context, #traceparent-header-field-values');

type Definition = CaseDefinition<PropagatorInability>;

/**
 * Returns the contract of propagators: what every `TextMapPropagator` must do, in an application of
 * nestjs-traced and with OpenTelemetry's SDK.
 *
 * @throws TracingConfigError for an invalid subject
 * @example
 * const cases = propagatorContract({
 *   name: 'CloudPropagator',
 *   create: () => new CloudPropagator(),
 *   cannot: { carryBaggage: 'the header has no place for it' },
 * });
 */
export function propagatorContract(subject: PropagatorSubject): ContractCase[] {
  const owner = 'propagatorContract';
  checkSubject(owner, subject, ['create']);
  const { otherFields, samples, spoiledCarrierCount } = subject;
  if (otherFields !== undefined)
    checkStrings(`${owner}.otherFields`, otherFields, 'List header names.');
  if (samples !== undefined)
    checkStrings(`${owner}.samples`, samples, 'List valid values of headers.');
  const count = checkCount(
    `${owner}.spoiledCarrierCount`,
    spoiledCarrierCount,
    20_000,
    1,
    100_000_000,
  );
  return defineContract(owner, INABILITIES, subject, [
    ...roundTrips(subject),
    ...fieldLists(subject),
    ...injections(subject),
    ...extractions(subject),
    ...spoiledCarrierCases(subject, count),
  ]);
}

function roundTrips(subject: PropagatorSubject): Definition[] {
  const needsSpan = ['carrySpan', 'inject'] as const;
  return [
    ...[0, 1].map(
      (traceFlags): Definition => ({
        name: `accepts unchanged what it emits, with trace flags ${traceFlags}`,
        rule: INJECT,
        needs: needsSpan,
        run: (demand) => returnsSpan(demand, subject, TracingContext.ROOT, traceFlags),
      }),
    ),
    {
      name: 'works with the contexts of the API too',
      rule: INJECT,
      needs: needsSpan,
      run: (demand) => returnsSpan(demand, subject, ROOT_CONTEXT, 1),
    },
    {
      name: 'accepts unchanged the baggage that it emits',
      rule: specification('baggage/api.md#propagation'),
      needs: ['inject', 'carryBaggage'],
      run: (demand) => {
        const baggage = propagation.createBaggage({ tenant: { value: 'a b,c;d=é%' } });
        const sent = inject(subject, propagation.setBaggage(TracingContext.ROOT, baggage));
        const received = extract(subject, sent);
        const value = propagation.getBaggage(received)?.getEntry('tenant')?.value;
        demand.equal(value, 'a b,c;d=é%', `the value of the baggage entry, from ${textOf(sent)}`);
        demand.equal(inject(subject, received), sent, 'the carrier of the extracted context');
      },
    },
    {
      name: 'writes and reads through the setter and the getter that it is given',
      rule: specification('context/api-propagators.md#textmap-propagator'),
      needs: ['inject'],
      run: (demand) => {
        const carrier = new Map<string, string>();
        subject.create().inject(fullContext(), carrier, {
          set: (into, key, value) => void into.set(key, value),
        });
        const sent = Object.fromEntries(carrier);
        demand.equal(sent, inject(subject, fullContext()), 'the entries of a Map as the carrier');
        const received = subject.create().extract(TracingContext.ROOT, carrier, {
          get: (from, key) => from.get(key),
          keys: (from) => [...from.keys()],
        });
        demand.equal(inject(subject, received), sent, 'the carrier of the extracted context');
      },
    },
  ];
}

function returnsSpan(
  demand: Demand,
  subject: PropagatorSubject,
  root: Context,
  traceFlags: number,
): void {
  const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags };
  const sent = inject(subject, trace.setSpanContext(root, spanContext));
  const received = extract(subject, sent, root);
  const { traceId, spanId, traceFlags: flags, isRemote } = trace.getSpanContext(received) ?? {};
  demand.equal(
    { traceId, spanId, traceFlags: flags, isRemote },
    { ...spanContext, isRemote: true },
    `the extracted span context, from ${textOf(sent)}`,
  );
  demand.equal(inject(subject, received), sent, 'the carrier of the extracted context');
}

function fieldLists(subject: PropagatorSubject): Definition[] {
  return [
    {
      name: 'lists in fields() exactly what it writes',
      rule: FIELDS,
      run: (demand) => {
        const written = Object.keys(inject(subject, fullContext()));
        const fields = subject.create().fields();
        const fixed = written.filter((name) => !hasPrefix(name, subject.fieldPrefix));
        const unlisted = fixed.filter((name) => !fields.includes(name));
        demand.equal(
          unlisted,
          [],
          `written fields that fields() (${textOf(fields)}) does not list`,
        );
        demand.equal([...new Set(fields)], fields, 'fields() without duplicates');
        const cannotInject = subject.cannot?.inject !== undefined;
        demand.that(
          written.length > 0 !== cannotInject,
          cannotInject
            ? `no fields written, because it cannot inject (${subject.cannot?.inject})`
            : 'at least one field written for a context with a span and baggage',
          written,
        );
      },
    },
  ];
}

function injections(subject: PropagatorSubject): Definition[] {
  const wrongContexts: [string, Partial<Record<keyof SpanContext, unknown>>, Definition['rule']][] =
    [
      ['no ids', INVALID_SPAN_CONTEXT, IS_VALID],
      ['a trace id of zeros', { traceId: '0'.repeat(32) }, IS_VALID],
      ['a span id of zeros', { spanId: '0'.repeat(16) }, IS_VALID],
      ['a short trace id', { traceId: 'abc' }, VALID_IDS],
      ['a long span id', { spanId: `${SPAN_ID}0` }, VALID_IDS],
      ['upper case', { traceId: TRACE_ID.toUpperCase() }, SENDABLE],
      ['a line break', { spanId: 'b7ad6b716920333\n' }, VALID_IDS],
      ['a missing trace id', { traceId: undefined }, SENDABLE],
      ['a number for a span id', { spanId: 1234567890123456 }, SENDABLE],
    ];
  const isEmpty = (demand: Demand, context: Context): void =>
    demand.equal(inject(subject, context), {}, 'the carrier');
  return [
    ...wrongContexts.map(
      ([what, wrong, rule]): Definition => ({
        name: `injects nothing for a span context with ${what}`,
        rule,
        run: (demand) => {
          const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, ...wrong };
          isEmpty(demand, contextWith(spanContext as SpanContext));
        },
      }),
    ),
    {
      name: 'injects nothing without a span and without baggage',
      rule: INJECT,
      run: (demand) => isEmpty(demand, TracingContext.ROOT),
    },
    {
      name: 'injects nothing where tracing is suppressed',
      rule: ownRule('suppressed work, such as an export, is in no trace'),
      run: (demand) => isEmpty(demand, TracingContext.from(fullContext()).withSuppressed(true)),
    },
  ];
}

function extractions(subject: PropagatorSubject): Definition[] {
  const empty: [string, unknown][] = [
    ['an empty carrier', {}],
    ['the carrier null', null],
    ['the carrier undefined', undefined],
  ];
  return [
    ...empty.map(
      ([what, carrier]): Definition => ({
        name: `gives back the same context for ${what}`,
        rule: EXTRACT,
        run: (demand) => {
          const received = extract(subject, carrier);
          demand.that(received === TracingContext.ROOT, 'the context that was passed', received);
        },
      }),
    ),
    {
      name: 'keeps what else is in the context, and leaves the carrier as it is',
      rule: EXTRACT,
      run: (demand) => {
        const key = createContextKey('another value of this context');
        const carrier = Object.freeze(inject(subject, fullContext()));
        const received = extract(subject, carrier, TracingContext.ROOT.setValue(key, 'kept'));
        demand.equal(received.getValue(key), 'kept', 'another value of the context');
      },
    },
  ];
}

function inject({ create }: PropagatorSubject, context: Context): Record<string, string> {
  const carrier: Record<string, string> = {};
  create().inject(context, carrier, defaultTextMapSetter);
  return carrier;
}

function extract(
  { create }: PropagatorSubject,
  carrier: unknown,
  context: Context = TracingContext.ROOT,
): Context {
  return create().extract(context, carrier, defaultTextMapGetter);
}

function contextWith(spanContext: SpanContext): Context {
  return trace.setSpanContext(TracingContext.ROOT, spanContext);
}

function fullContext(): Context {
  const baggage = propagation.createBaggage({ key: { value: 'value' } });
  return propagation.setBaggage(
    contextWith({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }),
    baggage,
  );
}
