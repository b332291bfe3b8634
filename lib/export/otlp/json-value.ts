import type { Attributes, HrTime } from '@opentelemetry/api';
import type { AttributeList } from '../../trace/index.js';
import { isInt64 } from './protobuf-writer.js';

// Values in the JSON form of OTLP. Spec: opentelemetry-proto, `docs/specification.md#json-protobuf-encoding`.

/** Any half of a surrogate pair; without the flag `u`, so that most texts are tested quickly. */
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Attributes as the member `attributes`, with a comma before it; nothing for none. */
export function jsonAttributes(attributes: Readonly<Attributes> | undefined): string {
  return jsonList(attributes && (Object.entries(attributes).flat(1) as AttributeList));
}

/**
 * Returns the text as a JSON string literal, including the quotes. Replaces each unpaired surrogate with
 * U+FFFD, as the protobuf encoding does, because some JSON parsers reject unpaired surrogates.
 */
export function jsonText(text: string): string {
  return JSON.stringify(
    SURROGATE.test(text) ? text.replace(LONE_SURROGATE, '\ufffd') : String(text),
  );
}

/** As {@link jsonAttributes}, for a list. */
export function jsonList(list: AttributeList | undefined): string {
  if (list === undefined || list.length === 0) return '';
  let text = '';
  for (let i = 0; i < list.length; i += 2) {
    text += `${i === 0 ? '' : ','}{"key":${jsonText(list[i] as string)},"value":${jsonValue(list[i + 1])}}`;
  }
  return `,"attributes":[${text}]`;
}

/** A count as a member, with a comma before it; nothing for zero. */
export function jsonCount(member: string, count: number | undefined): string {
  return count !== undefined && count > 0 ? `,"${member}":${count}` : '';
}

/** An attribute value as an `AnyValue`; an empty one for other values. */
export function jsonValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${jsonText(value)}}`;
    case 'boolean':
      return `{"boolValue":${value}}`;
    case 'number':
      if (isInt64(value)) return `{"intValue":"${value.toFixed(0)}"}`;
      // JSON has no such numbers; the JSON form of protobuf writes them as strings.
      return `{"doubleValue":${Number.isFinite(value) ? value : `"${value}"`}}`;
    default:
      return Array.isArray(value) ? jsonArray(value) : '{}';
  }
}

function jsonArray(values: readonly unknown[]): string {
  // An attribute value has no nested arrays; a circular one must not be followed.
  const elements = values.map((value) => jsonValue(Array.isArray(value) ? undefined : value));
  return `{"arrayValue":{"values":[${elements.join(',')}]}}`;
}

/** Epoch nanoseconds in decimal digits: no double holds as many. */
export function jsonNanos([seconds, nanos]: HrTime): string {
  const carry = Math.floor(nanos / 1e9);
  const wholeSeconds = seconds + carry;
  const rest = nanos - carry * 1e9;
  return wholeSeconds === 0 ? String(rest) : `${wholeSeconds}${String(rest).padStart(9, '0')}`;
}
