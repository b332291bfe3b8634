/**
 * The cases of the validation suite of W3C Trace Context (`w3c/trace-context`, `test/test.py`, as of
 * June 2026, commit acab820), at its strict level 2 and specification level 2, under their own names.
 */

/** A header as it goes over the wire. */
export type RawHeader = readonly [name: string, value: string];

/** A request to the application, and what must hold for the calls that the application makes then. */
export interface Exchange {
  readonly headers: readonly RawHeader[];
  /** How many calls the application is asked to make. @default 1 */
  readonly callCount?: number;
  /** The calls belong to this trace. */
  readonly continues?: string;
  /** The calls belong to none of these traces. */
  readonly abandons?: readonly string[];
  /** Members that their trace state has. */
  readonly has?: Readonly<Record<string, string>>;
  /** Keys that their trace state has, whatever the values. */
  readonly hasKeys?: readonly string[];
  /** Keys that their trace state has not. */
  readonly lacks?: readonly string[];
  /** All keys of their trace state, in this order. */
  readonly keys?: readonly string[];
  /** Bits of the flags that are set. */
  readonly flags?: number;
}

/** A case of the suite. */
export interface Case {
  readonly name: string;
  readonly exchanges: readonly Exchange[];
}

export const TRACE_ID = '12345678901234567890123456789012';
export const PARENT_ID = '1234567890123456';
const ZERO_TRACE_ID = '0'.repeat(32);

function traceparent(value: string): RawHeader {
  return ['traceparent', value];
}

/** A traceparent whose parts are good but for those that are given. */
function parentWith(parts: {
  version?: string;
  traceId?: string;
  parentId?: string;
  flags?: string;
}): RawHeader {
  const { version = '00', traceId = TRACE_ID, parentId = PARENT_ID, flags = '01' } = parts;
  return traceparent(`${version}-${traceId}-${parentId}-${flags}`);
}

const SAMPLED = parentWith({});
const UNSAMPLED = parentWith({ flags: '00' });
const VALUE = SAMPLED[1];

function accepted(...headers: RawHeader[]): Exchange {
  return { headers, continues: TRACE_ID };
}

function refused(...headers: RawHeader[]): Exchange {
  return { headers, abandons: [TRACE_ID] };
}

/** Trace state headers, after a good traceparent. */
function states(values: readonly string[], expected: Omit<Exchange, 'headers'>): Exchange {
  const headers = values.map((value): RawHeader => ['tracestate', value]);
  return { headers: [UNSAMPLED, ...headers], continues: TRACE_ID, ...expected };
}

const FOO = { has: { foo: '1' } };
const NO_FOO = { lacks: ['foo'] };

/** `bar01=01` and so on. */
function members(from: number, to: number): string {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return numbers
    .map((number) => String(number).padStart(2, '0'))
    .map((digits) => `bar${digits}=${digits}`)
    .join(',');
}
const FIRST_30 = [members(1, 10), members(11, 20), members(21, 30)];

function characters(from: number, to: number): string {
  return String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, index) => from + index));
}
const ALL_IN_KEY = `${characters(0x61, 0x7a)}0123456789_-*/`;
const ALL_IN_VALUE = characters(0x20, 0x2b) + characters(0x2d, 0x3c) + characters(0x3e, 0x7e);

export const CASES: readonly Case[] = [
  { name: 'both_traceparent_and_tracestate_missing', exchanges: [{ headers: [] }] },
  { name: 'traceparent_included_tracestate_missing', exchanges: [accepted(SAMPLED)] },
  {
    name: 'traceparent_duplicated',
    exchanges: [
      {
        headers: [parentWith({ traceId: TRACE_ID.replace(/2$/, '1') }), SAMPLED],
        abandons: [TRACE_ID.replace(/2$/, '1'), TRACE_ID],
      },
    ],
  },
  {
    name: 'traceparent_header_name',
    exchanges: [refused(['trace-parent', VALUE]), refused(['trace.parent', VALUE])],
  },
  {
    name: 'traceparent_header_name_valid_casing',
    exchanges: ['TraceParent', 'TrAcEpArEnT', 'TRACEPARENT'].map((name) => accepted([name, VALUE])),
  },
  {
    name: 'traceparent_version_0x00',
    exchanges: [
      refused(traceparent(`${VALUE}.`)),
      refused(traceparent(`${VALUE}-what-the-future-will-be-like`)),
    ],
  },
  {
    name: 'traceparent_version_0xcc',
    exchanges: [
      accepted(parentWith({ version: 'cc' })),
      accepted(parentWith({ version: 'cc', flags: '01-what-the-future-will-be-like' })),
      refused(parentWith({ version: 'cc', flags: '01.what-the-future-will-be-like' })),
    ],
  },
  { name: 'traceparent_version_0xff', exchanges: [refused(parentWith({ version: 'ff' }))] },
  {
    name: 'traceparent_version_illegal_characters',
    exchanges: ['.0', '0.'].map((version) => refused(parentWith({ version }))),
  },
  {
    name: 'traceparent_version_too_long',
    exchanges: ['000', '0000'].map((version) => refused(parentWith({ version }))),
  },
  { name: 'traceparent_version_too_short', exchanges: [refused(parentWith({ version: '0' }))] },
  {
    name: 'traceparent_trace_id_all_zero',
    exchanges: [
      { headers: [parentWith({ traceId: ZERO_TRACE_ID })], abandons: [ZERO_TRACE_ID, TRACE_ID] },
    ],
  },
  {
    name: 'traceparent_trace_id_illegal_characters',
    exchanges: [`.${TRACE_ID.slice(1)}`, `${TRACE_ID.slice(0, -1)}.`].map((traceId) => ({
      headers: [parentWith({ traceId })],
      abandons: [traceId, TRACE_ID],
    })),
  },
  {
    name: 'traceparent_trace_id_too_long',
    exchanges: [
      {
        headers: [parentWith({ traceId: `${TRACE_ID}3` })],
        abandons: [TRACE_ID, `${TRACE_ID.slice(1)}3`],
      },
    ],
  },
  {
    name: 'traceparent_trace_id_too_short',
    exchanges: [
      {
        headers: [parentWith({ traceId: TRACE_ID.slice(0, -1) })],
        abandons: [`0${TRACE_ID.slice(0, -1)}`, TRACE_ID],
      },
    ],
  },
  {
    name: 'traceparent_parent_id_all_zero',
    exchanges: [refused(parentWith({ parentId: '0'.repeat(16) }))],
  },
  {
    name: 'traceparent_parent_id_illegal_characters',
    exchanges: [`.${PARENT_ID.slice(1)}`, `${PARENT_ID.slice(0, -1)}.`].map((parentId) =>
      refused(parentWith({ parentId })),
    ),
  },
  {
    name: 'traceparent_parent_id_too_long',
    exchanges: [refused(parentWith({ parentId: `${PARENT_ID}7` }))],
  },
  {
    name: 'traceparent_parent_id_too_short',
    exchanges: [refused(parentWith({ parentId: PARENT_ID.slice(0, -1) }))],
  },
  {
    name: 'traceparent_trace_flags_illegal_characters',
    exchanges: ['.0', '0.'].map((flags) => refused(parentWith({ flags }))),
  },
  { name: 'traceparent_trace_flags_too_long', exchanges: [refused(parentWith({ flags: '001' }))] },
  { name: 'traceparent_trace_flags_too_short', exchanges: [refused(parentWith({ flags: '1' }))] },
  {
    name: 'traceparent_ows_handling',
    exchanges: [` ${VALUE}`, `\t${VALUE}`, `${VALUE} `, `${VALUE}\t`, `\t ${VALUE} \t`].map(
      (value) => accepted(traceparent(value)),
    ),
  },
  {
    name: 'tracestate_included_traceparent_missing',
    exchanges: ['foo=1', 'foo=1,bar=2'].map((value) => ({
      headers: [['tracestate', value]],
      keys: [],
    })),
  },
  {
    name: 'tracestate_included_traceparent_included',
    exchanges: [states(['foo=1,bar=2'], { has: { foo: '1', bar: '2' } })],
  },
  {
    name: 'tracestate_header_name',
    exchanges: ['trace-state', 'trace.state'].map((name) => ({
      headers: [UNSAMPLED, [name, 'foo=1']],
      ...NO_FOO,
    })),
  },
  {
    name: 'tracestate_header_name_valid_casing',
    exchanges: ['TraceState', 'TrAcEsTaTe', 'TRACESTATE'].map((name) => ({
      headers: [UNSAMPLED, [name, 'foo=1']],
      ...FOO,
    })),
  },
  {
    name: 'tracestate_empty_header',
    exchanges: [states([''], { keys: [] }), states(['foo=1', ''], FOO), states(['', 'foo=1'], FOO)],
  },
  {
    name: 'tracestate_multiple_headers_different_keys',
    exchanges: [
      states(['foo=1,bar=2', 'rojo=1,congo=2', 'baz=3'], {
        has: { foo: '1', bar: '2', rojo: '1', congo: '2', baz: '3' },
        keys: ['foo', 'bar', 'rojo', 'congo', 'baz'],
      }),
    ],
  },
  {
    // Both may be kept, or either of them: at any rate the key is there still.
    name: 'tracestate_duplicated_keys',
    exchanges: [['foo=1,foo=1'], ['foo=1,foo=2'], ['foo=1', 'foo=1'], ['foo=1', 'foo=2']].map(
      (values) => states(values, { hasKeys: ['foo'] }),
    ),
  },
  {
    name: 'tracestate_all_allowed_characters',
    exchanges: [ALL_IN_KEY, `${ALL_IN_KEY}@a-z0-9_-*/`].map((key) =>
      states([`${key}=${ALL_IN_VALUE}`], { has: { [key]: ALL_IN_VALUE } }),
    ),
  },
  {
    name: 'tracestate_ows_handling',
    exchanges: [
      ...['foo=1 \t , \t bar=2, \t baz=3', 'foo=1\t \t,\t \tbar=2,\t \tbaz=3'].map((value) =>
        states([value], { has: { foo: '1', bar: '2', baz: '3' } }),
      ),
      ...[' foo=1', '\tfoo=1', 'foo=1 ', 'foo=1\t', '\t foo=1 \t'].map((value) =>
        states([value], FOO),
      ),
    ],
  },
  {
    name: 'tracestate_key_illegal_characters',
    exchanges: ['foo ', 'FOO', 'foo.bar'].map((key) =>
      states([`${key}=1`], { lacks: [key, key.trim()] }),
    ),
  },
  {
    name: 'tracestate_key_illegal_vendor_format',
    exchanges: [
      ...['foo@', 'foo@@bar', 'foo@bar@baz'].map((key) =>
        states([`${key}=1,bar=2`], { has: { [key]: '1', bar: '2' } }),
      ),
      states(['@foo=1,bar=2'], { lacks: ['@foo', 'bar'] }),
    ],
  },
  {
    name: 'tracestate_member_count_limit',
    exchanges: [
      states([...FIRST_30, members(31, 32)], {
        has: { bar01: '01' },
        keys: members(1, 32).match(/bar\d\d/g) ?? [],
      }),
      states([...FIRST_30, members(31, 33)], { lacks: ['bar01'] }),
    ],
  },
  {
    name: 'tracestate_key_length_limit',
    exchanges: [
      ...['z'.repeat(256), `${'t'.repeat(241)}@${'v'.repeat(14)}`].map((key) =>
        states(['foo=1', `${key}=1`], { has: { foo: '1', [key]: '1' } }),
      ),
      ...[`${'t'.repeat(242)}@v`, `t@${'v'.repeat(15)}`].map((key) =>
        states(['foo=1', `${key}=1`], { has: { foo: '1', [key]: '1' } }),
      ),
      ...['z'.repeat(257), `${'t'.repeat(242)}@${'v'.repeat(14)}`].map((key) =>
        states(['foo=1', `${key}=1`], NO_FOO),
      ),
    ],
  },
  {
    name: 'tracestate_value_illegal_characters',
    exchanges: [states(['foo=bar=baz'], NO_FOO), states(['foo=,bar=3'], { lacks: ['foo', 'bar'] })],
  },
  {
    name: 'multiple_requests_with_valid_traceparent',
    exchanges: [{ ...accepted(SAMPLED), callCount: 3 }],
  },
  { name: 'multiple_requests_without_traceparent', exchanges: [{ headers: [], callCount: 3 }] },
  {
    name: 'multiple_requests_with_illegal_traceparent',
    exchanges: [
      {
        headers: [parentWith({ traceId: ZERO_TRACE_ID })],
        abandons: [ZERO_TRACE_ID],
        callCount: 3,
      },
    ],
  },
  {
    name: 'propagates_random_flag',
    exchanges: [{ ...accepted(parentWith({ flags: '02' })), flags: 0x02 }],
  },
];
