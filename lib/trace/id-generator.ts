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

const POOL_BYTES = 4096;
const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;
const ZERO_TRACE_ID = '0'.repeat(TRACE_ID_DIGITS);
const ZERO_SPAN_ID = '0'.repeat(SPAN_ID_DIGITS);

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
    let id = this.#take(TRACE_ID_DIGITS);
    while (id === ZERO_TRACE_ID) id = this.#take(TRACE_ID_DIGITS);
    return id;
  }

  generateSpanId(): string {
    let id = this.#take(SPAN_ID_DIGITS);
    while (id === ZERO_SPAN_ID) id = this.#take(SPAN_ID_DIGITS);
    return id;
  }

  #take(digits: number): string {
    if (this.#position + digits > this.#digits.length) this.#refill();
    const start = this.#position;
    this.#position = start + digits;
    return this.#digits.substring(start, this.#position);
  }

  #refill(): void {
    randomFillSync(this.#bytes);
    this.#digits = this.#bytes.toString('hex');
    this.#position = 0;
  }
}
