/** Colours and weights of ANSI terminals. */
export const Style = { BOLD: '1', DIM: '2', RED: '31', CYAN: '36' } as const;
export type Style = (typeof Style)[keyof typeof Style];

/** Text in a style, or the text alone where there are no styles. */
export type Paint = (style: Style, text: string) => string;

/** Paints as ANSI terminals have it. */
export const paintAnsi: Paint = (style, text) =>
  text === '' ? '' : `\u001b[${style}m${text}\u001b[0m`;

/** Paints nothing. */
export const paintNothing: Paint = (_style, text) => text;

/** How many characters a text has, not how many UTF-16 code units. */
export function lengthOf(text: string): number {
  let length = 0;
  for (const _character of text) length++;
  return length;
}

/** The text, or its beginning and an ellipsis if it is longer than `length` characters. */
export function clip(text: string, length: number): string {
  if (lengthOf(text) <= length) return text;
  return length <= 0 ? '' : `${[...text].slice(0, length - 1).join('')}…`;
}

/** The text with spaces behind, so that it has `length` characters at least. */
export function pad(text: string, length: number): string {
  return text + ' '.repeat(Math.max(0, length - lengthOf(text)));
}

/** A duration in three digits or so, in the unit that suits it. */
export function formatDuration(millis: number): string {
  const seconds = millis / 1000;
  if (seconds >= 59.995)
    return `${Math.floor(Math.round(seconds) / 60)}m ${Math.round(seconds) % 60}s`;
  if (millis >= 999.5) return `${seconds.toFixed(2)} s`;
  if (millis >= 0.9995) return `${millis.toFixed(millis >= 99.95 ? 0 : 1)} ms`;
  return `${Math.round(millis * 1000)} µs`;
}
