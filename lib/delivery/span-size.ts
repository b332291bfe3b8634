import {
  type AttributeList,
  type ReadableSpan,
  RecordingSpan,
  textLengthOf,
} from '../trace/index.js';

/** A span with its ids, times and name. */
const SPAN_BYTES = 400;
/** An event or a link beside its attributes. */
const PART_BYTES = 100;
/** An attribute beside its text: the keys are literals of the code that sets them, and shared. */
const ATTRIBUTE_BYTES = 24;

/**
 * Estimates the memory that a span occupies. A text counts a byte for each UTF-16 code unit, which is
 * what V8 takes for Latin text. The estimate is quick, and close for spans that are large because of long
 * texts, so it suits the limit of a queue.
 */
export function estimateSpanBytes(span: ReadableSpan): number {
  return span instanceof RecordingSpan ? bytesOfOurs(span) : bytesOfForeign(span);
}

function bytesOfOurs(span: RecordingSpan): number {
  const { attributeList, eventList, linkList } = span;
  let bytes = SPAN_BYTES;
  if (attributeList !== undefined) bytes += bytesOfList(attributeList);
  if (eventList !== undefined) bytes += bytesOfParts(eventList);
  if (linkList !== undefined) bytes += bytesOfParts(linkList);
  return bytes;
}

function bytesOfParts(parts: readonly { attributeList: AttributeList | undefined }[]): number {
  let bytes = parts.length * PART_BYTES;
  for (let i = 0; i < parts.length; i++) {
    const list = parts[i]?.attributeList;
    if (list !== undefined) bytes += bytesOfList(list);
  }
  return bytes;
}

function bytesOfList(list: AttributeList): number {
  const { length } = list;
  let bytes = (length / 2) * ATTRIBUTE_BYTES;
  for (let i = 1; i < length; i += 2) bytes += textLengthOf(list[i]);
  return bytes;
}

function bytesOfForeign(span: ReadableSpan): number {
  let bytes = SPAN_BYTES + bytesOfObject(span.attributes);
  for (const { attributes } of span.events) bytes += PART_BYTES + bytesOfObject(attributes);
  for (const { attributes } of span.links) bytes += PART_BYTES + bytesOfObject(attributes);
  return bytes;
}

function bytesOfObject(attributes: object | undefined): number {
  let bytes = 0;
  for (const value of Object.values(attributes ?? {}))
    bytes += ATTRIBUTE_BYTES + textLengthOf(value);
  return bytes;
}
