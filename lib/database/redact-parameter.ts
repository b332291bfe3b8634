/**
 * What is shown of a parameter unless the user says it himself: what can hardly be a secret as it is,
 * of anything else its type, and its length if it has one.
 */
export function redactParameter(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'string':
      return `string(${value.length})`;
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return typeof value;
  }
}

function describeObject(value: object): string {
  const { length } = value as { length?: unknown };
  const type = Array.isArray(value) ? 'array' : value.constructor?.name || 'object';
  return typeof length === 'number' ? `${type}(${length})` : type;
}
