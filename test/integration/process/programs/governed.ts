import { setImmediate } from 'node:timers/promises';
import { createTracing, OtlpSpanExporter } from 'nestjs-traced';
import { say, told } from './say.js';

/** Of a request, besides tracing. */
const WORK_MILLIS = 0.05;
const REQUESTS_PER_TURN = 20;

const tracing = createTracing({
  serviceName: 'governed',
  exporter: new OtlpSpanExporter({ url: told('COLLECTOR_URL') }),
  maxOverheadRatio: Number(told('MAX_OVERHEAD_RATIO')),
  logger: { warn: (message) => say({ warning: message }) },
});
const { tracer, statistics } = tracing;
let requestCount = 0;

function governor() {
  return statistics.counts().sampler.governor ?? { samplingRatio: Number.NaN, overheadRatio: 0 };
}

function serve(): void {
  requestCount++;
  tracer.trace('request', (span) => {
    span.setAttributes({ 'http.route': '/orders/:id', 'order.id': requestCount, kind: 'book' });
    for (let i = 0; i < 3; i++) tracer.trace('query', (query) => query.setAttribute('row', i));
    const end = performance.now() + WORK_MILLIS;
    while (performance.now() < end);
  });
}

/** Serves requests at full load until the condition holds. */
async function load(until: () => boolean): Promise<void> {
  while (!until()) {
    for (let i = 0; i < REQUESTS_PER_TURN; i++) serve();
    await setImmediate();
  }
}

const deadline = performance.now() + 20_000;
const isLate = () => performance.now() > deadline;
await load(() => governor().samplingRatio < 0.9 || isLate());
say({ lowered: governor() });
// Many enough for an estimate, at whatever ratio.
const lowestCount = requestCount + 20_000;
await load(() => requestCount > lowestCount || isLate());
say({ underLoad: governor() });
await tracing.forceFlush();
say({ counts: statistics.counts(), requestCount });
// The load has ended: a request now and then.
while (governor().samplingRatio < 1 && !isLate()) {
  serve();
  await new Promise((resolve) => setTimeout(resolve, 50));
}
say({ recovered: governor() });
await tracing.shutdown();
