import type { TracesEventJson } from '../../api/answers.js';
import type { TraceRow } from '../../api/trace-row.js';
import type { ListOrder } from './list-address.js';

/** A list that follows what arrives keeps this many rows, and loads the others again when one scrolls to them. */
const MAX_ROWS = 2_000;
const TRIMMED_ROWS = 1_000;
/** More new traces than this are counted, and the list is loaded again to show them. */
const MAX_WAITING = 1_000;

/** The rows of a list in its order, as far as they are loaded. */
export class TraceRows {
  readonly #order: ListOrder;
  #rows: readonly TraceRow[] = [];
  #hasMore = false;
  readonly #ids = new Set<string>();
  readonly #waiting = new Map<string, TraceRow>();
  #overflow = 0;

  constructor(order: ListOrder) {
    this.#order = order;
  }

  /** A new array after each change. */
  get rows(): readonly TraceRow[] {
    return this.#rows;
  }

  /** Whether there are rows that are not loaded. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** The traces that have arrived while the list was held. */
  get newCount(): number {
    return this.#waiting.size + this.#overflow;
  }

  /** Whether {@link release} cannot show all new traces, so that the list is to be loaded again. */
  get hasMissed(): boolean {
    return this.#overflow > 0;
  }

  /** Begins with the first page. */
  start(rows: readonly TraceRow[], hasMore: boolean): void {
    this.#waiting.clear();
    this.#overflow = 0;
    this.#set([...rows]);
    this.#hasMore = hasMore;
  }

  /** Adds the next page. */
  append(rows: readonly TraceRow[], hasMore: boolean): void {
    const added = rows.filter(({ id }) => !this.#ids.has(id) && !this.#waiting.has(id));
    this.#set([...this.#rows, ...added]);
    this.#hasMore = hasMore;
  }

  /**
   * Takes over what the server tells.
   *
   * @param isHeld whether rows must not move: then new traces wait
   */
  apply({ rows, removed }: TracesEventJson, isHeld: boolean): void {
    const gone = new Set(removed);
    for (const id of gone) this.#waiting.delete(id);
    const changed = new Map<string, TraceRow>();
    const added: TraceRow[] = [];
    for (const row of rows) {
      if (this.#ids.has(row.id)) changed.set(row.id, row);
      else if (this.#waiting.has(row.id)) this.#waiting.set(row.id, row);
      else if (!this.#isBeyondEnd(row)) added.push(row);
    }
    const kept = this.#rows
      .filter(({ id }) => !gone.has(id))
      .map((row) => changed.get(row.id) ?? row);
    if (isHeld) {
      for (const row of added) this.#wait(row);
      this.#set(kept);
      return;
    }
    this.#set(this.#sorted([...kept, ...added]));
    this.#trim();
  }

  /** Shows the traces that have waited. */
  release(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#set(this.#sorted([...this.#rows, ...waiting]));
  }

  /** Changes a row before the server tells so. */
  change(id: string, changes: Partial<TraceRow>): void {
    this.#set(this.#rows.map((row) => (row.id === id ? { ...row, ...changes } : row)));
  }

  #wait(row: TraceRow): void {
    if (this.#waiting.size < MAX_WAITING) this.#waiting.set(row.id, row);
    else this.#overflow++;
  }

  #trim(): void {
    if (this.#rows.length <= MAX_ROWS) return;
    this.#set(this.#rows.slice(0, TRIMMED_ROWS));
    this.#hasMore = true;
  }

  /** Whether a row belongs to the pages that are not loaded. */
  #isBeyondEnd(row: TraceRow): boolean {
    const last = this.#rows.at(-1);
    return this.#hasMore && last !== undefined && compareRows(row, last, this.#order) > 0;
  }

  #sorted(rows: TraceRow[]): TraceRow[] {
    return rows.sort((a, b) => compareRows(a, b, this.#order));
  }

  #set(rows: readonly TraceRow[]): void {
    this.#rows = rows;
    this.#ids.clear();
    for (const { id } of rows) this.#ids.add(id);
  }
}

/** The order of the server: the largest value first, of equal ones that of the latest run which arrived last. */
export function compareRows(a: TraceRow, b: TraceRow, order: ListOrder): number {
  return (
    keyOf(b, order) - keyOf(a, order) ||
    (b.run ?? 0) - (a.run ?? 0) ||
    b.arrivalMillis - a.arrivalMillis
  );
}

function keyOf(row: TraceRow, order: ListOrder): number {
  switch (order) {
    case 'duration':
      return row.durationNanos;
    case 'spans':
      return row.spanCount;
    case 'failures':
      return row.failedCount;
    default:
      return 0;
  }
}
