/**
 * Selects baggage entries by a list of keys, or by a function of key and value that returns true. The
 * function is called for every entry at the start of every span, so it must be fast. If it throws, the
 * library reports it and does not select the entry.
 */
export type BaggageSelection = readonly string[] | ((key: string, value: string) => boolean);

/** Options for baggage. */
export interface BaggageOptions {
  /**
   * The entries to copy onto every span that starts while they are active, as attributes with the same
   * keys. They do not replace attributes that the span is started with. Select entries with care: spans
   * are stored, and callers can send any values.
   * @default none
   */
  readonly spanAttributes?: BaggageSelection;
}
