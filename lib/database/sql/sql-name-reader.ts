import { isNameChar } from './sql-characters.js';
import type { SqlTokenKind } from './sql-scanner.js';

/** Assembles a name of one or several parts: `shop.orders`, `[shop]..[orders]`. */
export class SqlNameReader {
  #name = '';
  #state: 'closed' | 'after part' | 'after point' = 'closed';

  get isOpen(): boolean {
    return this.#state !== 'closed';
  }

  begin(kind: SqlTokenKind, text: string, start: number, end: number): void {
    this.#name = this.nameOf(kind, text, start, end);
    this.#state = 'after part';
  }

  /** Appends a token. @returns false, without appending, if the token is not part of the name */
  append(kind: SqlTokenKind, text: string, start: number, end: number): boolean {
    if (kind === 'punctuation' && text[start] === '.') {
      this.#add('.');
      this.#state = 'after point';
      return true;
    }
    if (this.#state !== 'after point' || (kind !== 'word' && kind !== 'name')) return false;
    this.#add(this.nameOf(kind, text, start, end));
    this.#state = 'after part';
    return true;
  }

  /** Closes the name and returns it. */
  take(): string {
    this.#state = 'closed';
    return this.#name;
  }

  /** A part of a name as summaries show it: without quotes unless it contains other than name characters. */
  nameOf(kind: SqlTokenKind, text: string, start: number, end: number): string {
    if (end - start > MAX_PART_LENGTH) return OVERLONG;
    if (kind !== 'name') return text.slice(start, end);
    const bare = text.slice(start + 1, end - 1);
    for (let index = 0; index < bare.length; index++) {
      const code = bare.charCodeAt(index);
      if (!isNameChar(code) && code !== MINUS) return text.slice(start, end).replace(/\s/g, ' ');
    }
    return bare === '' ? text.slice(start, end) : bare;
  }

  #add(part: string): void {
    if (this.#name.length <= MAX_PART_LENGTH) this.#name += part;
  }
}

const MINUS = 0x2d;
const MAX_PART_LENGTH = 255;
/** Longer than any summary, so that summaries omit it. */
const OVERLONG = '?'.repeat(MAX_PART_LENGTH + 1);
