import type { ChunkPool } from './byte-arena.js';
import type { Origin } from './origin-table.js';
import type { SlabPool } from './span-columns.js';

/** What an entry shares with those of other traces. */
export interface SharedParts {
  readonly slabs: SlabPool;
  readonly chunks: ChunkPool;
  readonly strings: { hold(text: string): string; release(text: string): void };
  readonly origins: { holdAgain(origin: Origin): void; release(origin: Origin): void };
}
