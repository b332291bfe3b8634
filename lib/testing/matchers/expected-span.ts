import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { didYouMean } from './closest-word.js';

/** An asymmetric matcher of a test runner, such as `expect.stringContaining('order')`. */
export interface AsymmetricMatcher {
  /** Whether the value matches. */
  asymmetricMatch(other: unknown): boolean;
}

/** The kind of a span in lower case, as `traceAsText` shows it. */
export type SpanKindWord = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** The status code of a span in lower case. */
export type SpanStatusWord = 'unset' | 'ok' | 'error';

/** The status that `toHaveSpan` expects. */
export interface ExpectedStatus {
  /** The code. @default any code */
  readonly code?: SpanStatusWord | SpanStatusCode;
  /** The message: equal to the text, or as the expression or matcher says. @default any message */
  readonly message?: string | RegExp | AsymmetricMatcher;
}

/** An event that `toHaveSpan` expects. */
export interface ExpectedEvent {
  /** The name: equal to the text, or as the expression or matcher says. @default any name */
  readonly name?: string | RegExp | AsymmetricMatcher;
  /** Attributes that the event must have, among others. @default {} */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** The span that `toHaveSpan` expects. Properties that are not given are not compared. */
export interface ExpectedSpan {
  /** The name: equal to the text, or as the expression or matcher says. */
  readonly name?: string | RegExp | AsymmetricMatcher;
  /** The kind, as a word or as a `SpanKind`. */
  readonly kind?: SpanKindWord | SpanKind;
  /**
   * Attributes that the span must have, among others. The values can be asymmetric matchers. `undefined`
   * means that the span must not have the attribute.
   */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** The status, as a word, as a `SpanStatusCode`, or with its message. */
  readonly status?: SpanStatusWord | SpanStatusCode | ExpectedStatus;
  /** Events that the span must have, among others, in any order. A text is the name of an event. */
  readonly events?: readonly (string | ExpectedEvent)[];
  /** The parent of the span. A text is its name; null means that the span is the root of its trace. */
  readonly parent?: string | RegExp | ExpectedSpan | null;
  /** A span at any distance above this one. A text is its name. */
  readonly within?: string | RegExp | ExpectedSpan;
}

const PROPERTIES: readonly (keyof ExpectedSpan)[] = [
  'name',
  'kind',
  'attributes',
  'status',
  'events',
  'parent',
  'within',
];
const KINDS = [
  SpanKind.INTERNAL,
  SpanKind.SERVER,
  SpanKind.CLIENT,
  SpanKind.PRODUCER,
  SpanKind.CONSUMER,
];
const CODES = [SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR];

/**
 * Returns an expectation as an object.
 *
 * @throws Error for another type, and for properties, kinds and status codes that do not exist
 */
export function readExpectedSpan(expected: unknown): ExpectedSpan {
  if (typeof expected === 'string' || expected instanceof RegExp) return { name: expected };
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) {
    throw new Error(
      `toHaveSpan needs the name of a span, a regular expression or an object, but received ${JSON.stringify(expected)}.`,
    );
  }
  if (isAsymmetric(expected)) return { name: expected };
  const span = expected as ExpectedSpan;
  requireKnown('property', Object.keys(span), PROPERTIES);
  checkAttributes('attributes', span.attributes);
  if (span.kind !== undefined) kindOf(span.kind);
  checkStatus(span.status);
  checkEvents(span.events);
  if (span.parent !== undefined && span.parent !== null) readExpectedSpan(span.parent);
  if (span.within !== undefined) readExpectedSpan(span.within);
  return span;
}

/** Whether a value is an asymmetric matcher. */
export function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return typeof (value as AsymmetricMatcher | null)?.asymmetricMatch === 'function';
}

/** @throws Error for a kind that does not exist */
export function kindOf(kind: SpanKindWord | SpanKind): SpanKind {
  return enumValue('kind', SpanKind, KINDS, kind);
}

/** @throws Error for a code that does not exist */
export function statusCodeOf(code: SpanStatusWord | SpanStatusCode): SpanStatusCode {
  return enumValue('status', SpanStatusCode, CODES, code);
}

function enumValue<T extends number>(
  what: string,
  names: Readonly<Record<number, string>>,
  values: readonly T[],
  given: string | T,
): T {
  const words = values.map((value) => (names[value] as string).toLowerCase());
  if (typeof given === 'string') requireKnown(what, [given], words);
  const value = typeof given === 'string' ? values[words.indexOf(given)] : given;
  if (value === undefined || !values.includes(value)) {
    throw new Error(`toHaveSpan does not know the ${what} ${given}.`);
  }
  return value;
}

function checkStatus(status: ExpectedSpan['status']): void {
  if (status === undefined) return;
  if (typeof status !== 'object') {
    statusCodeOf(status);
    return;
  }
  requireKnown('property of status', Object.keys(status), ['code', 'message']);
  if (status.code !== undefined) statusCodeOf(status.code);
}

function checkEvents(events: ExpectedSpan['events']): void {
  if (events === undefined) return;
  if (!Array.isArray(events)) {
    throw new Error('The events of toHaveSpan must be an array of names or objects.');
  }
  for (const event of events as readonly (string | ExpectedEvent)[]) {
    if (typeof event === 'string') continue;
    requireKnown('property of an event', Object.keys(event), ['name', 'attributes']);
    checkAttributes('attributes of an event', event.attributes);
  }
}

function checkAttributes(what: string, attributes: unknown): void {
  const isValid =
    attributes === undefined || (typeof attributes === 'object' && attributes !== null);
  if (!isValid) throw new Error(`The ${what} of toHaveSpan must be an object.`);
}

function requireKnown(what: string, given: readonly string[], known: readonly string[]): void {
  for (const word of given) {
    if (known.includes(word)) continue;
    throw new Error(
      `toHaveSpan does not know the ${what} ${JSON.stringify(word)}.${didYouMean(word, known)} ` +
        `It knows ${known.join(', ')}.`,
    );
  }
}
