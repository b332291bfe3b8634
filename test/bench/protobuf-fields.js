/** Reads the fields of a protobuf message: `{ number, value }`, in which bytes stand for texts and messages. */
export function* fieldsOf(bytes) {
  let position = 0;
  const varint = () => {
    let value = 0;
    let shift = 1;
    let byte;
    do {
      byte = bytes[position++];
      value += (byte & 127) * shift;
      shift *= 128;
    } while (byte > 127);
    return value;
  };
  while (position < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const wireType = key & 7;
    if (wireType === 0) yield { number, value: varint() };
    else {
      const length = wireType === 1 ? 8 : wireType === 5 ? 4 : varint();
      yield { number, value: bytes.subarray(position, position + length) };
      position += length;
    }
  }
}

/** The texts and messages of one field. */
export function* messagesOf(bytes, wanted) {
  for (const { number, value } of fieldsOf(bytes)) if (number === wanted) yield value;
}

/** The spans of an `ExportTraceServiceRequest`: `resource_spans(1)`, `scope_spans(2)`, `spans(2)`. */
export function* spansOf(body) {
  for (const resourceSpans of messagesOf(body, 1)) {
    for (const scopeSpans of messagesOf(resourceSpans, 2)) yield* messagesOf(scopeSpans, 2);
  }
}
