import { ProtobufWriter } from './protobuf-writer.js';

/** One for the batch under way, one for that which begins when it was given up. */
const MAX_SPARE_WRITERS = 2;
/** One huge batch must not hold on to its memory for ever. */
const MAX_SPARE_CAPACITY_BYTES = 2 * 1024 * 1024;

/** Writers that have done their work, for use again: their memory is the size of a batch already. */
export class SpareWriters {
  readonly #writers: ProtobufWriter[] = [];

  /** An empty writer. */
  take(): ProtobufWriter {
    const writer = this.#writers.pop() ?? new ProtobufWriter();
    writer.position = 0;
    return writer;
  }

  /** Takes back a writer whose bytes nobody reads any more. */
  give(writer: ProtobufWriter): void {
    const isSpare = this.#writers.length < MAX_SPARE_WRITERS;
    if (isSpare && writer.bytes.length <= MAX_SPARE_CAPACITY_BYTES) this.#writers.push(writer);
  }
}
