/**
 * Which baggage entries: those of the given keys, or those for which a function of key and value is
 * true. Called for every entry at every start of a span: it must be quick. One that throws is reported
 * and chooses nothing.
 */
export type BaggageSelection = readonly string[] | ((key: string, value: string) => boolean);

/** What becomes of baggage besides being carried on. */
export interface BaggageOptions {
  /**
   * The entries that are copied onto every span that starts while they are active, as attributes of
   * the same key. An attribute that the span was started with stays. Choose with care: what stands in
   * spans is stored, and callers can send anything.
   * @default none
   */
  readonly spanAttributes?: BaggageSelection;
}
