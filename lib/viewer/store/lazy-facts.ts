import { FactColumnsBuilder } from '../analysis/fact-columns-builder.js';
import { type Fact, type FactColumns, NO_FACT, type SpanFacts } from '../analysis/facts.js';
import type { StringTable } from '../analysis/string-table.js';
import { readFacts } from '../otlp/read-facts.js';

/** The facts of a trace for a reader that asks about few of its spans: those of a span are read when it is asked about. */
export class LazyFacts implements SpanFacts {
  readonly #bytesOf: (row: number) => Buffer;
  readonly #strings: StringTable;
  /** Rules ask about one span several times in a row. */
  #row = -1;
  #facts: FactColumns | undefined;

  /**
   * @param bytesOf gives the message `Span` of a row
   * @param strings gets the texts of the facts
   */
  constructor(bytesOf: (row: number) => Buffer, strings: StringTable) {
    this.#bytesOf = bytesOf;
    this.#strings = strings;
  }

  valueOf(row: number, fact: Fact): number {
    if (this.#row !== row) {
      const builder = new FactColumnsBuilder(this.#strings);
      readFacts(this.#bytesOf(row), row, builder, []);
      this.#facts = builder.build();
      this.#row = row;
    }
    return this.#facts?.valueOf(0, fact) ?? NO_FACT;
  }
}
