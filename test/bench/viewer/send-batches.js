import { Agent, request } from 'node:http';
import { jsonBatch, protobufBatch } from './span-batches.js';

/**
 * Sends spans in batches to a receiver, as fast as it takes them, or at a rate, and prints how long it took:
 *
 *     node send-batches.js 4318 protobuf 1000000 500 [spansPerSecond]
 *
 * One request is under way on each of four connections, as of four services.
 */
const CONNECTIONS = 4;
const [port, format, spanCount, batchSize, perSecond] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const batch = format === 'json' ? jsonBatch(Number(batchSize)) : protobufBatch(Number(batchSize));
const batchCount = Number(spanCount) / Number(batchSize);
const type = format === 'json' ? 'application/json' : 'application/x-protobuf';

let sent = 0;
const begun = performance.now();
await Promise.all(Array.from({ length: CONNECTIONS }, sendBatches));
const seconds = (performance.now() - begun) / 1000;
process.stdout.write(JSON.stringify({ seconds }));
agent.destroy();

async function sendBatches() {
  while (sent < batchCount) {
    const number = ++sent;
    if (perSecond !== undefined) {
      const due = begun + (((number - 1) * Number(batchSize)) / Number(perSecond)) * 1000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
    await post(Buffer.from(batch.next(number)));
  }
}

function post(body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': type, 'content-length': body.length };
    const options = { agent, port, host: '127.0.0.1', path: '/v1/traces', method: 'POST', headers };
    const call = request(options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().on('end', resolve);
    });
    call.on('error', reject);
    call.end(body);
  });
}
