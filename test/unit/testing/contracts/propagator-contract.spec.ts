import { describe, expect, it } from '@jest/globals';
import {
  type Context,
  propagation,
  type SpanContext,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../../../lib/context/index.js';
import {
  type PropagatorSubject,
  propagatorContract,
} from '../../../../lib/testing/contracts/propagator-contract.js';
import { PlainPropagator } from './plain-propagator.js';
import { failingCases, violationsOf } from './violations.js';

const SAMPLES = [
  '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
  '0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-1',
  '%5B%5B%22a%22%2C%22b%22%5D%5D',
  '[["a","\u00e9"]]',
];

function contractOf(create: PropagatorSubject['create'], others: Partial<PropagatorSubject> = {}) {
  return propagatorContract({
    name: 'PlainPropagator',
    create,
    samples: SAMPLES,
    spoiledCarrierCount: 3_000,
    ...others,
  });
}

/** A correct propagator with faulty members. */
function mutant(members: Partial<PlainPropagator>): () => PlainPropagator {
  return () => Object.assign(new PlainPropagator(), members);
}

const correct = new PlainPropagator();

interface Mutant {
  readonly fault: string;
  readonly members: Partial<PlainPropagator>;
  readonly fails: readonly string[];
  /** What the message of the first failure contains. */
  readonly message: string;
}

const ROUND_TRIPS = [
  'accepts unchanged what it emits, with trace flags 0',
  'accepts unchanged what it emits, with trace flags 1',
  'works with the contexts of the API too',
];
const WRONG_CONTEXTS = [
  ...['no ids', 'a trace id of zeros', 'a span id of zeros', 'a short trace id', 'a long span id'],
  ...['upper case', 'a line break', 'a missing trace id', 'a number for a span id'],
].map((what) => `injects nothing for a span context with ${what}`);
const SAME_CONTEXT = ['an empty carrier', 'the carrier null', 'the carrier undefined'].map(
  (what) => `gives back the same context for ${what}`,
);
const [NEVER_THROWS, ONLY_VALID, LOWER_CASE, EMITS] = [
  'never throws, for spoiled carriers',
  'extracts valid remote span contexts or none, from spoiled carriers',
  'extracts only ids in lower case and known flags, from spoiled carriers',
  'emits only what it accepts, after spoiled carriers',
] as const;

const MUTANTS: Mutant[] = [
  {
    fault: 'always says that the trace is not sampled',
    members: { idsOf: ({ traceId, spanId }) => `${traceId}-${spanId}-0` },
    fails: ROUND_TRIPS.slice(1),
    message: 'traceFlags: 1',
  },
  {
    fault: 'does not say that the span is remote',
    members: { readIds: (text) => without('isRemote', correct.readIds(text)) },
    fails: [...ROUND_TRIPS, ONLY_VALID],
    message: 'isRemote: undefined,',
  },
  {
    fault: 'takes only contexts of nestjs-traced',
    members: {
      isOff: (context) => !(context instanceof TracingContext) || correct.isOff(context),
    },
    fails: ['works with the contexts of the API too'],
    message: 'the extracted span context, from {}',
  },
  {
    fault: 'cuts the values of baggage',
    members: { readBaggage: (text) => correct.readBaggage(text).map(([key]) => [key, 'cut']) },
    fails: [
      'accepts unchanged the baggage that it emits',
      'writes and reads through the setter and the getter that it is given',
    ],
    message: 'the value of the baggage entry, from {"plain-baggage":',
  },
  {
    fault: 'writes without the setter',
    members: {
      inject(context: Context, carrier: unknown) {
        correct.inject(context, carrier, {
          set: (into, key, value) => Object.assign(into as object, { [key]: value }),
        });
      },
    },
    fails: ['writes and reads through the setter and the getter that it is given'],
    message: 'the entries of a Map as the carrier',
  },
  {
    fault: 'forgets a field',
    members: { fields: () => ['plain-ids'] },
    fails: ['lists in fields() exactly what it writes'],
    message: "Received: [ 'plain-baggage' ]",
  },
  {
    fault: 'injects every span context',
    members: { isSendable: () => true },
    fails: WRONG_CONTEXTS,
    message: "Received: { 'plain-ids': '00000000000000000000000000000000-0000000000000000-0' }",
  },
  {
    fault: 'injects without a span',
    members: {
      inject(context: Context, carrier: unknown, setter: TextMapSetter) {
        setter.set(carrier, 'plain-ids', 'none');
        correct.inject(context, carrier, setter);
      },
    },
    fails: [
      ...WRONG_CONTEXTS,
      'injects nothing without a span and without baggage',
      'injects nothing where tracing is suppressed',
    ],
    message: "{ 'plain-ids': 'none' }",
  },
  {
    fault: 'injects where tracing is suppressed',
    members: { isOff: () => false },
    fails: ['injects nothing where tracing is suppressed'],
    message: 'suppressed work, such as an export, is in no trace',
  },
  {
    fault: 'makes a new context for every carrier',
    members: {
      extract: (context: Context, carrier: unknown, getter: TextMapGetter) =>
        correct.extract(context, carrier, getter).setValue(Symbol('mark'), 1),
    },
    fails: SAME_CONTEXT,
    message: 'Demanded: the context that was passed',
  },
  {
    fault: 'reads a carrier that is not there',
    members: {
      read: (carrier, field, getter) => {
        const isThere = carrier instanceof Map || field in (carrier as object);
        return isThere ? correct.read(carrier, field, getter) : '';
      },
    },
    fails: SAME_CONTEXT.slice(1),
    message: 'Received: TypeError: ',
  },
  {
    fault: 'starts from the root context',
    members: {
      extract: (context: Context, carrier: unknown, getter: TextMapGetter) => {
        const received = correct.extract(TracingContext.ROOT, carrier, getter);
        return received === TracingContext.ROOT ? context : received;
      },
    },
    fails: ['keeps what else is in the context, and leaves the carrier as it is'],
    message: 'another value of the context',
  },
  {
    fault: 'removes from the carrier what it has read',
    members: {
      read: (carrier, field, getter) => {
        const text = correct.read(carrier, field, getter);
        if (text !== '' && !(carrier instanceof Map)) delete (carrier as never)[field];
        return text;
      },
    },
    fails: [
      ...ROUND_TRIPS,
      'accepts unchanged the baggage that it emits',
      'keeps what else is in the context, and leaves the carrier as it is',
      EMITS,
    ],
    message: 'Cannot delete property',
  },
  {
    fault: 'believes that every value is a text',
    members: {
      read: (carrier, field, getter) => {
        const value = carrier ? (getter.get(carrier, field) as string) : '';
        return value === undefined ? '' : value.trim();
      },
    },
    fails: [NEVER_THROWS, ONLY_VALID, LOWER_CASE, EMITS],
    message: 'value.trim is not a function, for carrier',
  },
  {
    fault: 'extracts ids of any form',
    members: {
      readIds: (text) => {
        const [traceId = '', spanId = '', flags] = text.split('-');
        return spanId === '' ? undefined : idsOf(traceId, spanId, flags);
      },
    },
    fails: [ONLY_VALID, LOWER_CASE],
    message: 'extracted {"traceId":"',
  },
  {
    fault: 'extracts ids in upper case',
    members: {
      readIds: (text) => {
        const spanContext = correct.readIds(text.toLowerCase());
        return spanContext && { ...spanContext, traceId: text.slice(0, 32) };
      },
    },
    fails: [LOWER_CASE],
    message: 'Demanded: a trace id in lower case, and flags from 0 to 3',
  },
  {
    fault: 'sends baggage as it is',
    members: {
      inject(context: Context, carrier: unknown, setter: TextMapSetter) {
        correct.inject(context, carrier, {
          set: (into, key, value) => setter.set(into, key, decodeURIComponent(value)),
        });
      },
      readBaggage: (text) => correct.readBaggage(encodeURIComponent(Buffer.from(text).toString())),
    },
    fails: [EMITS],
    message: 'injected plain-baggage: ',
  },
];

describe('propagatorContract', () => {
  it('accepts a correct propagator', async () => {
    expect(await failingCases(contractOf(() => new PlainPropagator()))).toEqual([]);
  });

  it.each(MUTANTS)('refuses one that $fault', async ({ members, fails, message }) => {
    const violations = await violationsOf(contractOf(mutant(members)));
    expect(Object.keys(violations)).toEqual(fails);
    expect(
      Object.values(violations)
        .map((violation) => violation.message)
        .join('\n'),
    ).toContain(message);
  });

  it('has no case that accepts all of them', () => {
    const failed = new Set(MUTANTS.flatMap(({ fails }) => fails));
    const names = contractOf(() => new PlainPropagator()).map(({ name }) => name);
    expect(names.filter((name) => !failed.has(name))).toEqual([]);
  });

  it('demands of one that cannot inject that it does not', async () => {
    const cannot = { inject: 'it is for old senders' };
    const cases = contractOf(() => new PlainPropagator(), { cannot });
    expect(await failingCases(cases)).toEqual(['lists in fields() exactly what it writes']);
    expect(cases.filter(({ skip }) => skip === cannot.inject)).toHaveLength(5);
    const silent = mutant({ inject: () => {} });
    expect(await failingCases(contractOf(silent, { cannot }))).toEqual([]);
  });

  it('does not ask for what the format has no place for', async () => {
    const withoutBaggage = mutant({ readBaggage: () => [], fields: () => ['plain-ids'] });
    const noBaggage = () => {
      const propagator = withoutBaggage();
      const { inject } = propagator;
      propagator.inject = (context, carrier, setter) =>
        inject.call(propagator, propagation.deleteBaggage(context), carrier, setter);
      return propagator;
    };
    const cannot = { carryBaggage: 'the header has no place for it' };
    expect(await failingCases(contractOf(noBaggage, { cannot }))).toEqual([]);
    expect(await failingCases(contractOf(noBaggage))).toEqual([
      'accepts unchanged the baggage that it emits',
    ]);
  });

  it('lets the names of fields depend on what they carry, where the subject says so', async () => {
    const numbered = () => {
      const propagator = new PlainPropagator();
      const { inject } = propagator;
      propagator.inject = (context, carrier, setter) => {
        inject.call(propagator, context, carrier, setter);
        const spanContext = trace.getSpanContext(context) as SpanContext | undefined;
        if (spanContext && correct.isSendable(spanContext) && !correct.isOff(context)) {
          setter.set(carrier, `plain-${spanContext.spanId}`, '1');
        }
      };
      return propagator;
    };
    expect(await failingCases(contractOf(numbered, { fieldPrefix: 'plain-b7' }))).toEqual([]);
    expect(await failingCases(contractOf(numbered))).toEqual([
      'lists in fields() exactly what it writes',
    ]);
  });

  it.each<[Partial<PropagatorSubject>, string]>([
    [{ create: undefined as never }, 'propagatorContract.create must be a function'],
    [{ otherFields: [''] }, 'propagatorContract.otherFields must be an array of non-empty strings'],
    [
      { samples: 'b3' as never },
      'propagatorContract.samples must be an array of non-empty strings',
    ],
    [{ spoiledCarrierCount: 0 }, 'propagatorContract.spoiledCarrierCount must be a whole number'],
    [{ cannot: { deliver: 'x' } as never }, 'propagatorContract.cannot must have no keys but'],
  ])('refuses the subject with %j', (others, message) => {
    expect(() => contractOf(() => new PlainPropagator(), others)).toThrow(message);
  });
});

function without<T extends object>(key: keyof T, value: T | undefined): T | undefined {
  if (value === undefined) return undefined;
  const { [key]: _, ...rest } = value;
  return rest as T;
}

function idsOf(traceId: string, spanId: string, flags = '0'): SpanContext {
  return { traceId, spanId, traceFlags: Number(flags), isRemote: true };
}
