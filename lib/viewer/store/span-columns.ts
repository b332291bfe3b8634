import { endianness } from 'node:os';
import { hashOfId } from '../analysis/id-hash.js';

/** Which of the two 32-bit words of an id in a `BigUint64Array` is the lower one. */
const LOW = endianness() === 'LE' ? 0 : 1;
const HIGH = 1 - LOW;
const INITIAL_CAPACITY = 4;
const BYTES_PER_ROW = 72;
/** Up to this many rows, a look through all of them is quicker than a hash table. */
const MAX_SCANNED_ROWS = 8;
const NONE = -1;

/** Where each column starts, in units of its elements, for a capacity of one row. */
const PARENT_IDS = 2;
const STARTS = 2;
const ENDS = 3;
const NAMES = 8;
const SERVICES = 9;
const RESOURCES = 10;
const PARENTS = 11;
const ADDRESSES = 12;
const LENGTHS = 13;
const ORIGINS = 14;
const SLOTS = 15;
const KINDS = 68;
const STATUSES = 69;
const FLAGS = 70;
/** The columns as pairs of their first byte and the bytes of an element, for the copy when they grow. */
const COLUMN_BYTES = [
  [0, 8],
  [8, 8],
  [16, 8],
  [24, 8],
  [32, 4],
  [36, 4],
  [40, 4],
  [44, 4],
  [48, 4],
  [52, 4],
  [56, 4],
  [KINDS, 1],
  [STATUSES, 1],
  [FLAGS, 1],
] as const;

/** The values of one row. */
export interface SpanRow {
  readonly spanIdLow: number;
  readonly spanIdHigh: number;
  readonly parentIdLow: number;
  readonly parentIdHigh: number;
  readonly start: number;
  readonly end: number;
  readonly name: number;
  readonly service: number;
  readonly resource: number;
  readonly origin: number;
  readonly address: number;
  readonly length: number;
  readonly kind: number;
  readonly status: number;
  readonly flags: number;
}

/** The columns of `TraceColumns` that the store holds, as views. */
export interface ColumnViews {
  readonly spanIds: BigUint64Array;
  readonly parentIds: BigUint64Array;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly names: Uint32Array;
  readonly services: Uint32Array;
  readonly resources: Uint32Array;
  readonly parents: Int32Array;
  readonly kinds: Uint8Array;
  readonly statuses: Uint8Array;
  readonly flags: Uint8Array;
}

/** Memory for the columns of a trace, with a view for each type. */
interface Slab {
  readonly capacity: number;
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
}

/**
 * Slabs that traces have given back. The memory of a dropped trace is otherwise free only after a garbage
 * collection, and a full store drops a trace for each new one.
 */
export class SlabPool {
  readonly #idle = new Map<number, Slab[]>();
  readonly #maxIdleBytes: number;
  #idleBytes = 0;

  /** @param maxIdleBytes how much is kept that nobody uses */
  constructor(maxIdleBytes: number) {
    this.#maxIdleBytes = maxIdleBytes;
  }

  /** The memory of the slabs that nobody uses. */
  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** Memory for so many rows, with any content but in the table of slots. */
  take(capacity: number): Slab {
    const slab = this.#idle.get(capacity)?.pop();
    if (slab === undefined) {
      const buffer = new ArrayBuffer(capacity * BYTES_PER_ROW);
      const doubles = new Float64Array(buffer);
      return { capacity, doubles, words: new Uint32Array(buffer), bytes: new Uint8Array(buffer) };
    }
    this.#idleBytes -= slab.bytes.length;
    slab.words.fill(0, SLOTS * capacity, (SLOTS + 2) * capacity);
    return slab;
  }

  /** Takes memory that nothing reads any more. */
  give(slab: Slab): void {
    const { length } = slab.bytes;
    if (this.#idleBytes + length > this.#maxIdleBytes) return;
    const idle = this.#idle.get(slab.capacity);
    if (idle === undefined) this.#idle.set(slab.capacity, [slab]);
    else idle.push(slab);
    this.#idleBytes += length;
  }
}

/**
 * The columns of one trace, in a single piece of memory that doubles as rows are added. An array of its own
 * for each of the 14 columns would take more memory than a trace of two spans has data.
 */
export class SpanColumns {
  readonly #pool: SlabPool;
  #count = 0;
  #slab: Slab;
  #capacity: number;
  #doubles: Float64Array;
  #words: Uint32Array;
  #bytes: Uint8Array;
  /** Whether others may still read the memory: then it is not used again. */
  #isShared = false;

  constructor(pool: SlabPool) {
    this.#pool = pool;
    this.#slab = pool.take(INITIAL_CAPACITY);
    this.#capacity = INITIAL_CAPACITY;
    this.#doubles = this.#slab.doubles;
    this.#words = this.#slab.words;
    this.#bytes = this.#slab.bytes;
  }

  get count(): number {
    return this.#count;
  }

  get byteCount(): number {
    return this.#bytes.length;
  }

  /** @returns the row with the id and kind; -1 if there is none */
  find(spanIdLow: number, spanIdHigh: number, kind: number): number {
    if (this.#capacity > MAX_SCANNED_ROWS) return this.#findSlot(spanIdLow, spanIdHigh, kind);
    for (let row = 0; row < this.#count; row++) {
      if (this.#is(row, spanIdLow, spanIdHigh, kind)) return row;
    }
    return NONE;
  }

  /** Adds a row. @returns its number */
  add(values: SpanRow): number {
    if (this.#count === this.#capacity) this.#grow();
    const row = this.#count++;
    this.set(row, values);
    this.#words[PARENTS * this.#capacity + row] = NONE;
    if (this.#capacity > MAX_SCANNED_ROWS) this.#fillSlot(row);
    return row;
  }

  /** Writes all values of a row. Its id and kind must be the same as before. */
  set(row: number, values: SpanRow): void {
    const capacity = this.#capacity;
    const words = this.#words;
    const bytes = this.#bytes;
    words[2 * row + LOW] = values.spanIdLow;
    words[2 * row + HIGH] = values.spanIdHigh;
    words[PARENT_IDS * capacity + 2 * row + LOW] = values.parentIdLow;
    words[PARENT_IDS * capacity + 2 * row + HIGH] = values.parentIdHigh;
    this.#doubles[STARTS * capacity + row] = values.start;
    this.#doubles[ENDS * capacity + row] = values.end;
    words[NAMES * capacity + row] = values.name;
    words[SERVICES * capacity + row] = values.service;
    words[RESOURCES * capacity + row] = values.resource;
    words[ADDRESSES * capacity + row] = values.address;
    words[LENGTHS * capacity + row] = values.length;
    words[ORIGINS * capacity + row] = values.origin;
    bytes[KINDS * capacity + row] = values.kind;
    bytes[STATUSES * capacity + row] = values.status;
    bytes[FLAGS * capacity + row] = values.flags;
  }

  startOf(row: number): number {
    return this.#doubles[STARTS * this.#capacity + row] as number;
  }

  endOf(row: number): number {
    return this.#doubles[ENDS * this.#capacity + row] as number;
  }

  /** @param end NaN for a span that is running */
  setEnd(row: number, end: number): void {
    this.#doubles[ENDS * this.#capacity + row] = end;
  }

  nameOf(row: number): number {
    return this.#words[NAMES * this.#capacity + row] as number;
  }

  serviceOf(row: number): number {
    return this.#words[SERVICES * this.#capacity + row] as number;
  }

  originOf(row: number): number {
    return this.#words[ORIGINS * this.#capacity + row] as number;
  }

  addressOf(row: number): number {
    return this.#words[ADDRESSES * this.#capacity + row] as number;
  }

  /** Says where the bytes of a row are now. */
  setAddress(row: number, address: number): void {
    this.#words[ADDRESSES * this.#capacity + row] = address;
  }

  lengthOf(row: number): number {
    return this.#words[LENGTHS * this.#capacity + row] as number;
  }

  statusOf(row: number): number {
    return this.#bytes[STATUSES * this.#capacity + row] as number;
  }

  /** Sets or takes back marks of a row. */
  mark(row: number, marks: number, isMarked: boolean): void {
    const at = FLAGS * this.#capacity + row;
    const flags = this.#bytes[at] as number;
    this.#bytes[at] = isMarked ? flags | marks : flags & ~marks;
  }

  hasParent(row: number): boolean {
    const at = PARENT_IDS * this.#capacity + 2 * row;
    return this.#words[at] !== 0 || this.#words[at + 1] !== 0;
  }

  /**
   * The columns of the rows so far. Rows that are added later do not change them.
   *
   * @param areKept whether they are read later than now
   */
  views(areKept = true): ColumnViews {
    if (areKept) this.#isShared = true;
    const { buffer } = this.#bytes;
    const capacity = this.#capacity;
    const count = this.#count;
    return {
      spanIds: new BigUint64Array(buffer, 0, count),
      parentIds: new BigUint64Array(buffer, 8 * capacity, count),
      starts: this.#doubles.subarray(STARTS * capacity, STARTS * capacity + count),
      ends: this.#doubles.subarray(ENDS * capacity, ENDS * capacity + count),
      names: this.#wordColumn(NAMES),
      services: this.#wordColumn(SERVICES),
      resources: this.#wordColumn(RESOURCES),
      parents: new Int32Array(buffer, 4 * PARENTS * capacity, count),
      kinds: this.#byteColumn(KINDS),
      statuses: this.#byteColumn(STATUSES),
      flags: this.#byteColumn(FLAGS),
    };
  }

  #wordColumn(column: number): Uint32Array {
    return this.#words.subarray(column * this.#capacity, column * this.#capacity + this.#count);
  }

  #byteColumn(column: number): Uint8Array {
    return this.#bytes.subarray(column * this.#capacity, column * this.#capacity + this.#count);
  }

  /** Gives the memory back. The columns are not used afterwards. */
  release(): void {
    if (!this.#isShared) this.#pool.give(this.#slab);
  }

  #grow(): void {
    const before = this.#bytes;
    const oldCapacity = this.#capacity;
    const slab = this.#pool.take(oldCapacity * 2);
    this.#capacity = slab.capacity;
    this.#doubles = slab.doubles;
    this.#words = slab.words;
    this.#bytes = slab.bytes;
    for (const [start, size] of COLUMN_BYTES) {
      const from = start * oldCapacity;
      this.#bytes.set(before.subarray(from, from + size * oldCapacity), start * this.#capacity);
    }
    this.release();
    this.#slab = slab;
    this.#isShared = false;
    if (this.#capacity <= MAX_SCANNED_ROWS) return;
    for (let row = 0; row < this.#count; row++) this.#fillSlot(row);
  }

  #is(row: number, spanIdLow: number, spanIdHigh: number, kind: number): boolean {
    return (
      this.#words[2 * row + LOW] === spanIdLow &&
      this.#words[2 * row + HIGH] === spanIdHigh &&
      this.#bytes[KINDS * this.#capacity + row] === kind
    );
  }

  #findSlot(spanIdLow: number, spanIdHigh: number, kind: number): number {
    const mask = 2 * this.#capacity - 1;
    for (let slot = hashOfId(spanIdLow, spanIdHigh) & mask; ; slot = (slot + 1) & mask) {
      // A slot holds the row plus one, so that new memory is empty slots.
      const row = (this.#words[SLOTS * this.#capacity + slot] as number) - 1;
      if (row === NONE || this.#is(row, spanIdLow, spanIdHigh, kind)) return row;
    }
  }

  #fillSlot(row: number): void {
    const mask = 2 * this.#capacity - 1;
    const slots = SLOTS * this.#capacity;
    const low = this.#words[2 * row + LOW] as number;
    const high = this.#words[2 * row + HIGH] as number;
    let slot = hashOfId(low, high) & mask;
    while (this.#words[slots + slot] !== 0) slot = (slot + 1) & mask;
    this.#words[slots + slot] = row + 1;
  }
}
