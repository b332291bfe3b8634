import { setImmediate } from 'node:timers/promises';
import type { TraceRow } from '../api/trace-row.js';
import { suggest } from '../query/suggest.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';
import type { Answers } from './answers.js';
import { readListFilter } from './list-filter.js';
import type { RoutedRequest } from './routes.js';
import type { RowHeadlines } from './row-headlines.js';
import { searchTraces } from './search-traces.js';
import { StoredVocabulary } from './stored-vocabulary.js';
import { orderedTraces, rowOfTrace, TRACE_ORDERS, type TraceOrder } from './trace-row.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
const SLICE_MILLIS = 20;

/** What the list needs. */
export interface ListParts {
  readonly store: TraceStore;
  readonly answers: Answers;
  readonly headlines: RowHeadlines;
  /** All counts of the server and its store. */
  readonly counts: () => unknown;
}

/** Answers the requests of the list of traces and its search field. */
export class TraceList {
  readonly #parts: ListParts;
  readonly #vocabulary: StoredVocabulary;

  constructor(parts: ListParts) {
    this.#parts = parts;
    this.#vocabulary = new StoredVocabulary(parts.store);
  }

  /** `GET /api/traces`: a page of the list. */
  async list({ response, search }: RoutedRequest): Promise<void> {
    const { store, answers, counts } = this.#parts;
    const order = (search.get('sort') ?? 'newest') as TraceOrder;
    const limit = Number(search.get('limit') ?? DEFAULT_LIMIT);
    if (!TRACE_ORDERS.includes(order)) {
      answers.text(response, 400, `sort must be one of ${TRACE_ORDERS.join(', ')}.\n`);
      return;
    }
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      answers.text(response, 400, `limit must be a whole number from 1 to ${MAX_LIMIT}.\n`);
      return;
    }
    const filter = this.filterOf({ response, search });
    if (filter === undefined) return;
    // What changes while the search runs has a later revision, so a reader of events gets it again.
    const { revision } = store;
    const entries = orderedTraces(store, order);
    const after = search.get('after');
    const first = after === null ? 0 : entries.findIndex(({ id }) => id === after) + 1;
    const isWanted = (): boolean => !response.destroyed;
    const page = await searchTraces(entries.slice(first), filter, limit, store, isWanted);
    const traces = await this.#rowsOf(page.found, isWanted);
    answers.json(response, 200, {
      traces,
      after: page.hasMore ? page.found.at(-1)?.id : undefined,
      revision,
      counts: counts(),
    });
  }

  /** The filter of a request; undefined if it has a problem, which is answered. */
  filterOf({ response, search }: Pick<RoutedRequest, 'response' | 'search'>) {
    const { answers } = this.#parts;
    const filter = readListFilter(search);
    if ('matches' in filter) return filter;
    if ('problem' in filter) answers.text(response, 400, `${filter.problem}\n`);
    else answers.json(response, 400, { error: filter.queryError });
    return undefined;
  }

  /** `GET /api/suggest`: how to go on with a query. */
  async suggest({ response, search }: RoutedRequest): Promise<void> {
    const { answers } = this.#parts;
    const query = search.get('q') ?? '';
    const cursor = Number(search.get('at') ?? query.length);
    if (!Number.isInteger(cursor) || cursor < 0 || cursor > query.length) {
      answers.text(response, 400, 'at must be a column of q, from 0 to its length.\n');
      return;
    }
    const vocabulary = await this.#vocabulary.read();
    answers.json(response, 200, { suggestions: suggest(query, cursor, vocabulary) });
  }

  /** Rows with their sentences. Traces that were dropped since they were found are left out. */
  async #rowsOf(found: readonly TraceEntry[], isWanted: () => boolean): Promise<TraceRow[]> {
    const { store, headlines } = this.#parts;
    const rows: TraceRow[] = [];
    let sliceEnd = performance.now() + SLICE_MILLIS;
    for (const entry of found) {
      if (store.get(entry.id) !== entry) continue;
      rows.push(rowOfTrace(entry, store, (settled) => headlines.headlineOf(settled)));
      if (performance.now() < sliceEnd) continue;
      await setImmediate();
      if (!isWanted()) break;
      sliceEnd = performance.now() + SLICE_MILLIS;
    }
    return rows;
  }
}
