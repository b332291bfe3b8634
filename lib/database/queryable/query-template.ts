import type { DatabaseQuery } from '../database-query.js';

/**
 * Reads a query that is a template, as of PGlite: client.sql`SELECT * FROM a WHERE id = ${id}`.
 *
 * @param values the arguments of the call, of any type
 * @returns undefined if the call is not the call of a template
 */
export function readQueryTemplate(values: readonly unknown[]): DatabaseQuery | undefined {
  const [strings, ...inserted] = values;
  if (!isTemplate(strings)) return undefined;
  const parameters: unknown[] = [];
  return { text: textOf(strings, inserted, parameters), parameters };
}

/** @param parameters is appended to */
function textOf(
  strings: readonly string[],
  inserted: readonly unknown[],
  parameters: unknown[],
): string {
  return strings.reduce((text, string, index) => {
    return `${text}${partOf(inserted[index - 1], parameters)}${string}`;
  });
}

function partOf(value: unknown, parameters: unknown[]): string {
  // A template may contain names, raw text and other templates.
  const { _templateType: type, ...part } = (value ?? {}) as TemplatePart;
  if (type === 'part' && typeof part.str === 'string') return part.str;
  if (type === 'container' && isTemplate(part.strings)) {
    return textOf(part.strings, part.values ?? [], parameters);
  }
  parameters.push(value);
  return `$${parameters.length}`;
}

interface TemplatePart {
  readonly _templateType?: unknown;
  readonly str?: unknown;
  readonly strings?: unknown;
  readonly values?: readonly unknown[];
}

function isTemplate(value: unknown): value is readonly string[] {
  return Array.isArray(value) && Array.isArray((value as { raw?: unknown }).raw);
}
