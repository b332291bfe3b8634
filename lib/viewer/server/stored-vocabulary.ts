import { setImmediate } from 'node:timers/promises';
import { KIND_WORDS } from '../analysis/row-texts.js';
import type { AnyAttributes, AnyValue, SpanRecord } from '../analysis/span-record.js';
import { SpanStatus } from '../analysis/span-record.js';
import type { Vocabulary } from '../query/suggest.js';
import type { TraceStore } from '../store/trace-store.js';

/** The newest traces tell what there is to search for; more would take longer than somebody types. */
const MAX_SPANS = 1_000;
const MAX_SPANS_OF_TRACE = 100;
const MAX_VALUES = 10_000;
/** Longer values are not completed: nobody would type them. */
const MAX_VALUE_LENGTH = 120;
/** While spans arrive, the vocabulary is read anew at most this often. */
const MIN_AGE_MILLIS = 2_000;
const SLICE_MILLIS = 20;

/** What the completion of queries knows: keys and values of the newest spans, with how many spans have them. */
export class StoredVocabulary {
  readonly #store: TraceStore;
  #words: Words | undefined;
  #reading: Promise<Words> | undefined;
  #revision = -1;
  #readAtMillis = 0;

  constructor(store: TraceStore) {
    this.#store = store;
  }

  /** The words as of now, or of two seconds ago while spans arrive. */
  async read(): Promise<Vocabulary> {
    const { revision, nowMillis } = this.#store;
    const isFresh = revision === this.#revision || nowMillis - this.#readAtMillis < MIN_AGE_MILLIS;
    if (this.#words !== undefined && isFresh) return this.#words;
    this.#revision = revision;
    this.#readAtMillis = nowMillis;
    this.#reading ??= readWords(this.#store).finally(() => {
      this.#reading = undefined;
    });
    this.#words = await this.#reading;
    return this.#words;
  }
}

/** Words with counts; the number of values is bounded. */
class Words implements Vocabulary {
  readonly #attributes = new Map<string, { count: number; readonly values: Map<string, number> }>();
  readonly #fields = new Map<string, Map<string, number>>();
  #valueCount = 0;

  *keys(): Generator<readonly [string, number]> {
    for (const [key, { count }] of this.#attributes) yield [key, count];
  }

  values(key: string): Iterable<readonly [string, number]> {
    return this.#fields.get(key) ?? this.#attributes.get(key)?.values ?? [];
  }

  addSpan({ name, kind = 0, status, attributes, resource, events }: SpanRecord): void {
    this.addField('name', name);
    this.addField('kind', kind === 0 ? 'unspecified' : (KIND_WORDS[kind] ?? 'internal'));
    this.addField('status', STATUS_WORDS[status ?? SpanStatus.UNSET] ?? 'unset');
    this.addField('service', String(resource?.attributes['service.name'] ?? ''));
    const seen = new Set<string>();
    for (const each of [attributes, resource?.attributes, ...eventAttributes(events)]) {
      for (const [key, value] of Object.entries(each ?? {})) {
        if (seen.has(key)) continue;
        seen.add(key);
        this.#addAttribute(key, value);
      }
    }
  }

  addField(field: string, value: string): void {
    const values = this.#fields.get(field) ?? new Map<string, number>();
    this.#fields.set(field, values);
    if (value !== '') this.#addValue(values, value);
  }

  #addAttribute(key: string, value: AnyValue): void {
    let attribute = this.#attributes.get(key);
    if (attribute === undefined) {
      if (key.length > MAX_VALUE_LENGTH || this.#valueCount >= MAX_VALUES) return;
      attribute = { count: 0, values: new Map() };
      this.#attributes.set(key, attribute);
      this.#valueCount++;
    }
    attribute.count++;
    for (const each of Array.isArray(value) ? new Set(value) : [value]) {
      if (isWord(each)) this.#addValue(attribute.values, String(each));
    }
  }

  #addValue(values: Map<string, number>, value: string): void {
    const count = values.get(value);
    if (count === undefined) {
      if (value.length > MAX_VALUE_LENGTH || this.#valueCount >= MAX_VALUES) return;
      this.#valueCount++;
    }
    values.set(value, (count ?? 0) + 1);
  }
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  [SpanStatus.UNSET]: 'unset',
  [SpanStatus.OK]: 'ok',
  [SpanStatus.ERROR]: 'error',
};

function eventAttributes(events: SpanRecord['events'] = []): (AnyAttributes | undefined)[] {
  return events.map(({ attributes }) => attributes);
}

/** Lists, objects and bytes are no values that a query compares as a whole. */
function isWord(value: unknown): boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

async function readWords(store: TraceStore): Promise<Words> {
  const words = new Words();
  let spanCount = 0;
  let sliceEnd = performance.now() + SLICE_MILLIS;
  for (const entry of [...store.entries()].reverse()) {
    if (spanCount >= MAX_SPANS) break;
    // It was dropped while the event loop turned.
    if (store.get(entry.id) !== entry) continue;
    words.addField('root', entry.nameOf(entry.outline().mainRow));
    const count = Math.min(entry.spanCount, MAX_SPANS_OF_TRACE);
    for (let row = 0; row < count; row++) words.addSpan(entry.read(row));
    spanCount += count;
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    sliceEnd = performance.now() + SLICE_MILLIS;
  }
  return words;
}
