import type { EnvironmentVariables } from '../environment-reader.js';

/** A reference that does not follow the grammar of the specification. */
export class InvalidReference extends Error {}

const CONTENT = /^(?:([A-Za-z]\w*):(?!-))?(.+)$/;
const VARIABLE = /^([A-Za-z_]\w*)(?::-(.*))?$/;

/**
 * Replaces the references to environment variables in a text: `${NAME}`, `${env:NAME}` and
 * `${NAME:-default}`. `$$` becomes `$`, and begins no reference. Inserted values are not replaced again. An
 * unset or empty variable without a default becomes an empty text.
 *
 * Spec: `configuration/data-model.md`, "Environment variable substitution".
 *
 * @throws InvalidReference for a reference to something else than a variable. The message has no value of a
 *   variable
 */
export function substitute(text: string, variables: EnvironmentVariables): string {
  return text
    .split('$$')
    .map((part) => substitutePart(part, variables))
    .join('$');
}

/** Whether {@link substitute} replaces something in the text, or throws for it. */
export function hasReference(text: string): boolean {
  return text.split('$$').some((part) => findReference(part, 0) !== undefined);
}

function substitutePart(part: string, variables: EnvironmentVariables): string {
  let replaced = '';
  let position = 0;
  for (;;) {
    const found = findReference(part, position);
    if (found === undefined) return replaced + part.slice(position);
    const reference = part.slice(found.start, found.end);
    replaced += part.slice(position, found.start) + resolveReference(reference, variables);
    position = found.end;
  }
}

/** The next `${…}` in one line, which is not empty. In time that grows with the length of the text only. */
function findReference(
  part: string,
  from: number,
): { readonly start: number; readonly end: number } | undefined {
  const closing = /[}\n]/g;
  let start = part.indexOf('${', from);
  while (start >= 0) {
    closing.lastIndex = start + 2;
    const match = closing.exec(part);
    if (match === null) return undefined;
    const isReference = match[0] === '}' && match.index > start + 2;
    if (isReference) return { start, end: closing.lastIndex };
    start = part.indexOf('${', closing.lastIndex);
  }
  return undefined;
}

function resolveReference(reference: string, variables: EnvironmentVariables): string {
  const [, prefix = 'env', content = ''] = CONTENT.exec(reference.slice(2, -1)) ?? [];
  const [, name = '', fallback = ''] = prefix === 'env' ? (VARIABLE.exec(content) ?? []) : [];
  if (name === '') {
    throw new InvalidReference(
      `${JSON.stringify(reference.slice(0, 100))} is no reference to an environment variable`,
    );
  }
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return value === undefined || value === '' ? fallback : value;
}

/**
 * The value of a plain scalar: null, a boolean, a number or the text itself.
 *
 * Spec: YAML 1.2.2, "Core Schema", "Tag Resolution".
 */
export function resolvePlainScalar(text: string): null | boolean | number | string {
  if (/^(~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?[0-9]+$|^0o[0-7]+$|^0x[0-9a-fA-F]+$/.test(text)) return Number(text);
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  if (/^[-+]?(\.inf|\.Inf|\.INF)$/.test(text)) {
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return /^(\.nan|\.NaN|\.NAN)$/.test(text) ? Number.NaN : text;
}
