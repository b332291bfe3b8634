import type { InstrumentationScope, Resource } from '../trace/index.js';
import type { EncodedRequest, Encoding, OpenBody } from './encoding.js';

/** A span, a log record or a data point, with its resource and scope. */
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
  /**
   * What surrounds an item below its scope, such as the metric of a data point. Consecutive items of one frame are
   * written into one. May throw.
   *
   * @default items have no frame
   */
  frameOf?(item: T): object;
  /** Writes the body of a request. `bytes` of the items may be empty, to measure the rest of the body. */
  join(items: readonly EncodedItem[]): Buffer;
}

/** An encoded span, log record or data point, with its resource and scope. */
export interface EncodedItem extends Owned {
  readonly name: string;
  /** What surrounds it below its scope; undefined where nothing does. */
  readonly frame: object | undefined;
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
/** The lengths of nested messages take more bytes when they have items: of frame, metric, scope and resource. */
const FRAME_SLACK_BYTES = 12;

class ItemList<T extends Owned> implements OpenBody<T> {
  skippedCount = 0;
  skipCause: unknown = undefined;
  readonly #items: EncodedItem[] = [];
  /** The first item of each resource, scope and frame, without its bytes: the body of the request without items. */
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
      const name = this.format.nameOf(item);
      encodedItem = {
        name,
        resource,
        instrumentationScope,
        frame: this.format.frameOf?.(item),
        bytes,
      };
      frame = this.#frameWith(encodedItem);
      frameBytes = frame === this.#frame ? this.#frameBytes : this.#measure(frame);
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

  #measure(frame: readonly EncodedItem[]): number {
    const slackBytes = this.format.frameOf === undefined ? 0 : frame.length * FRAME_SLACK_BYTES;
    return this.format.join(frame).length + slackBytes;
  }

  #frameWith(item: EncodedItem): EncodedItem[] {
    const { resource, instrumentationScope, frame } = item;
    // The last one first: items of one frame follow one another.
    const known = this.#frame.findLast(
      (each) =>
        each.frame === frame &&
        each.resource === resource &&
        each.instrumentationScope === instrumentationScope,
    );
    return known !== undefined ? this.#frame : [...this.#frame, { ...item, bytes: NO_BYTES }];
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
