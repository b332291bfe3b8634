import { createServer } from 'node:http';
import { spansOf } from '../protobuf-fields.js';

/**
 * A local OTLP receiver that takes everything and counts spans: a process of its own, so that it
 * costs the servers nothing. It reads no further into a message than counting needs.
 *
 * Prints its port to its parent; answers each `count` with the number of spans so far. With an argument, it answers
 * each post only after so many milliseconds.
 */
const delayMillis = Number(process.argv[2] ?? 0);
let spans = 0;

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    for (const _ of spansOf(Buffer.concat(chunks))) spans++;
    if (delayMillis === 0) answer(response);
    else setTimeout(answer, delayMillis, response);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', (message) => {
  if (message === 'count') process.send({ spans });
});
process.on('disconnect', () => process.exit(0));

function answer(response) {
  response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
  response.end();
}
