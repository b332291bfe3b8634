import { SpanKind } from '@opentelemetry/api';
import { exportedAttributes, SERVER_NAMES, VARIANTS } from '../micro/subjects.js';
import { threadCpuNanos } from '../micro/thread-time.js';
import { runDelayMillis } from '../run-delay.js';

/**
 * Ends spans at a fixed rate for some seconds, while the processor exports them, and prints the figures:
 *
 *     node probe.js ours http://127.0.0.1:4318/v1/traces 20000 60
 *
 * Spans that are late are made up for, as those of requests that have waited are; but not those of the time in which
 * the machine ran something else, because no queue is long enough for them.
 */
const SAMPLE_MILLIS = 50;

const [system, url, spansPerSecond, seconds] = process.argv.slice(2);
const { start } = await import(`./systems/${system}.js`);
const { tracer, flush } = start(url);

const { rss, heapUsed } = process.memoryUsage();
const peak = { rss, heapUsed };
const sampling = setInterval(() => {
  const usage = process.memoryUsage();
  peak.rss = Math.max(peak.rss, usage.rss);
  peak.heapUsed = Math.max(peak.heapUsed, usage.heapUsed);
}, SAMPLE_MILLIS);
const cpuBefore = threadCpuNanos();
const ended = await endSpans(Number(spansPerSecond), Number(seconds));
await flush();
clearInterval(sampling);
const figures = {
  ended,
  cpuMicrosPerSpan: (threadCpuNanos() - cpuBefore) / 1e3 / ended,
  peakRssBytes: peak.rss,
  peakHeapBytes: peak.heapUsed,
};
process.stdout.write(JSON.stringify(figures), () => process.exit(0));

function endSpans(perSecond, forSeconds) {
  const total = perSecond * forSeconds;
  const begin = ownMillis();
  let count = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((ownMillis() - begin) / 1000) * perSecond));
      for (; count < due; count++) endOne(count);
      if (count < total) return;
      clearInterval(timer);
      resolve(total);
    }, 1);
  });
}

function ownMillis() {
  return performance.now() - runDelayMillis();
}

function endOne(turn) {
  const name = SERVER_NAMES[turn % VARIANTS];
  const attributes = exportedAttributes(turn);
  tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }).end();
}
