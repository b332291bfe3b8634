import { endianness } from 'node:os';

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

/**
 * The columns of one trace, in a single piece of memory that doubles as rows are added. An array of its own
 * for each of the 14 columns would take more memory than a trace of two spans has data.
 */
export class SpanColumns {
  #count = 0;
  #capacity = INITIAL_CAPACITY;
  #doubles!: Float64Array;
  #words!: Uint32Array;
  #bytes!: Uint8Array;

  constructor() {
    this.#allocate(INITIAL_CAPACITY);
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

  hasParent(row: number): boolean {
    const at = PARENT_IDS * this.#capacity + 2 * row;
    return this.#words[at] !== 0 || this.#words[at + 1] !== 0;
  }

  /** The columns of the rows so far. Rows that are added later do not change them. */
  views(): ColumnViews {
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

  #allocate(capacity: number): void {
    const buffer = new ArrayBuffer(capacity * BYTES_PER_ROW);
    this.#capacity = capacity;
    this.#doubles = new Float64Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  #grow(): void {
    const before = this.#bytes;
    const oldCapacity = this.#capacity;
    this.#allocate(oldCapacity * 2);
    for (const [start, size] of COLUMN_BYTES) {
      const from = start * oldCapacity;
      this.#bytes.set(before.subarray(from, from + size * oldCapacity), start * this.#capacity);
    }
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
    for (let slot = hash(spanIdLow, spanIdHigh) & mask; ; slot = (slot + 1) & mask) {
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
    let slot = hash(low, high) & mask;
    while (this.#words[slots + slot] !== 0) slot = (slot + 1) & mask;
    this.#words[slots + slot] = row + 1;
  }
}

/** A sender that does not know the seed cannot choose ids that all fall into one slot. */
const SEED = Math.floor(Math.random() * 2 ** 32);

/** The mixing of MurmurHash3. */
function hash(low: number, high: number): number {
  let mixed = Math.imul(low ^ SEED, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16) ^ high, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x85ebca6b);
  return mixed ^ (mixed >>> 16);
}
