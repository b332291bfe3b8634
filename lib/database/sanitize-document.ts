import { cutText } from './sql/sql-reader.js';

/**
 * A document as JSON with `?` for its values; the names of fields are unchanged.
 *
 * @param maxLength in UTF-16 code units
 * @param shownKey the key of the outermost document whose value is shown too, such as a collection
 */
export function sanitizeDocument(document: object, maxLength: number, shownKey?: string): string {
  const writer = new DocumentWriter(maxLength);
  writer.write(document, shownKey);
  return cutText(writer.text, maxLength);
}

/** Stops when the text is long enough, so that the cost does not depend on the number of documents. */
class DocumentWriter {
  text = '';
  readonly #maxLength: number;
  #depth = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** @param shownKey the key of the document whose value is shown */
  write(value: unknown, shownKey?: string): void {
    if (this.#depth === MAX_DEPTH || !isContainer(value)) {
      this.text += '"?"';
      return;
    }
    this.#depth++;
    if (Array.isArray(value)) this.#writeItems('[', value, ']', (item) => this.write(item));
    else {
      this.#writeItems('{', Object.entries(value), '}', ([key, held]) => {
        this.text += `${JSON.stringify(key)}:`;
        if (key === shownKey) this.text += JSON.stringify(held);
        else this.write(held);
      });
    }
    this.#depth--;
  }

  #writeItems<T>(open: string, items: readonly T[], close: string, write: (item: T) => void): void {
    this.text += open;
    for (const [index, item] of items.entries()) {
      if (this.text.length > this.#maxLength) return;
      if (index > 0) this.text += ',';
      write(item);
    }
    this.text += close;
  }
}

/** MongoDB's own limit for the nesting of a document; that of Elasticsearch is 20 by default. */
const MAX_DEPTH = 100;

/** Instances of classes, such as those of BSON, are values. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
