/**
 * A text that stands indented in a test, without that indentation: the blank first and last line go,
 * and so does the indentation that all other lines share. Backslashes stand for themselves, as they
 * do in the quoted strings of `traceAsText`.
 *
 * @example
 * expect(traceAsText(recorder.takeSpans())).toBe(dedent`
 *   OrdersService.place
 *     reserve stock
 * `);
 */
export function dedent(template: TemplateStringsArray, ...values: unknown[]): string {
  // Cut off before the values go in: a value with several lines must not change the indentation.
  const indentation = sharedIndentation(template.raw);
  const shifted = template.raw.map((part) => part.replaceAll(`\n${indentation}`, '\n'));
  const text = String.raw({ raw: shifted }, ...values);
  return text.replace(/^[^\S\n]*\n/, '').replace(/(^|\n)[^\S\n]*$/, '');
}

function sharedIndentation(parts: readonly string[]): string {
  // The mark keeps a line that begins with a value from counting as indented deeper than it is.
  const lines = parts.join('\u0000').split('\n').slice(1);
  const indentations = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.slice(0, line.length - line.trimStart().length));
  return indentations.reduce(
    (shared, indentation) => (indentation.length < shared.length ? indentation : shared),
    indentations[0] ?? '',
  );
}
