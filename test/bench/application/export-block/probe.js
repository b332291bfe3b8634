import { PerformanceObserver, performance } from 'node:perf_hooks';
import { exportedAttributes } from '../../micro/subjects.js';
import { runDelayMillis } from '../../run-delay.js';

/**
 * Turns the event loop as fast as it goes, ends a few spans in each turn, and measures the longest
 * turn: that is what an export takes from an application in one piece. Collections of garbage are in
 * it; the time for which the machine ran something else is not.
 *
 *     node probe.js ours http://127.0.0.1:4318/v1/traces
 */
const SPANS_A_TURN = 8;
const WARM_TURNS = 2_000;
const TURNS = 4_000;

const [system, url] = process.argv.slice(2);
const { start } = await import(`./${system}.js`);
const { tracer, flush } = start(url);

await turns(WARM_TURNS);
const collections = [];
const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()));
observer.observe({ entryTypes: ['gc'] });
const gaps = await turns(TURNS);
await new Promise((resolve) => setTimeout(resolve, 50));

gaps.sort();
const figures = {
  maxMillis: gaps[gaps.length - 1],
  p999Millis: gaps[Math.floor(gaps.length * 0.999)],
  medianMillis: gaps[gaps.length >> 1],
  maxCollectionMillis: Math.max(0, ...collections.map(({ duration }) => duration)),
};
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));

/** Makes spans for that many turns, then turns on until all are exported. */
async function turns(count) {
  const gaps = [];
  let last = ownMillis();
  const turn = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    const now = ownMillis();
    gaps.push(now - last);
    last = now;
  };
  for (let number = 0; number < count; number++) {
    for (let span = 0; span < SPANS_A_TURN; span++) endSpan(span);
    await turn();
  }
  let flushed = false;
  const flushing = flush().then(() => {
    flushed = true;
  });
  while (!flushed) await turn();
  await flushing;
  return Float64Array.from(gaps);
}

function ownMillis() {
  return performance.now() - runDelayMillis();
}

function endSpan(turn) {
  const span = tracer.startSpan('GET /orders/:id', { attributes: exportedAttributes(turn) });
  span.addEvent('stock reserved', { sku: 'A-1', quantity: 2 });
  span.end();
}
