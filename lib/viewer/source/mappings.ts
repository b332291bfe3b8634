/** A place in one of the sources of a source map. */
export interface OriginalPlace {
  /** The index of the source. */
  readonly source: number;
  /** From 0. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

const SEMICOLON = 0x3b;
const COMMA = 0x2c;
/** A digit of base64 holds five bits and a mark that more of them follow. */
const CONTINUES = 0x20;
const NO_DIGIT = 0xff;
const DIGITS = digitsOfBase64();
/** A number of 32 bits has seven digits. */
const MAX_SHIFT = 30;

/**
 * Finds where a place in generated code comes from: the last mapping of its line that begins at or before its
 * column. It reads the mappings up to that line, and creates no object for any of them.
 *
 * Spec: ECMA-426, "Mappings structure".
 *
 * @param mappings the member `mappings` of a source map
 * @param line from 0
 * @param column from 0; undefined for the first mapping of the line
 * @returns undefined if the line has no such mapping, and for mappings that are broken before it
 */
export function originalPlaceOf(
  mappings: string,
  line: number,
  column: number | undefined,
): OriginalPlace | undefined {
  let position = 0;
  let generatedLine = 0;
  let generatedColumn = 0;
  let source = 0;
  let originalLine = 0;
  let originalColumn = 0;
  let found: OriginalPlace | undefined;
  const { length } = mappings;
  while (position < length) {
    const code = mappings.charCodeAt(position);
    if (code === SEMICOLON) {
      if (++generatedLine > line) break;
      generatedColumn = 0;
      position++;
      continue;
    }
    if (code === COMMA) {
      position++;
      continue;
    }
    // Of the five numbers of a mapping, the fifth is the name of a variable.
    let fieldCount = 0;
    while (position < length) {
      let value = 0;
      let digit = digitAt(mappings, position);
      if (digit === NO_DIGIT) break;
      for (let shift = 0; ; shift += 5) {
        if (digit === NO_DIGIT || shift > MAX_SHIFT) return undefined;
        value += (digit & (CONTINUES - 1)) * 2 ** shift;
        position++;
        if ((digit & CONTINUES) === 0) break;
        digit = digitAt(mappings, position);
      }
      const difference = value % 2 === 1 ? -(value - 1) / 2 : value / 2;
      if (fieldCount === 0) generatedColumn += difference;
      else if (fieldCount === 1) source += difference;
      else if (fieldCount === 2) originalLine += difference;
      else if (fieldCount === 3) originalColumn += difference;
      fieldCount++;
    }
    const isEnd = position >= length || isSeparator(mappings.charCodeAt(position));
    if (!isEnd || fieldCount === 0) return undefined;
    if (generatedLine < line) continue;
    // The mappings of a line are in the order of their columns.
    if (column !== undefined && generatedColumn > column) break;
    const isMapped = fieldCount >= 4 && source >= 0 && originalLine >= 0 && originalColumn >= 0;
    found = isMapped ? { source, line: originalLine, column: originalColumn } : undefined;
    if (column === undefined) break;
  }
  return found;
}

function isSeparator(code: number): boolean {
  return code === SEMICOLON || code === COMMA;
}

function digitAt(mappings: string, position: number): number {
  // Not a number at the end of the text.
  const code = mappings.charCodeAt(position);
  return code < DIGITS.length ? (DIGITS[code] as number) : NO_DIGIT;
}

function digitsOfBase64(): Uint8Array {
  const digits = new Uint8Array(128).fill(NO_DIGIT);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let value = 0; value < alphabet.length; value++) digits[alphabet.charCodeAt(value)] = value;
  return digits;
}
