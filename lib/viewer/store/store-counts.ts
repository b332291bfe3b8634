import type { KeeperCounts } from './body-keeper.js';

/** What became of the spans that came: `received = stored + duplicate + refused + evicted`. */
export interface SpanCounts {
  readonly received: number;
  /** In the store now. */
  readonly stored: number;
  /** Sent again: the span is stored once. */
  readonly duplicate: number;
  /** Not messages, or without a valid id. */
  readonly refused: number;
  /** Dropped with their trace, or came after it was dropped. */
  readonly evicted: number;
}

/** All counts of the store. */
export interface StoreCounts {
  readonly spans: SpanCounts;
  /** The stored spans that are running. */
  readonly running: number;
  readonly traces: { readonly seen: number; readonly kept: number };
  readonly logs: { readonly received: number; readonly stored: number; readonly evicted: number };
  /** The bodies in the journal; undefined without one. */
  readonly journal: KeeperCounts | undefined;
  /** The memory that everything takes, by the store's own estimate. */
  readonly byteCount: number;
}
