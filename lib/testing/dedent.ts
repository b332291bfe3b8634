/**
 * Removes the indentation of a template in a test: the blank first and last lines, and the indentation
 * that all other lines share. A backslash is an ordinary character, not an escape, so that the quoted
 * strings of `traceAsText` can be copied into the template.
 *
 * @example
 * expect(traceAsText(recorder.takeSpans())).toBe(dedent`
 *   OrdersService.place
 *     reserve stock
 * `);
 */
export function dedent(template: TemplateStringsArray, ...values: unknown[]): string {
  // Removed before the values are inserted: a value with several lines must not change the indentation.
  const indentation = sharedIndentation(template.raw);
  const shifted = template.raw.map((part) => part.replaceAll(`\n${indentation}`, '\n'));
  return withoutBlankEnds(String.raw({ raw: shifted }, ...values));
}

/** Removes the indentation of a text in the same way. It counts the first line too, if that is not blank. */
export function dedentText(text: string): string {
  const lines = `\n${text}`;
  return withoutBlankEnds(lines.replaceAll(`\n${sharedIndentation([lines])}`, '\n').slice(1));
}

function withoutBlankEnds(text: string): string {
  return text.replace(/^[^\S\n]*\n/, '').replace(/(^|\n)[^\S\n]*$/, '');
}

function sharedIndentation(parts: readonly string[]): string {
  // With the mark, whitespace after a value at the beginning of a line does not count as indentation.
  const lines = parts.join('\u0000').split('\n').slice(1);
  const indentations = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.slice(0, line.length - line.trimStart().length));
  return indentations.reduce(
    (shared, indentation) => (indentation.length < shared.length ? indentation : shared),
    indentations[0] ?? '',
  );
}
