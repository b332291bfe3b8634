import type { AnyAttributes, AnyValue } from '../../analysis/span-record.js';
import { formatSql } from './format-sql.js';

/** An attribute as it is shown. */
export interface ShownAttribute {
  readonly key: string;
  /** The value as it is copied. */
  readonly text: string;
  /** The value on several lines, of SQL, JSON and long texts; undefined for one line. */
  readonly block: string | undefined;
  /** A condition of the search for this value; undefined for values that the search cannot compare. */
  readonly condition: string | undefined;
}

/** Attributes whose keys begin with the same word. */
export interface AttributeGroup {
  readonly name: string;
  readonly attributes: readonly ShownAttribute[];
}

/** Groups attributes by the first word of their keys, all sorted; keys of one word come first, without a name. */
export function attributeGroups(attributes: AnyAttributes): AttributeGroup[] {
  const groups = new Map<string, ShownAttribute[]>();
  const order = new Intl.Collator('en', { numeric: true });
  for (const key of Object.keys(attributes).sort(order.compare)) {
    const dot = key.indexOf('.');
    const name = dot <= 0 ? '' : key.slice(0, dot);
    const shown = shownAttribute(key, attributes[key] ?? null);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [shown]);
    else group.push(shown);
  }
  return [...groups]
    .sort(([a], [b]) => order.compare(a, b))
    .map(([name, ofGroup]) => ({ name, attributes: ofGroup }));
}

/** A value as text: texts as they are, structures as JSON, bytes as their number. */
export function textOfValue(value: AnyValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value !== 'object' || value === null) return String(value);
  return jsonOf(value);
}

/** `key=value` of the search language. */
export function conditionOf(key: string, text: string): string {
  return `${quoted(key, /^[^\s"(){}\\:=!<>~-][^\s"(){}\\:=!<>~]*$/)}=${quoted(text, /^[^\s"(){}\\]+$/)}`;
}

const MAX_CONDITION_LENGTH = 500;
const LONG_TEXT = 200;

function shownAttribute(key: string, value: AnyValue): ShownAttribute {
  const text = textOfValue(value);
  const isPlain = typeof value !== 'object' && text !== '' && text.length <= MAX_CONDITION_LENGTH;
  return {
    key,
    text,
    block: blockOf(key, value, text),
    condition: isPlain ? conditionOf(key, text) : undefined,
  };
}

function blockOf(key: string, value: AnyValue, text: string): string | undefined {
  if (typeof value === 'object' && value !== null) {
    return value instanceof Uint8Array || text.length < 60 ? undefined : text;
  }
  if (typeof value !== 'string') return undefined;
  if (key === 'db.query.text' || key === 'db.statement') return formatSql(value);
  const json = /^\s*[[{]/.test(value) ? parsed(value) : undefined;
  if (json !== undefined) return JSON.stringify(json, null, 2);
  return value.includes('\n') || value.length > LONG_TEXT ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function jsonOf(value: AnyValue): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) => {
      if (typeof part === 'bigint') return String(part);
      return part instanceof Uint8Array ? `${part.length} bytes` : part;
    },
    2,
  );
}

function quoted(text: string, plain: RegExp): string {
  return plain.test(text) ? text : `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
