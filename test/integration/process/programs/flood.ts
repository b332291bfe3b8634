import { setTimeout } from 'node:timers/promises';
import { createTracing, OtlpLogExporter, OtlpSpanExporter } from 'nestjs-traced';
import { say, told } from './say.js';

const SPANS_PER_SECOND = 10_000;
const TEXT_LENGTH = 1000;

const { gc } = globalThis;
if (gc === undefined) throw new Error('Run it with --expose-gc.');

const spanCount = Number(told('FLOOD_SECONDS')) * SPANS_PER_SECOND;
const warnings: string[] = [];
const isOfLogs = told('SIGNAL') === 'logs';
const exporterOptions = { url: told('COLLECTOR_URL'), timeoutMillis: 500 };
const batch = {
  scheduledDelayMillis: 100,
  maxQueueSize: 1_000_000,
  maxQueueBytes: Number(told('MAX_QUEUE_BYTES')),
  maxExportBatchSize: Number(told('MAX_EXPORT_BATCH_SIZE')),
};
const tracing = createTracing({
  registerGlobally: false,
  ...(isOfLogs
    ? { spanProcessors: [], logExporter: new OtlpLogExporter(exporterOptions), logBatch: batch }
    : { exporter: new OtlpSpanExporter(exporterOptions), batch }),
  shutdownTimeoutMillis: 500,
  logger: { warn: (message: string) => warnings.push(message) },
});

/** The bytes that the process holds on to, buffers included. */
function heldBytes(): number {
  gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A text of its own for each span and log record, as real ones have it. */
function textOf(index: number): string {
  return String(index).padEnd(TEXT_LENGTH, '.');
}

function endSpan(index: number): void {
  const span = tracing.tracer.startSpan('work');
  span.setAttribute('text', textOf(index));
  span.end();
}

function emitLog(index: number): void {
  tracing.logSink?.emit({ severityNumber: 9, body: textOf(index), attributes: { index } });
}

const make = isOfLogs ? emitLog : endSpan;

const heldBefore = heldBytes();
const startMillis = performance.now();
let endedCount = 0;
let mostHeld = 0;
let nextLookMillis = startMillis;
while (endedCount < spanCount) {
  const elapsedSeconds = (performance.now() - startMillis) / 1000;
  const due = Math.min(spanCount, Math.floor(elapsedSeconds * SPANS_PER_SECOND));
  while (endedCount < due) make(endedCount++);
  if (performance.now() >= nextLookMillis) {
    nextLookMillis += 500;
    mostHeld = Math.max(mostHeld, heldBytes());
  }
  await setTimeout(5);
}
const seconds = (performance.now() - startMillis) / 1000;
await tracing.shutdown();
// A thread of its own gives the memory of buffers back, after a collection.
heldBytes();
await setTimeout(200);
const counts = tracing.statistics.counts();
say({ flood: { seconds, heldBefore, mostHeld, heldAfter: heldBytes(), counts, warnings } });
