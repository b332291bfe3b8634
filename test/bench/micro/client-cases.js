import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { countedSpans, insideParent } from './span-cases.js';

/** By `require`, so that an instrumentation which patches the module is in effect. */
const require = createRequire(import.meta.url);
const SERVER = fileURLToPath(new URL('./answering-server.js', import.meta.url));

/** Requests that are on their way at the same time, over as many kept connections. */
const LANES = 8;
const REQUESTS = 512;

/**
 * A request of `fetch` to a server on this machine, inside an active span, and its answer read.
 *
 * @param started a tracer that samples everything: `{ tracer, exporter, flush }`
 */
export function fetchRequest(started) {
  return requests(started, (url) => async () => (await fetch(url)).text());
}

/** The same by `http.request`, with an agent that keeps connections. */
export function httpRequest(started) {
  const { Agent, request } = require('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  const options = { agent, headers: { accept: 'application/json' } };
  const ask = (url) => () =>
    new Promise((resolve, reject) => {
      // Looked up for each request: some instrumentations replace it.
      const sent = (require('node:http').request ?? request)(url, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      });
      sent.on('error', reject);
      sent.end();
    });
  return requests(started, ask);
}

async function requests({ tracer, exporter, flush }, asking) {
  const server = fork(SERVER);
  const [port] = await once(server, 'message');
  server.unref();
  server.channel.unref();
  const ask = asking(`http://127.0.0.1:${port}/orders/1`);
  const lane = async (count) => {
    for (let turn = 0; turn < count; turn++) {
      if ((await ask()).length === 0) throw new Error('a request was not answered');
    }
  };
  const inside = insideParent(tracer, (count) =>
    Promise.all(Array.from({ length: LANES }, () => lane(count / LANES))),
  );
  if (exporter === undefined) {
    return { operations: REQUESTS, run: () => inside(REQUESTS), verify() {} };
  }
  // A batch of spans is as many as there are requests: each request must leave one.
  return countedSpans(exporter, flush, inside);
}
