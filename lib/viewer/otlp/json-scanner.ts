const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
/** Values that no schema knows may nest to this depth. */
const MAX_SKIPPED_DEPTH = 512;
const NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;
const MAX_NUMBER_LENGTH = 400;

/**
 * Reads JSON in place, as bytes. `JSON.parse` would make objects of a body before anybody knows whether they
 * are of use: 64 MiB of `[{},{},…` become more than a gigabyte.
 *
 * It does not throw. Text that is not JSON sets {@link isBroken}.
 */
export class JsonScanner {
  readonly bytes: Buffer;
  position = 0;
  isBroken = false;
  /** Where the text that {@link text} has read starts, after its quote. */
  start = 0;
  /** Where it ends, before its quote. */
  stop = 0;
  /** Whether it has escapes, such as `\n`. */
  hasEscapes = false;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    // The byte order mark that some editors write.
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.position = 3;
  }

  /** The first byte of the next token; undefined at the end. */
  peek(): number | undefined {
    const { bytes } = this;
    let { position } = this;
    while (position < bytes.length && isSpace(bytes[position] as number)) position++;
    this.position = position;
    return bytes[position];
  }

  /** Whether the next token is the byte; reads it if so. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.position++;
    return true;
  }

  break(): false {
    this.isBroken = true;
    return false;
  }

  /** Reads the brace that begins an object. */
  beginObject(): boolean {
    return this.take(OPEN_BRACE) || this.break();
  }

  /**
   * Reads the key of the next member, whose value is to be read then.
   *
   * @param isFirst whether the object has just begun
   * @returns false at the end of the object
   */
  nextMember(isFirst: boolean): boolean {
    if (this.isBroken || this.take(CLOSE_BRACE)) return false;
    if (!isFirst && !this.take(COMMA)) return this.break();
    return (this.text() && this.take(COLON)) || this.break();
  }

  /** Reads the bracket that begins an array. */
  beginArray(): boolean {
    return this.take(OPEN_BRACKET) || this.break();
  }

  /** @returns whether the array has another value, which is to be read then */
  nextElement(isFirst: boolean): boolean {
    if (this.isBroken || this.take(CLOSE_BRACKET)) return false;
    return isFirst || this.take(COMMA) || this.break();
  }

  /** Reads a text, into {@link start}, {@link stop} and {@link hasEscapes}. */
  text(): boolean {
    if (!this.take(QUOTE)) return this.break();
    const { bytes } = this;
    const { length } = bytes;
    let { position } = this;
    this.start = position;
    this.hasEscapes = false;
    while (position < length) {
      const byte = bytes[position] as number;
      if (byte === QUOTE) {
        this.stop = position;
        this.position = position + 1;
        return true;
      }
      if (byte === BACKSLASH) {
        this.hasEscapes = true;
        position++;
      }
      position++;
    }
    return this.break();
  }

  isText(): boolean {
    return this.peek() === QUOTE;
  }

  /** The text that {@link text} has read, without escapes; undefined if an escape is invalid. */
  textValue(): string | undefined {
    if (!this.hasEscapes) return this.bytes.toString('utf8', this.start, this.stop);
    try {
      return JSON.parse(this.bytes.toString('utf8', this.start - 1, this.stop + 1)) as string;
    } catch {
      this.isBroken = true;
      return undefined;
    }
  }

  /** Reads a number, or a text in quotes, as it is written; undefined for anything else. */
  scalar(): string | undefined {
    if (this.isText()) return this.text() ? this.textValue() : undefined;
    const literal = this.#literal();
    if (NUMBER.test(literal)) return literal;
    this.isBroken = true;
    return undefined;
  }

  /** Reads `true`, `false` or `null`; undefined for anything else. */
  word(): boolean | null | undefined {
    const literal = this.#literal();
    if (literal === 'true') return true;
    if (literal === 'false') return false;
    if (literal === 'null') return null;
    this.isBroken = true;
    return undefined;
  }

  /** Reads `null` if it is next. */
  takeNull(): boolean {
    if (this.peek() !== 0x6e) return false;
    return this.word() === null;
  }

  /** Reads a value of any type and drops it. */
  skip(): boolean {
    const closing: number[] = [];
    do {
      const byte = this.peek();
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (closing.length === MAX_SKIPPED_DEPTH) return this.break();
        const end = byte === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
        this.position++;
        if (!this.take(end)) {
          closing.push(end);
          if (end === CLOSE_BRACE && !this.#key()) return false;
          continue;
        }
      } else if (byte === QUOTE ? !this.text() : !this.#skipLiteral()) return false;
      while (closing.length > 0) {
        if (this.take(COMMA)) {
          if (closing.at(-1) === CLOSE_BRACE && !this.#key()) return false;
          break;
        }
        if (!this.take(closing.pop() as number)) return this.break();
      }
    } while (closing.length > 0);
    return true;
  }

  #key(): boolean {
    return (this.text() && this.take(COLON)) || this.break();
  }

  #skipLiteral(): boolean {
    const literal = this.#literal();
    return /^(true|false|null)$/.test(literal) || NUMBER.test(literal) || this.break();
  }

  /** The word or number that is next; empty if there is none. */
  #literal(): string {
    this.peek();
    const { bytes, position } = this;
    let end = position;
    while (end - position < MAX_NUMBER_LENGTH && isLiteral(bytes[end])) end++;
    this.position = end;
    return bytes.toString('latin1', position, end);
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Letters, digits, signs and the point. */
function isLiteral(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}
