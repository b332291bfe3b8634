import type { InstrumentationScope, Resource } from '../trace/index.js';
import type { EncodedRequest, Encoding, OpenBody } from './encoding.js';

/** A span or a log record, with its resource and scope. */
interface Owned {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
}

/** A format that encodes each item on its own and joins the encoded items. */
export interface ListFormat<T> {
  readonly contentType: string;
  /** Encodes one item. May throw. */
  encode(item: T): Buffer;
  /** The name of an item, for the log. May throw. */
  nameOf(item: T): string;
  /** Writes the body of a request. `bytes` of the items may be empty, to measure the rest of the body. */
  join(items: readonly EncodedItem[]): Buffer;
}

/** An encoded span or log record, with its resource and scope. */
export interface EncodedItem extends Owned {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The encoding for a {@link ListFormat}. */
export class ListEncoding<T extends Owned> implements Encoding<T> {
  readonly contentType: string;
  readonly encodesOneByOne = false;

  constructor(private readonly format: ListFormat<T>) {
    this.contentType = format.contentType;
  }

  openBody(maxBytes: number): OpenBody<T> {
    return new ItemList(this.format, maxBytes);
  }
}

const NO_BYTES = Buffer.alloc(0);
const SEPARATOR_BYTES = 1;

class ItemList<T extends Owned> implements OpenBody<T> {
  skippedCount = 0;
  skipCause: unknown = undefined;
  readonly #items: EncodedItem[] = [];
  /** The first item of each resource and scope, without its bytes: the body of the request without items. */
  #frame: EncodedItem[] = [];
  #frameBytes = 0;
  #itemBytes = 0;

  constructor(
    private readonly format: ListFormat<T>,
    private readonly maxBytes: number,
  ) {}

  get itemCount(): number {
    return this.#items.length;
  }

  add(item: T): number | 'full' {
    let encodedItem: EncodedItem;
    let frame: EncodedItem[];
    let frameBytes: number;
    try {
      const { resource, instrumentationScope } = item;
      const bytes = this.format.encode(item);
      encodedItem = { name: this.format.nameOf(item), resource, instrumentationScope, bytes };
      frame = this.#frameWith(encodedItem);
      frameBytes = frame === this.#frame ? this.#frameBytes : this.format.join(frame).length;
    } catch (error) {
      if (this.skippedCount++ === 0) this.skipCause = error;
      return 0;
    }
    const itemBytes = this.#itemBytes + encodedItem.bytes.length + SEPARATOR_BYTES;
    if (this.#items.length > 0 && frameBytes + itemBytes > this.maxBytes) return 'full';
    this.#items.push(encodedItem);
    this.#frame = frame;
    this.#frameBytes = frameBytes;
    this.#itemBytes = itemBytes;
    return encodedItem.bytes.length;
  }

  seal(): void {}

  finish(): EncodedRequest {
    return encoded(this.format, this.#items);
  }

  #frameWith(item: EncodedItem): EncodedItem[] {
    const { resource, instrumentationScope } = item;
    const isKnown = this.#frame.some(
      (each) => each.resource === resource && each.instrumentationScope === instrumentationScope,
    );
    return isKnown ? this.#frame : [...this.#frame, { ...item, bytes: NO_BYTES }];
  }
}

function encoded<T>(format: ListFormat<T>, items: readonly EncodedItem[]): EncodedRequest {
  return {
    body: format.join(items),
    itemCount: items.length,
    release: () => {},
    halves: () => {
      const middle = items.length >> 1;
      return [encoded(format, items.slice(0, middle)), encoded(format, items.slice(middle))];
    },
    firstName: String(items[0]?.name),
  };
}
