import { printable } from '../../printable.js';
import { findingsOf } from '../analysis/index.js';
import { type TraceTextOptions, traceText } from '../formats/trace-text.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';
import type { TraceContexts } from './trace-contexts.js';
import { orderedTraces, rowOfTrace } from './trace-row.js';

const MAX_TRACES = 50;
const MAX_NAME_LENGTH = 60;
const NANOS_PER_MILLI = 1e6;

/** A trace as text with its findings, for terminals and programs that read text. */
export function textOfTrace(entry: TraceEntry, contexts: TraceContexts, store: TraceStore): string {
  const findings: TraceTextOptions['findings'] = (analysis) =>
    findingsOf(analysis, contexts.of(entry));
  const options = { findings, nowNanos: store.endOf(entry) };
  return `${traceText(entry.columns(), options).join('\n')}\n`;
}

/** The newest traces as text, each with the address of its text. */
export function overviewText(store: TraceStore, address: string): string {
  const { traces, spans } = store.counts();
  const lines = orderedTraces(store, 'newest')
    .slice(0, MAX_TRACES)
    .map((entry) => {
      const row = rowOfTrace(entry, store);
      const time = new Date(Number(BigInt(row.startNanos) / 1_000_000n))
        .toISOString()
        .slice(11, 23);
      const duration = `${(row.durationNanos / NANOS_PER_MILLI).toFixed(1)} ms`;
      const name = printable(`${row.service}  ${row.name}`).slice(0, MAX_NAME_LENGTH);
      const mark = row.failedCount > 0 ? '✗' : row.runningCount > 0 ? '◌' : ' ';
      return `${time} ${mark} ${duration.padStart(12)}  ${name.padEnd(MAX_NAME_LENGTH)}  ${address}/t/${row.id}.txt`;
    });
  const head = `nestjs-traced: kept ${traces.kept} of ${traces.seen} traces, ${spans.stored} spans.`;
  const body = lines.length === 0 ? ['No trace has arrived. Send OTLP to this address.'] : lines;
  return `${[head, '', ...body].join('\n')}\n`;
}
