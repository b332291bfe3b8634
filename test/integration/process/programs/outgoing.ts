import { hasSubscribers, subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Agent, ClientRequest, createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { createTracing, InMemorySpanExporter } from 'nestjs-traced/core';
import { say, told } from './say.js';

// A program that sends requests outside of any operation, as jobs do, beside a tool whose subscribers throw.
const parents: unknown[] = [];
const server = createServer((request, response) => {
  parents.push(request.headers.traceparent);
  response.end('body');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const agent = new Agent({ keepAlive: true });
const errors = new Set<string>();
process.on('uncaughtException', (error) => errors.add(error.message));

async function sendBoth(): Promise<void> {
  await (await fetch(url)).text();
  const response = new Promise<IncomingMessage>((resolve) => get(url, { agent }, resolve));
  await text(await response);
}

function watched(): boolean[] {
  return [
    hasSubscribers('undici:request:create'),
    hasSubscribers('http.client.response.finish'),
    hasSubscribers('http.client.request.created'),
    Object.hasOwn(ClientRequest.prototype, '_storeHeader'),
  ];
}

say({ before: watched() });
const channels = ['undici:request:create', 'undici:request:headers', 'http.client.response.finish'];
const isHostile = told('TOOL') === 'hostile';
if (isHostile) {
  for (const channel of channels) {
    subscribe(channel, () => {
      throw new Error('of another tool');
    });
  }
}

const exporter = new InMemorySpanExporter();
const tracing = createTracing({ serviceName: 'job', exporter });
await sendBoth();
await tracing.forceFlush();
const roots = exporter.getFinishedSpans();
say({
  roots: roots.map(({ name, parentSpanContext }) => [name, parentSpanContext ?? null]),
  parentCount: new Set(parents).size,
  errors: [...errors],
});

const count = Number(told('COUNT'));
const heaps: number[] = [];
for (let i = 0; i < count; i++) {
  await sendBoth();
  if (i % (count / 10) === 0) {
    await tracing.forceFlush();
    exporter.reset();
    parents.length = 0;
    global.gc?.();
    heaps.push(process.memoryUsage().heapUsed);
  }
}
await tracing.forceFlush();
const { live } = tracing.statistics.counts();
say({ heaps, live });
await tracing.shutdown();
parents.length = 0;
await sendBoth();
await setTimeout(1);
say({ after: isHostile ? [] : watched(), unsent: parents.map((parent) => parent ?? null) });
agent.destroy();
server.closeAllConnections();
server.close();
