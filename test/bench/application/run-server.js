import { fileURLToPath } from 'node:url';
import { message, output, start, stop } from '../child.js';
import { load, loadGrpc } from './load.js';

const MAIN = fileURLToPath(new URL('./server/main.js', import.meta.url));
const IN_PROCESS = fileURLToPath(new URL('./server/in-process.js', import.meta.url));
const SINK = fileURLToPath(new URL('./sink.js', import.meta.url));
const PRELOADS = {
  opentelemetry: new URL('./server/opentelemetry-preload.js', import.meta.url).href,
  'opentelemetry-lifecycle': new URL('./server/opentelemetry-preload.js', import.meta.url).href,
};

const SERVER_CORE = 0;
const OTHERS_CORE = 1;

/**
 * One round of one variant: sink and server start, are warmed up, are loaded, and end.
 *
 * @returns requests a second, CPU microseconds a request (up to the last span's export), spans that
 *   arrived for each request, memory and event loop delay of the server
 */
export async function runServer({ platform, variant, warmSeconds, loadSeconds }) {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const sink = start([SINK], { stdio, core: OTHERS_CORE });
  let server;
  try {
    const { port: sinkPort } = await message(sink);
    const preload = PRELOADS[variant] ? ['--import', PRELOADS[variant]] : [];
    const OTLP_URL = `http://127.0.0.1:${sinkPort}/v1/traces`;
    const options = {
      core: SERVER_CORE,
      env: { ...process.env, NODE_ENV: 'production', OTLP_URL },
    };
    if (platform === 'in-process') {
      const seconds = [warmSeconds, loadSeconds].map(String);
      const printed = await output([...preload, IN_PROCESS, variant, ...seconds], options);
      const { answered, ...figures } = JSON.parse(printed);
      const { spans } = await ask(sink, 'count');
      return { ...figures, spansPerRequest: spans / answered };
    }
    const isGrpc = platform.startsWith('grpc');
    const served = isGrpc ? 'grpc' : platform;
    server = start([...preload, MAIN, served, variant], { stdio, ...options });
    const { port } = await message(server);
    const call = isGrpc
      ? (seconds) =>
          loadGrpc(`127.0.0.1:${port}`, seconds, OTHERS_CORE, platform === 'grpc-one-by-one')
      : (seconds) => load(`http://127.0.0.1:${port}/orders/42`, seconds, OTHERS_CORE);
    const warm = await call(warmSeconds);
    await ask(server, 'start');
    const { requests, requestsPerSecond } = await call(loadSeconds);
    const { cpuMicros, ...figures } = await ask(server, 'stop');
    const { spans } = await ask(sink, 'count');
    return {
      requestsPerSecond,
      cpuMicrosPerRequest: cpuMicros / requests,
      spansPerRequest: spans / (warm.requests + requests),
      ...figures,
    };
  } finally {
    if (server) await stop(server);
    await stop(sink);
  }
}

function ask(child, question) {
  const answer = message(child);
  child.send(question);
  return answer;
}
