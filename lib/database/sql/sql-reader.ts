import { sanitizeSql } from './sanitize-sql.js';
import { summarizeSql } from './summarize-sql.js';

/** What a span may show of an SQL text. */
export interface SqlReading {
  /** At most 255 characters; undefined where nothing that is known begins the text. */
  readonly summary: string | undefined;
  /** The text with `?` for its literals and without comments, cut. */
  readonly sanitizedText: string;
  /** The text as it is, cut. */
  readonly text: string;
}

/**
 * Reads the SQL of one database and remembers what it read: applications send the same texts again
 * and again. It remembers at most 1,000 texts, of at most 8,192 UTF-16 code units each; those that
 * were not used for longest are forgotten first.
 */
export class SqlReader {
  readonly #system: string;
  readonly #maxTextLength: number;
  #recent = new Map<string, SqlReading>();
  #older = new Map<string, SqlReading>();

  /**
   * @param system as in `db.system.name`
   * @param maxTextLength in UTF-16 code units
   */
  constructor(system: string, maxTextLength: number) {
    this.#system = system;
    this.#maxTextLength = maxTextLength;
  }

  read(text: string): SqlReading {
    const known = this.#recent.get(text);
    if (known !== undefined) return known;
    const reading = this.#older.get(text) ?? this.#readAnew(text);
    if (text.length <= MAX_REMEMBERED_LENGTH) this.#remember(text, reading);
    return reading;
  }

  /** Two generations: as good as to order by use, and nothing is moved when a text is found. */
  #remember(text: string, reading: SqlReading): void {
    if (this.#recent.size >= MAX_REMEMBERED_COUNT / 2) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(text, reading);
  }

  #readAnew(text: string): SqlReading {
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

const MAX_REMEMBERED_COUNT = 1_000;
const MAX_REMEMBERED_LENGTH = 8_192;

/** The beginning of a text, never with half a surrogate pair at its end. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? maxLength - 1 : maxLength);
}
