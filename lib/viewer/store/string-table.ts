import { CountedTable } from './counted-table.js';

/** An entry of the table beside the characters, measured: the entry of the map, the count, two headers. */
const ENTRY_BYTES = 120;

/**
 * The texts of the columns of all traces. Traces of the same work have the same names, so each text is held
 * once for all of them.
 */
export class StringTable {
  readonly #texts = new CountedTable<string>();

  get byteCount(): number {
    return this.#texts.byteCount;
  }

  get size(): number {
    return this.#texts.size;
  }

  /** @returns the text that all holders share */
  hold(text: string): string {
    return this.#texts.hold(text, () => text, text.length * 2 + ENTRY_BYTES);
  }

  release(text: string): void {
    this.#texts.release(text);
  }
}
