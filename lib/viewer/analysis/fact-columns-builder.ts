import { FACT_KEYS, type Fact, FactColumns, isTextFact, NO_FACT } from './facts.js';
import type { StringTable } from './string-table.js';

const MAX_NUMBER = NO_FACT - 1;

/** Collects the facts of spans, row by row. */
export class FactColumnsBuilder {
  readonly #strings: StringTable;
  readonly #offsets: number[] = [0];
  readonly #facts: number[] = [];
  readonly #values: number[] = [];
  /** The ranks of the keys that gave the facts of the row, beside `#facts` from its offset on. */
  #ranks: number[] = [];

  constructor(strings: StringTable) {
    this.#strings = strings;
  }

  /** Reads an attribute; does nothing with attributes that are no fact. */
  addAttribute(key: string, value: unknown): void {
    const source = FACT_KEYS.get(key);
    if (source !== undefined) this.add(source.fact, value, source.rank);
  }

  /**
   * @param value ignored where it does not fit the fact: numbers must be whole and not negative
   * @param rank if the row has the fact already, the value with the lower rank stays
   */
  add(fact: Fact, value: unknown, rank = 0): void {
    const number = isTextFact(fact) ? this.#textValue(value) : numberValue(value);
    if (number === undefined) return;
    const first = this.#offsets.at(-1) as number;
    const at = this.#facts.indexOf(fact, first);
    if (at === -1) {
      this.#facts.push(fact);
      this.#values.push(number);
      this.#ranks.push(rank);
    } else if (rank < (this.#ranks[at - first] as number)) {
      this.#values[at] = number;
      this.#ranks[at - first] = rank;
    }
  }

  /** Ends the facts of a row; those that follow belong to the next one. */
  endRow(): void {
    this.#offsets.push(this.#facts.length);
    this.#ranks = [];
  }

  build(): FactColumns {
    return new FactColumns(
      new Uint32Array(this.#offsets),
      new Uint8Array(this.#facts),
      new Uint32Array(this.#values),
    );
  }

  #textValue(value: unknown): number | undefined {
    if (typeof value === 'string') return value === '' ? undefined : this.#strings.indexOf(value);
    if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
      return this.#strings.indexOf(String(value));
    }
    if (!Array.isArray(value) || value.length === 0) return undefined;
    return this.#strings.indexOf(value.map(String).join(', '));
  }
}

/** Numbers may come as texts: some senders write all attributes as texts. */
function numberValue(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  const number = isNumber || (typeof value === 'string' && value !== '') ? Number(value) : NaN;
  return Number.isInteger(number) && number >= 0 && number <= MAX_NUMBER ? number : undefined;
}
