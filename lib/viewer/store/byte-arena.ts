import { appended } from './short-list.js';

const FIRST_CHUNK_BYTES = 2 * 1024;
const MAX_CHUNK_BYTES = 64 * 1024;

/**
 * Chunks that arenas have given back. A store that is full drops a trace for each new one, and new memory for
 * each chunk would leave a third more of the process's memory in pieces.
 */
export class ChunkPool {
  readonly #idle = new Map<number, Buffer[]>();
  readonly #maxIdleBytes: number;
  #idleBytes = 0;

  /** @param maxIdleBytes how much is kept that nobody uses */
  constructor(maxIdleBytes: number) {
    this.#maxIdleBytes = maxIdleBytes;
  }

  /** The memory of the chunks that nobody uses. */
  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** A chunk with any content. */
  take(byteCount: number): Buffer {
    const chunk = this.#idle.get(byteCount)?.pop();
    if (chunk === undefined) return Buffer.allocUnsafeSlow(byteCount);
    this.#idleBytes -= byteCount;
    return chunk;
  }

  /** Takes a chunk that nothing reads any more. */
  give(chunk: Buffer): void {
    const { length } = chunk;
    // Chunks for one long piece are of lengths that nobody asks for again.
    if (!isCommonLength(length) || this.#idleBytes + length > this.#maxIdleBytes) return;
    const idle = this.#idle.get(length);
    if (idle === undefined) this.#idle.set(length, [chunk]);
    else idle.push(chunk);
    this.#idleBytes += length;
  }
}

/**
 * Holds the bytes of the spans of one trace, copied out of the requests: a view would keep the whole request
 * of 500 spans for the sake of one of them. Chunks grow with the trace from 2 KiB to 64 KiB, because most
 * traces are small; longer pieces get a chunk of their own.
 */
export class ByteArena {
  readonly #pool: ChunkPool;
  #chunks: Buffer[] = [];
  /** Where each chunk starts in the addresses of the arena. */
  #starts: number[] = [];
  #usedOfLast = 0;
  #capacityBytes = 0;

  constructor(pool: ChunkPool) {
    this.#pool = pool;
  }

  /** The memory of all chunks. */
  get capacityBytes(): number {
    return this.#capacityBytes;
  }

  /** Copies bytes from `start` up to, not including, `stop`. @returns their address */
  add(source: Buffer, start: number, stop: number): number {
    const length = stop - start;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.length - this.#usedOfLast < length) {
      chunk = this.#grow(length);
    }
    const used = this.#usedOfLast;
    source.copy(chunk, used, start, stop);
    this.#usedOfLast = used + length;
    return (this.#starts.at(-1) as number) + used;
  }

  /** The bytes at an address, as a view that is valid until {@link release}. */
  view(address: number, length: number): Buffer {
    const index = this.#chunkOf(address);
    const start = address - (this.#starts[index] as number);
    return (this.#chunks[index] as Buffer).subarray(start, start + length);
  }

  /** Gives all chunks back. The arena and its views are not used afterwards. */
  release(): void {
    for (const chunk of this.#chunks.splice(0)) this.#pool.give(chunk);
  }

  #grow(length: number): Buffer {
    let byteCount = FIRST_CHUNK_BYTES;
    while (byteCount < MAX_CHUNK_BYTES && byteCount * 2 <= this.#capacityBytes / 2) byteCount *= 2;
    const chunk = this.#pool.take(Math.max(byteCount, length));
    this.#starts = appended(this.#starts, this.#capacityBytes);
    this.#chunks = appended(this.#chunks, chunk);
    this.#capacityBytes += chunk.length;
    this.#usedOfLast = 0;
    return chunk;
  }

  #chunkOf(address: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= address) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function isCommonLength(length: number): boolean {
  return length <= MAX_CHUNK_BYTES && (length & (length - 1)) === 0;
}
