import { fileURLToPath } from 'node:url';
import { output } from '../child.js';
import { openBrowser } from './browser.js';
import { startViewer } from './start-viewer.js';

const SENDER = fileURLToPath(new URL('./send-batches.js', import.meta.url));
export const TRACES_PER_SECOND = 500;
/** As in `span-batches.js`. */
const SPANS_OF_TRACE = 10;
const BATCH_SPANS = 500;
const SAMPLE_MILLIS = 500;

/**
 * Sends traces at a rate to a viewer whose list is open.
 *
 * @returns frames and messages a second, and the heap of the page; undefined without a browser
 */
export async function followLive(seconds) {
  const viewer = await startViewer({ limitMillis: (seconds + 120) * 1000 });
  const browser = await openBrowser(`http://localhost:${viewer.port}/`);
  try {
    if (browser === undefined) return undefined;
    const session = await browser.page.context().newCDPSession(browser.page);
    let messages = 0;
    session.on('Network.eventSourceMessageReceived', ({ eventName }) => {
      if (eventName === 'traces' || eventName === 'snapshot') messages++;
    });
    await session.send('Network.enable');
    await session.send('Performance.enable');
    let peakHeapBytes = 0;
    const sampling = setInterval(async () => {
      const { metrics } = await session
        .send('Performance.getMetrics')
        .catch(() => ({ metrics: [] }));
      const used = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
      peakHeapBytes = Math.max(peakHeapBytes, used);
    }, SAMPLE_MILLIS);
    await browser.page.evaluate(COUNT_FRAMES);
    const spansPerSecond = TRACES_PER_SECOND * SPANS_OF_TRACE;
    const args = [viewer.port, 'protobuf', spansPerSecond * seconds, BATCH_SPANS, spansPerSecond];
    const limitMillis = (seconds + 60) * 1000;
    const sent = JSON.parse(await output([SENDER, ...args.map(String)], { limitMillis }));
    clearInterval(sampling);
    const frames = await browser.page.evaluate('globalThis.benchFrames');
    return {
      framesPerSecond: frames / sent.seconds,
      messagesPerSecond: messages / sent.seconds,
      heapMegabytes: peakHeapBytes / 1e6,
    };
  } finally {
    await browser?.close();
    await viewer.stop();
  }
}

const COUNT_FRAMES = `globalThis.benchFrames = 0;
(function count() { globalThis.benchFrames++; requestAnimationFrame(count); })();`;
