import { once } from 'node:events';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { output } from '../child.js';
import { startViewer } from './start-viewer.js';

const SENDER = fileURLToPath(new URL('./send-batches.js', import.meta.url));
const LIMIT_MILLIS = 300_000;
export const BATCH_SPANS = 500;
export const MAX_BYTES = 256 * 2 ** 20;

/**
 * Sends spans to a viewer as fast as it takes them.
 *
 * @param format `protobuf` or `json`
 * @returns how many it took in a second, the processor time of each, and its memory beyond `maxBytes`
 */
export async function ingest(format, spanCount) {
  // Small traces fill the number of traces long before the bytes; here the bytes are the limit.
  const args = ['--max-bytes', String(MAX_BYTES), '--max-traces', '1000000'];
  const viewer = await startViewer({ args, limitMillis: LIMIT_MILLIS });
  try {
    const cpuBefore = viewer.cpuSeconds();
    const { seconds } = JSON.parse(
      await output([SENDER, String(viewer.port), format, String(spanCount), String(BATCH_SPANS)], {
        limitMillis: LIMIT_MILLIS,
      }),
    );
    const { spans } = await viewer.counts();
    const { received, stored, duplicate, refused, evicted } = spans;
    if (received !== spanCount || received !== stored + duplicate + refused + evicted) {
      throw new Error(`the counts do not add up: ${JSON.stringify(spans)}`);
    }
    return {
      spansPerSecond: spanCount / seconds,
      cpuMicrosPerSpan: ((viewer.cpuSeconds() - cpuBefore) / spanCount) * 1e6,
      beyondLimitMebibytes: (viewer.peakRssBytes() - MAX_BYTES) / 2 ** 20,
    };
  } finally {
    await viewer.stop();
  }
}

/** How long the command takes until it listens, and how many bytes of page it serves, compressed. */
export async function startUp() {
  const { startMillis, port, stop } = await startViewer({ limitMillis: 30_000 });
  try {
    return { startMillis, pageKibibytes: (await pageBytes(port)) / 1024 };
  } finally {
    await stop();
  }
}

async function pageBytes(port) {
  const headers = { accept: 'text/html', 'accept-encoding': 'gzip' };
  const request = get({ host: '127.0.0.1', port, path: '/', headers, agent: false });
  const [response] = await once(request, 'response');
  let byteCount = 0;
  for await (const chunk of response) byteCount += chunk.length;
  if (response.headers['content-encoding'] !== 'gzip')
    throw new Error('the page is not compressed');
  return byteCount;
}
