import { fileURLToPath } from 'node:url';
import { load } from '../application/load.js';
import { ask, message, start, stop } from '../child.js';

const MAIN = fileURLToPath(new URL('../application/server/main.js', import.meta.url));
const SINK = fileURLToPath(new URL('../application/sink.js', import.meta.url));
const LIMIT_MILLIS = 120_000;

/**
 * The application of the bench on Fastify under load, once with the viewer in its process and once with an exporter
 * to a receiver in another process. Nothing is pinned to a core, since the viewer's thread would share that of the
 * application.
 *
 * @returns requests a second
 */
export async function loadApplication(variant, { warmSeconds, loadSeconds }) {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const sink = start([SINK], { stdio, limitMillis: LIMIT_MILLIS });
  try {
    const { port: sinkPort } = await message(sink);
    const url = `http://127.0.0.1:${sinkPort}/v1/traces`;
    const env = { ...process.env, NODE_ENV: 'production', OTLP_URL: url };
    const server = start([MAIN, 'fastify', variant], { stdio, env, limitMillis: LIMIT_MILLIS });
    try {
      const { port } = await message(server);
      const address = `http://127.0.0.1:${port}/orders/42`;
      await load(address, warmSeconds);
      await ask(server, 'watch');
      await ask(server, 'begin');
      const { requestsPerSecond } = await load(address, loadSeconds);
      // Its last spans are exported by then.
      await ask(server, 'measure');
      await checkSpans(variant, sink);
      return { requestsPerSecond };
    } finally {
      await stop(server);
    }
  } finally {
    await stop(sink);
  }
}

/** With the viewer, the receiver gets nothing: what was measured is what was meant. */
async function checkSpans(variant, sink) {
  const { spans } = await ask(sink, 'count');
  if (spans > 0 !== (variant === 'ours')) throw new Error(`${variant}: ${spans} spans came`);
}
