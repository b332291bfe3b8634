import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  isSpanContextValid,
  type SpanContext,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../context/index.js';
import { type CaseDefinition, ownRule, specification } from './contract-case.js';
import type { Demand } from './demand.js';
import { seededRandom } from './given-random.js';
import type { PropagatorInability, PropagatorSubject } from './propagator-contract.js';
import { spoiledCarriers } from './spoiled-carriers.js';

const SEED = 20_260_101;
const EXTRACT = specification('context/api-propagators.md#extract');
const IS_VALID = specification('trace/api.md#isvalid');
export const SENDABLE = ownRule('a receiver must not have to reject what it is sent');

/** Cases with damaged headers. @param count number of carriers */
export function spoiledCarrierCases(
  subject: PropagatorSubject,
  count: number,
): CaseDefinition<PropagatorInability>[] {
  const { otherFields = [], samples = [], fieldPrefix } = subject;
  const timeoutMillis = 5_000 + count;
  type Check = (propagator: TextMapPropagator, received: Context) => string | undefined;
  const runWith = (demanded: string, check: Check) => (demand: Demand) => {
    const propagator = subject.create();
    const fields = [...propagator.fields(), ...otherFields];
    let iteration = 0;
    for (const carrier of spoiledCarriers(count, fields, samples, seededRandom(SEED))) {
      const where = `carrier ${iteration++}, ${textOf(carrier)}`;
      const trouble = troubleOf(() =>
        check(propagator, propagator.extract(TracingContext.ROOT, carrier, defaultTextMapGetter)),
      );
      demand.that(trouble === undefined, demanded, `${trouble}, for ${where}`);
    }
  };
  return [
    {
      name: 'never throws, for spoiled carriers',
      rule: EXTRACT,
      timeoutMillis,
      run: runWith('no error', () => undefined),
    },
    {
      name: 'extracts valid remote span contexts or none, from spoiled carriers',
      rule: IS_VALID,
      timeoutMillis,
      run: runWith('a valid span context with isRemote, or none', (_, received) =>
        troubleOfSpanContext(received, (it) => isSpanContextValid(it) && it.isRemote === true),
      ),
    },
    {
      name: 'extracts only ids in lower case and known flags, from spoiled carriers',
      rule: SENDABLE,
      timeoutMillis,
      run: runWith('a trace id in lower case, and flags from 0 to 3', (_, received) =>
        troubleOfSpanContext(
          received,
          ({ traceId, traceFlags }) => traceId === traceId.toLowerCase() && traceFlags <= 3,
        ),
      ),
    },
    {
      name: 'emits only what it accepts, after spoiled carriers',
      rule: SENDABLE,
      timeoutMillis,
      run: runWith(
        'values of printable ASCII, which the propagator extracts and injects unchanged',
        (propagator, received) => troubleOfSending(propagator, received, fieldPrefix),
      ),
    },
  ];
}

function troubleOf(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

function troubleOfSpanContext(
  received: Context,
  isSound: (spanContext: SpanContext) => boolean,
): string | undefined {
  const spanContext = trace.getSpanContext(received);
  return spanContext === undefined || isSound(spanContext)
    ? undefined
    : `extracted ${textOf(spanContext)}`;
}

/** What came in goes out as something that comes in as the same. */
function troubleOfSending(
  propagator: TextMapPropagator,
  received: Context,
  fieldPrefix: string | undefined,
): string | undefined {
  const sent: Record<string, string> = {};
  propagator.inject(received, sent, defaultTextMapSetter);
  const names = Object.keys(sent);
  for (const name of names) {
    const isEmptyEntry = sent[name] === '' && hasPrefix(name, fieldPrefix);
    if (!isEmptyEntry && !isHeaderText(sent[name])) {
      return `injected ${name}: ${textOf(sent[name])}`;
    }
  }
  if (names.length === 0) return undefined;
  const resent: Record<string, string> = {};
  const accepted = propagator.extract(TracingContext.ROOT, sent, defaultTextMapGetter);
  propagator.inject(accepted, resent, defaultTextMapSetter);
  return textOf(sent) === textOf(resent)
    ? undefined
    : `sent ${textOf(sent)} but then ${textOf(resent)}`;
}

export function hasPrefix(name: string, prefix: string | undefined): boolean {
  return prefix !== undefined && name.startsWith(prefix);
}

function isHeaderText(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && /^[\x20-\x7e]*$/.test(value);
}

/** JSON that shows functions and symbols too. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    typeof item === 'symbol' || typeof item === 'function' ? String(item) : item,
  );
}
