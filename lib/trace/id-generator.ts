import { randomFillSync } from 'node:crypto';

/** Makes ids. Replace it through the token `ID_GENERATOR`; a test gives a sequential one. */
export interface IdGenerator {
  /**
   * True when the right-most 56 bits of the trace ids are random, which sets the random flag of
   * W3C trace context level 2 on new traces and lets samplers decide by the trace id.
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
 * Cryptographically random ids. One call of the system's generator and one conversion serve some
 * hundred ids: asking for each id costs ten times as much.
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

/** Nearly always the first digit tells. Comparing the id with a string of zeros costs as much as making it. */
function isZero(digits: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (digits.charCodeAt(i) !== ZERO) return false;
  }
  return true;
}
