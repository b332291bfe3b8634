/** Matches a text; undefined if the text is not known. */
export type WildcardPattern = (text: string | undefined) => boolean;

/**
 * Compiles a pattern of X-Ray: `*` stands for any characters, `?` for one. Case does not matter. A text that is not
 * known only matches patterns of `*` alone.
 *
 * Its time is bounded by the product of both lengths. A regular expression with several `.*` can take exponential time.
 */
export function compileWildcards(pattern: string): WildcardPattern {
  if (/^\*+$/.test(pattern)) return () => true;
  const lowerCase = pattern.toLowerCase();
  return (text) => text !== undefined && matches(lowerCase, text.toLowerCase());
}

function matches(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  /** Where to go on after a mismatch: behind the latest `*`, which then stands for one more character. */
  let starAt = -1;
  let starPosition = 0;
  while (position < text.length) {
    const char = pattern[at];
    if (char === '*') {
      starAt = at++;
      starPosition = position;
    } else if (char !== undefined && (char === '?' || char === text[position])) {
      at++;
      position++;
    } else if (starAt >= 0) {
      at = starAt + 1;
      position = ++starPosition;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
