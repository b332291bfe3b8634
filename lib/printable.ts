/**
 * Text on one line, without characters that could move the cursor of a terminal, colour what follows,
 * or show it in another order: control and format characters, lone surrogates, line and paragraph
 * separators. A run of them becomes one space.
 */
export function printable(text: string): string {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ');
}

/**
 * JSON in which the same characters are escaped: `JSON.stringify` escapes those below U+0020 and lone
 * surrogates only.
 */
export function printableJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
