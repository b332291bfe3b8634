import { fieldsOf, messagesOf, spansOf } from '../protobuf-fields.js';

/** A line for each span of OTLP requests, without what is random or a time: two tracers that do the same write the same. */
export function readSpans(bodies) {
  return bodies.flatMap((body) => [...spansOf(body)].map(lineOf));
}

function lineOf(span) {
  let head = '';
  let parent = '';
  let flags = '';
  const attributes = [];
  for (const { number, value } of fieldsOf(span)) {
    if (number === 4) parent = value.toString('hex');
    if (number === 5) head = value.toString() + head;
    if (number === 6) head += ` kind ${value}`;
    if (number === 9) attributes.push(attributeOf(value));
    if (number === 16) flags = value.readUInt32LE();
  }
  // The parent of a span of this process has a random id.
  const origin = flags & IS_REMOTE ? `child of ${parent}` : parent === '' ? 'root' : 'child';
  return `${head} flags ${flags} ${origin}: ${attributes.sort().join(', ')}`;
}

const IS_REMOTE = 0x200;

function attributeOf(bytes) {
  const [key] = messagesOf(bytes, 1);
  const [any] = messagesOf(bytes, 2);
  const [{ number, value }] = fieldsOf(any);
  // Texts, booleans and numbers.
  return `${key} = ${number === 1 ? JSON.stringify(value.toString()) : `${TYPES[number]} ${value}`}`;
}

const TYPES = { 2: 'bool', 3: 'int', 4: 'double', 5: 'array' };
