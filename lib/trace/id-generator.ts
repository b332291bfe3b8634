import { randomFillSync } from 'node:crypto';

/** Generates ids. Replace it with the token `ID_GENERATOR`, for example by sequential ids in tests. */
export interface IdGenerator {
  /**
   * Whether the right-most 56 bits of the trace ids are random. If true, new traces carry the random flag
   * of W3C trace context level 2, and samplers can decide by the trace id.
   *
   * @default false
   */
  readonly hasRandomTraceIds?: boolean;
  /** 32 lower-case hex digits, never all zero. */
  generateTraceId(): string;
  /** 16 lower-case hex digits, never all zero. */
  generateSpanId(): string;
}

const POOL_BYTES = 16_384;
const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;
const ZERO = 0x30;

/**
 * Cryptographically random ids. One call of the system's generator and one conversion serve several
 * hundred ids; a call for each id costs ten times as much.
 */
export class RandomIdGenerator implements IdGenerator {
  readonly hasRandomTraceIds = true;
  readonly #bytes = Buffer.alloc(POOL_BYTES);
  #digits = '';
  #position = 0;

  generateTraceId(): string {
    return this.#take(TRACE_ID_DIGITS);
  }

  generateSpanId(): string {
    return this.#take(SPAN_ID_DIGITS);
  }

  #take(length: number): string {
    if (this.#position + length > this.#digits.length) this.#refill();
    const start = this.#position;
    this.#position = start + length;
    return isZero(this.#digits, start, this.#position)
      ? this.#take(length)
      : this.#digits.substring(start, this.#position);
  }

  #refill(): void {
    randomFillSync(this.#bytes);
    this.#digits = this.#bytes.toString('hex');
    this.#position = 0;
  }
}

/** The first digit nearly always decides. Comparing with a string of zeros costs as much as generating an id. */
function isZero(digits: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (digits.charCodeAt(i) !== ZERO) return false;
  }
  return true;
}
