import { describe, expect, it } from '@jest/globals';
import {
  type Context,
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  propagation,
  type SpanContext,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { TracingContext } from '../../lib/context/index.js';

/** What an implementation does. What it cannot do needs one of the reasons given here. */
export interface PropagatorAbilities {
  /** False for baggage. */
  readonly carriesSpan: boolean;
  /** False where only old senders are to be understood. */
  readonly injects: boolean;
  /** False where the format has no place for baggage, or it is only read. */
  readonly carriesBaggage: boolean;
  /** Of headers whose names depend on what they carry, which `fields()` cannot list. */
  readonly fieldPrefix?: string;
  /** Headers that are read beyond those that are written. */
  readonly otherFields?: readonly string[];
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
/** `FUZZ_ITERATIONS` raises it, for a long run once in a while. */
const ITERATIONS = Number(process.env.FUZZ_ITERATIONS ?? 20_000);
const SEED = 20_260_101;

/** What every propagator has to hold. */
export function propagatorSuite(
  name: string,
  create: () => TextMapPropagator,
  abilities: PropagatorAbilities,
): void {
  const { carriesSpan, injects, carriesBaggage, fieldPrefix } = abilities;

  describe(`${name}, as every propagator,`, () => {
    const injectInto = (context: Context): Record<string, string> => {
      const carrier: Record<string, string> = {};
      create().inject(context, carrier, defaultTextMapSetter);
      return carrier;
    };
    const extractFrom = (carrier: unknown, context: Context = TracingContext.ROOT): Context =>
      create().extract(context, carrier, defaultTextMapGetter);

    if (carriesSpan && injects) {
      it.each([0, 1])('accepts unchanged what it emits, with trace flags %i', (traceFlags) => {
        const sent = injectInto(contextWith({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags }));
        const received = extractFrom(sent);
        expect(trace.getSpanContext(received)).toMatchObject({
          traceId: TRACE_ID,
          spanId: SPAN_ID,
          traceFlags,
          isRemote: true,
        });
        expect(injectInto(received)).toEqual(sent);
      });
    }

    if (carriesBaggage) {
      it('accepts unchanged the baggage that it emits', () => {
        const baggage = propagation.createBaggage({ tenant: { value: 'a b,c;d=é%' } });
        const sent = injectInto(propagation.setBaggage(TracingContext.ROOT, baggage));
        const received = extractFrom(sent);
        expect(propagation.getBaggage(received)?.getEntry('tenant')?.value).toBe('a b,c;d=é%');
        expect(injectInto(received)).toEqual(sent);
      });
    }

    it('lists in fields() exactly what it writes', () => {
      const written = Object.keys(injectInto(fullContext()));
      const fields = create().fields();
      const fixed = written.filter((name) => !hasPrefix(name, fieldPrefix));
      expect(fields).toEqual(expect.arrayContaining(fixed));
      expect(new Set(fields).size).toBe(fields.length);
      expect(written.length > 0).toBe(injects);
    });

    it.each<[string, Partial<Record<keyof SpanContext, unknown>>]>([
      ['no ids', INVALID_SPAN_CONTEXT],
      ['a trace id of zeros', { traceId: '0'.repeat(32) }],
      ['a span id of zeros', { spanId: '0'.repeat(16) }],
      ['a short trace id', { traceId: 'abc' }],
      ['a long span id', { spanId: `${SPAN_ID}0` }],
      ['upper case', { traceId: TRACE_ID.toUpperCase() }],
      ['a line break', { spanId: 'b7ad6b716920333\n' }],
      ['a missing trace id', { traceId: undefined }],
      ['a number for a span id', { spanId: 1234567890123456 }],
    ])('injects nothing for a span context with %s', (_what, wrong) => {
      const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, ...wrong };
      expect(injectInto(contextWith(spanContext as SpanContext))).toEqual({});
    });

    it('injects nothing without a span and without baggage', () => {
      expect(injectInto(TracingContext.ROOT)).toEqual({});
    });

    it('injects nothing where tracing is suppressed', () => {
      expect(injectInto(TracingContext.from(fullContext()).withSuppressed(true))).toEqual({});
    });

    it('gives back the same context where the carrier has nothing for it', () => {
      expect(extractFrom({})).toBe(TracingContext.ROOT);
      expect(extractFrom(null)).toBe(TracingContext.ROOT);
      expect(extractFrom(undefined)).toBe(TracingContext.ROOT);
    });

    it('keeps what else is in the context, and leaves the carrier as it is', () => {
      const key = createContextKey('another value of this context');
      const carrier = Object.freeze(injectInto(fullContext()));
      const received = extractFrom(carrier, TracingContext.ROOT.setValue(key, 'kept'));
      expect(received.getValue(key)).toBe('kept');
    });

    const fuzz = (): void => {
      const propagator = create();
      const random = seededRandom(SEED);
      const fields = [...propagator.fields(), ...(abilities.otherFields ?? [])];
      for (let i = 0; i < ITERATIONS; i++) {
        const carrier = spoiledCarrier(fields, random);
        try {
          const received = propagator.extract(TracingContext.ROOT, carrier, defaultTextMapGetter);
          expectSound(propagator, received, fieldPrefix);
        } catch (error) {
          throw new Error(`iteration ${i}, carrier ${asText(carrier)}: ${error}`);
        }
      }
    };
    const title = `never throws and emits only what it accepts, for ${ITERATIONS} spoiled carriers`;
    it(title, fuzz, 5_000 + ITERATIONS);
  });
}

/** What came in is valid, and goes out as something that comes in as the same. */
function expectSound(
  propagator: TextMapPropagator,
  received: Context,
  fieldPrefix: string | undefined,
): void {
  const spanContext = trace.getSpanContext(received);
  if (spanContext !== undefined) {
    const isSound =
      isSpanContextValid(spanContext) &&
      spanContext.traceId === spanContext.traceId.toLowerCase() &&
      spanContext.isRemote === true &&
      spanContext.traceFlags <= 3;
    if (!isSound) throw new Error(`extracted ${JSON.stringify(spanContext)}`);
  }
  const sent: Record<string, string> = {};
  propagator.inject(received, sent, defaultTextMapSetter);
  const names = Object.keys(sent);
  for (const name of names) {
    const isEmptyEntry = sent[name] === '' && hasPrefix(name, fieldPrefix);
    if (!isEmptyEntry && !isHeaderText(sent[name]))
      throw new Error(`injected ${name}: ${asText(sent[name])}`);
  }
  if (names.length === 0) return;
  const resent: Record<string, string> = {};
  const accepted = propagator.extract(TracingContext.ROOT, sent, defaultTextMapGetter);
  propagator.inject(accepted, resent, defaultTextMapSetter);
  if (asText(sent) !== asText(resent)) {
    throw new Error(`sent ${asText(sent)} but then ${asText(resent)}`);
  }
}

function hasPrefix(name: string, prefix: string | undefined): boolean {
  return prefix !== undefined && name.startsWith(prefix);
}

function isHeaderText(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && /^[\x20-\x7e]*$/.test(value);
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

/** Valid values of all formats, to be spoiled. */
const SEEDS = [
  `00-${TRACE_ID}-${SPAN_ID}-01`,
  `cc-${TRACE_ID}-${SPAN_ID}-03-more`,
  'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
  'ot=th:e666;rv:ab1122334455ef, tenant@vendor=1',
  'userId=alice,serverNode=DF%2028;property;other=%C3%A9',
  `${TRACE_ID}-${SPAN_ID}-1-00f067aa0ba902b7`,
  `${SPAN_ID}-${SPAN_ID}-d`,
  'd',
  '0',
  TRACE_ID,
  SPAN_ID,
  'true',
  `${TRACE_ID}:${SPAN_ID}:0:3`,
  `5af7302cb7b2e7:${SPAN_ID}%3A0%3A1`,
  `Root=1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)};Parent=${SPAN_ID};Sampled=1`,
  `Root=1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)};Lineage=1:a87bd80c:0`,
  '13235353014750950193',
  '_dd.p.tid=640cfd8d00000000,_dd.p.dm=-1',
  '-1',
];

function spoiledCarrier(fields: readonly string[], random: () => number): Record<string, unknown> {
  const carrier: Record<string, unknown> = {};
  for (const field of fields) carrier[field] = spoiledValue(random);
  return carrier;
}

function spoiledValue(random: () => number): unknown {
  const kind = Math.floor(random() * 16);
  if (kind < 9) return spoiledText(random);
  if (kind === 9) return pick(SEEDS, random);
  if (kind === 10) return [spoiledText(random)];
  if (kind === 11) return [spoiledText(random), pick(SEEDS, random), 7, null];
  if (kind === 12)
    return pick([undefined, null, 0, 12.5, true, Symbol('s'), () => 'f', {}], random);
  if (kind === 13) return Buffer.from(pick(SEEDS, random));
  if (kind === 14) return [];
  return `${pick(SEEDS, random)}, ${pick(SEEDS, random)}`;
}

function spoiledText(random: () => number): string {
  let text = pick(SEEDS, random);
  for (let times = Math.floor(random() * 3); times >= 0; times--) {
    const at = Math.floor(random() * (text.length + 1));
    const kind = Math.floor(random() * 5);
    if (kind === 0) text = text.slice(0, at) + anyChar(random) + text.slice(at + 1);
    else if (kind === 1) text = text.slice(0, at) + anyChar(random) + text.slice(at);
    else if (kind === 2) text = text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 8));
    else if (kind === 3) text = text + text.slice(at);
    else text = text.slice(0, at) + pick(SEEDS, random) + text.slice(at);
  }
  return text;
}

function anyChar(random: () => number): string {
  const kind = random();
  if (kind < 0.5) return pick([...'-,;:=% \t@dfgF019'], random);
  if (kind < 0.9) return String.fromCharCode(Math.floor(random() * 256));
  return String.fromCharCode(Math.floor(random() * 0x10000));
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function asText(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    typeof item === 'symbol' || typeof item === 'function' ? String(item) : item,
  );
}
