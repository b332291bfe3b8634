import { createServer } from 'node:http';

/**
 * A local OTLP receiver that takes everything and counts spans: a process of its own, so that it
 * costs the servers nothing. It reads no further into a message than counting needs.
 *
 * Prints its port to its parent; answers each `count` with the number of spans so far.
 */
let spans = 0;

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    spans += countSpans(Buffer.concat(chunks));
    response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
    response.end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', (message) => {
  if (message === 'count') process.send({ spans });
});
process.on('disconnect', () => process.exit(0));

/** `ExportTraceServiceRequest.resource_spans(1)`, `ResourceSpans.scope_spans(2)`, `ScopeSpans.spans(2)`. */
function countSpans(bytes) {
  let count = 0;
  for (const resourceSpans of fields(bytes, 1)) {
    for (const scopeSpans of fields(resourceSpans, 2)) {
      for (const _ of fields(scopeSpans, 2)) count++;
    }
  }
  return count;
}

/** The length-delimited fields with a number; all others are skipped. */
function* fields(bytes, wanted) {
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
    const wireType = key & 7;
    if (wireType === 0) varint();
    else if (wireType === 1) position += 8;
    else if (wireType === 5) position += 4;
    else {
      const end = varint() + position;
      if (key >> 3 === wanted) yield bytes.subarray(position, end);
      position = end;
    }
  }
}
