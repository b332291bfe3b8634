import { createServer } from 'node:http';

// The server of the client cases, in a process of its own, so that its CPU time does not count.
const body = JSON.stringify({ id: 1, total: 12.5 });
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit(0));
