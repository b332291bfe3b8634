import type { ProtobufWriter } from './protobuf-writer.js';

/** How a signal of OTLP, spans or log records, is written in the binary form of protobuf. */
export interface ProtobufSignal<T> {
  /**
   * Creates the function that writes an item into the field of `tag`, and may throw. It can remember what the
   * items of one exporter have in common.
   */
  createWrite(): (writer: ProtobufWriter, tag: number, item: T) => void;
  /** The name of an encoded item, for the log. */
  nameOf(item: Buffer): string;
}

/** How a signal of OTLP is written in the JSON form of protobuf. */
export interface JsonSignal<T> {
  /** The members of a request, a resource and a scope: `resourceSpans`, `scopeSpans`, `spans`. */
  readonly members: readonly [resources: string, scopes: string, items: string];
  /** The text of one item. May throw. */
  encode(item: T): string;
  /** The name of an item, for the log. */
  nameOf(item: T): string;
  /**
   * How items are framed below their scope, such as data points by their metric.
   *
   * @default items have no frame
   */
  readonly frame?: JsonFrame<T>;
}

/** The text around consecutive items of one frame. */
export interface JsonFrame<T> {
  /** The frame of an item, compared by identity. */
  of(item: T): object;
  /** The text before its items, with the bracket that opens their array. */
  open(frame: object): string;
  /** The text after its items. */
  readonly close: string;
}
