import { sanitizeSql } from './sanitize-sql.js';
import { summarizeSql } from './summarize-sql.js';

/** What a span may show of a text in SQL. */
export interface SqlReading {
  /** At most 255 characters; undefined if the text does not begin with a known statement. */
  readonly summary: string | undefined;
  /** The text with `?` for its literals and without comments, cut to the maximum length. */
  readonly sanitizedText: string;
  /** The original text, cut to the maximum length. */
  readonly text: string;
}

/**
 * Reads the SQL of one database and caches the result, because applications send the same texts again
 * and again. It caches at most 1,000 texts of at most 8,192 UTF-16 code units each, and drops those first
 * that have not been used for the longest time.
 */
export class SqlReader {
  readonly #system: string;
  readonly #maxTextLength: number;
  #recent = new Map<string, SqlReading>();
  #older = new Map<string, SqlReading>();

  /**
   * @param system a value of `db.system.name`
   * @param maxTextLength in UTF-16 code units
   */
  constructor(system: string, maxTextLength: number) {
    this.#system = system;
    this.#maxTextLength = maxTextLength;
  }

  read(text: string): SqlReading {
    const known = this.#recent.get(text);
    if (known !== undefined) return known;
    const reading = this.#older.get(text) ?? this.#parse(text);
    if (text.length <= MAX_CACHED_LENGTH) this.#cache(text, reading);
    return reading;
  }

  /** Two generations approximate the order of use without moving an entry when it is found. */
  #cache(text: string, reading: SqlReading): void {
    if (this.#recent.size >= MAX_CACHED_COUNT / 2) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(text, reading);
  }

  #parse(text: string): SqlReading {
    return {
      summary: summarizeSql(text, this.#system),
      sanitizedText: cutText(
        sanitizeSql(text, this.#system, this.#maxTextLength),
        this.#maxTextLength,
      ),
      text: cutText(text, this.#maxTextLength),
    };
  }
}

const MAX_CACHED_COUNT = 1_000;
const MAX_CACHED_LENGTH = 8_192;

/** The beginning of a text. Never ends with half of a surrogate pair. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? maxLength - 1 : maxLength);
}
