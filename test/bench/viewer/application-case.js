import { fileURLToPath } from 'node:url';
import { load } from '../application/load.js';
import { ask, message, start, stop } from '../child.js';

const MAIN = fileURLToPath(new URL('../application/server/main.js', import.meta.url));
const GENERATOR = fileURLToPath(
  new URL('../application/generator/open-loop.js', import.meta.url),
);
const SINK = fileURLToPath(new URL('../application/sink.js', import.meta.url));
const LIMIT_MILLIS = 120_000;

/** Half of what two cores answer with the viewer's thread beside the application and the generator. */
export const FIXED_RATE = 1_000;

/**
 * The application of the bench on Fastify under load, once with the viewer in its process and once with an exporter
 * to a receiver in another process: as many requests as are answered, and then a fixed rate of them. Nothing is pinned
 * to a core, since the viewer's thread would share that of the application.
 *
 * @returns requests a second at saturation; at the fixed rate the processor time of a request, that of the main thread
 *   of the application and that of its process, in microseconds
 */
export async function loadApplication(variant, { warmSeconds, loadSeconds }) {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const limits = { stdio, limitMillis: LIMIT_MILLIS };
  const sink = start([SINK], limits);
  const generator = start([GENERATOR], limits);
  try {
    const { port: sinkPort } = await message(sink);
    const url = `http://127.0.0.1:${sinkPort}/v1/traces`;
    const env = { ...process.env, NODE_ENV: 'production', OTLP_URL: url };
    const server = start([MAIN, 'fastify', variant], { ...limits, env });
    try {
      const { port } = await message(server);
      const address = `http://127.0.0.1:${port}/orders/42`;
      await load(address, warmSeconds);
      const { requestsPerSecond } = await load(address, loadSeconds);
      await ask(server, 'begin');
      const order = { port, protocol: 'http', seconds: loadSeconds };
      const { requests } = await ask(generator, { ...order, requestsPerSecond: FIXED_RATE });
      // Its last spans are exported by then.
      const { mainThreadMicros, cpuMicros } = await ask(server, 'measure');
      await checkSpans(variant, sink);
      return {
        requestsPerSecond,
        mainThreadMicros: mainThreadMicros / requests,
        processMicros: cpuMicros / requests,
      };
    } finally {
      await stop(server);
    }
  } finally {
    await stop(generator);
    await stop(sink);
  }
}

/** With the viewer, the receiver gets nothing: what was measured is what was meant. */
async function checkSpans(variant, sink) {
  const { spans } = await ask(sink, 'count');
  if (spans > 0 !== (variant === 'ours')) throw new Error(`${variant}: ${spans} spans came`);
}
