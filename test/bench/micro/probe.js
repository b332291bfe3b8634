import { once } from 'node:events';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { threadCpuNanos } from './thread-time.js';

/**
 * Measures one case of one system in this process, and prints the figures as one JSON line:
 *
 *     node probe.js time  ours rootSpan 400 12 30
 *     node probe.js turns ours tcpMessage 3000
 *     node --expose-gc --min-semi-space-size=256 --max-semi-space-size=256 probe.js bytes ours rootSpan
 *
 * Time is the CPU time of the main thread: on a machine that does other things too it is steadier than the wall's.
 * That of the whole process, with the threads of the garbage collector, and wall time are given beside it.
 *
 * In `turns` the parent asks for each sample, and for the last line, so that it can let processes take turns.
 */
const [mode, system, name, warmMillis = '400', samples = '12', sampleMillis = '30'] =
  process.argv.slice(2);

const cases = await import(`./systems/${system}.js`);
const subject = await cases[name]();
await warmUp();
if (mode === 'turns') {
  await takeTurns();
} else {
  const figures = mode === 'bytes' ? await measureBytes() : await measureTime();
  const facts = await subject.verify();
  process.stdout.write(`${JSON.stringify({ ...figures, ...facts })}\n`, () => process.exit(0));
}

/** Until the compiler has had its time and its samples. */
async function warmUp() {
  const end = performance.now() + Number(warmMillis);
  while (performance.now() < end) await subject.run();
}

async function measureTime() {
  const taken = [];
  for (let sample = 0; sample < Number(samples); sample++) {
    taken.push(await measureSample(Number(sampleMillis)));
  }
  const of = (key) => taken.map((sample) => sample[key]);
  return {
    cpuNanos: median(of('cpuNanos')),
    bestNanos: Math.min(...of('cpuNanos')),
    processNanos: median(of('processNanos')),
    wallNanos: median(of('wallNanos')),
  };
}

/** Runs for at least a time, and returns the times of one operation. */
async function measureSample(atLeastMillis) {
  const startedAt = performance.now();
  const usage = process.cpuUsage();
  const threadBefore = threadCpuNanos();
  let runs = 0;
  do {
    await subject.run();
    runs++;
  } while (performance.now() - startedAt < atLeastMillis);
  const threadNanos = threadCpuNanos() - threadBefore;
  const { user, system: kernel } = process.cpuUsage(usage);
  const operations = runs * subject.operations;
  return {
    cpuNanos: threadNanos / operations,
    processNanos: ((user + kernel) * 1e3) / operations,
    wallNanos: ((performance.now() - startedAt) * 1e6) / operations,
  };
}

/** A number asks for a sample of so many milliseconds, `verify` for the end. */
async function takeTurns() {
  process.send('ready');
  for (;;) {
    const [request] = await once(process, 'message');
    if (request === 'verify') break;
    process.send(await measureSample(request));
  }
  await subject.verify();
  process.send('verified', () => process.exit(0));
}

/**
 * What is allocated between two readings of the heap, with a young generation so large that it is
 * not collected in between; a collection voids the figure.
 */
async function measureBytes() {
  const collections = countCollections();
  const readings = [];
  for (let sample = 0; sample < 5; sample++) {
    globalThis.gc();
    await nextTurn();
    const collectedBefore = collections();
    const before = process.memoryUsage();
    const limit = before.heapUsed + 60e6;
    let operations = 0;
    let after = before;
    while (after.heapUsed < limit && operations < 400_000) {
      for (let run = 0; run < 8; run++) await subject.run();
      operations += 8 * subject.operations;
      after = process.memoryUsage();
    }
    await nextTurn();
    if (collections() === collectedBefore) {
      readings.push((sizeOf(after) - sizeOf(before)) / operations);
    }
  }
  if (readings.length === 0) throw new Error('the young generation was collected in each sample');
  return { bytes: median(readings) };
}

function sizeOf({ heapUsed, external }) {
  return heapUsed + external;
}

/** The number of collections so far; those of the last turn come a turn later. */
function countCollections() {
  let count = 0;
  new PerformanceObserver((list) => {
    count += list.getEntries().length;
  }).observe({ entryTypes: ['gc'] });
  return () => count;
}

function nextTurn() {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
