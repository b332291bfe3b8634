/** Colours and weights of ANSI terminals. */
export const Style = { BOLD: '1', DIM: '2', RED: '31', YELLOW: '33', CYAN: '36' } as const;
export type Style = (typeof Style)[keyof typeof Style];

/** Applies a style to a text, or returns the text unchanged if styles are off. */
export type Paint = (style: Style, text: string) => string;

/** Applies ANSI styles. */
export const paintAnsi: Paint = (style, text) =>
  text === '' ? '' : `\u001b[${style}m${text}\u001b[0m`;

/** Applies no styles. */
export const paintNothing: Paint = (_style, text) => text;

/** The number of characters, not of UTF-16 code units. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _character of text) length++;
  return length;
}

/** Shortens a text to `length` characters, with an ellipsis at the end. */
export function clip(text: string, length: number): string {
  if (lengthOf(text) <= length) return text;
  return length <= 0 ? '' : `${[...text].slice(0, length - 1).join('')}…`;
}

/** Appends spaces, so that the text has at least `length` characters. */
export function pad(text: string, length: number): string {
  return text + ' '.repeat(Math.max(0, length - lengthOf(text)));
}
