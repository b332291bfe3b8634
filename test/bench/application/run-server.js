import { fileURLToPath } from 'node:url';
import { ask, message, output, start, stop } from '../child.js';
import { load, loadGrpc } from './load.js';
import { startReceiver } from './receiver/receiver.js';
import { OTHERS_CORE, preloadOf, serverOptions, startServer } from './start-server.js';

const IN_PROCESS = fileURLToPath(new URL('./server/in-process.js', import.meta.url));
const SINK = fileURLToPath(new URL('./sink.js', import.meta.url));
/** wrk takes whole seconds. */
const COUNTING = { warmSeconds: 1, loadSeconds: 1 };

/**
 * One round of one variant: receiver and server start, are warmed up, are loaded, and end.
 *
 * @returns requests a second, CPU microseconds a request (up to the last span's export), memory and event loop delay
 *   of the server
 */
export async function runServer({ platform, variant, warmSeconds, loadSeconds }) {
  const receiver = await startReceiver(OTHERS_CORE);
  try {
    const url = receiver.urlOf(variant);
    const { answered, ...figures } = await runVariant({
      platform,
      variant,
      url,
      warmSeconds,
      loadSeconds,
    });
    return figures;
  } finally {
    await receiver.stop();
  }
}

/** Spans that arrive for each request: whether a variant does its work. A server of Node reads and counts them. */
export async function countSpans(platform, variant) {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const sink = start([SINK], { stdio, core: OTHERS_CORE });
  try {
    const { port } = await message(sink);
    const url = `http://127.0.0.1:${port}/v1/traces`;
    const { answered } = await runVariant({ platform, variant, url, ...COUNTING });
    const { spans } = await ask(sink, 'count');
    return spans / answered;
  } finally {
    await stop(sink);
  }
}

function runVariant(options) {
  const isAsked = options.platform === 'in-process' || options.platform === 'lifecycle';
  return isAsked ? askInProcess(options) : loadServer(options);
}

async function askInProcess({ platform, variant, url, warmSeconds, loadSeconds }) {
  const seconds = [warmSeconds, loadSeconds].map(String);
  const args = [...preloadOf(variant), IN_PROCESS, variant, ...seconds, platform];
  return JSON.parse(await output(args, serverOptions(url)));
}

async function loadServer({ platform, variant, url, warmSeconds, loadSeconds }) {
  const isGrpc = platform.startsWith('grpc');
  const served = isGrpc ? 'grpc' : platform;
  const { server, port } = await startServer({ platform: served, variant, url });
  const call = isGrpc
    ? (seconds) => loadGrpc(port, seconds, OTHERS_CORE, platform === 'grpc-one-by-one')
    : (seconds) => load(`http://127.0.0.1:${port}/orders/42`, seconds, OTHERS_CORE);
  try {
    const warm = await call(warmSeconds);
    await ask(server, 'watch');
    await ask(server, 'begin');
    const { requests, requestsPerSecond } = await call(loadSeconds);
    const { cpuMicros, ...figures } = await ask(server, 'measure');
    return {
      requestsPerSecond,
      cpuMicrosPerRequest: cpuMicros / requests,
      answered: warm.requests + requests,
      ...figures,
    };
  } finally {
    await stop(server);
  }
}
