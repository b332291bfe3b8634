/** Any half of a pair; without the flag `u`, so that most texts are done with at once. */
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * A text as JSON, with its quotes. Half surrogate pairs become U+FFFD, as in the binary form: not
 * every reader of JSON takes them.
 */
export function jsonText(text: string): string {
  return JSON.stringify(
    SURROGATE.test(text) ? text.replace(LONE_SURROGATE, '\ufffd') : String(text),
  );
}
