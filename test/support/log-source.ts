import type { SpanContext } from '@opentelemetry/api';
import {
  LoggerProvider as StockLoggerProvider,
  InMemoryLogRecordExporter as StockMemory,
  SimpleLogRecordProcessor as StockSimple,
} from '@opentelemetry/sdk-logs';
import type { LogEntry } from '../../lib/context/index.js';
import {
  createLogRecordLimits,
  type InstrumentationScope,
  LogRecord,
  type ReadableLogRecord,
} from '../../lib/trace/index.js';
import { KeepingProcessor, providerFor } from './span-source.js';

export const SPAN_CONTEXT: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
};

const SCOPE: InstrumentationScope = { name: 'logger', version: '1.2.3' };

/** A log record of ours, with the clock and the resource of `providerFor`. */
export function emittedLog(entry: Partial<LogEntry> = {}, scope = SCOPE): LogRecord {
  const { core } = providerFor(new KeepingProcessor());
  return recordOf(core, entry, scope);
}

/** Log records of one application, `line 0` and so on. */
export function emittedLogs(count: number): LogRecord[] {
  const { core } = providerFor(new KeepingProcessor());
  return Array.from({ length: count }, (_, index) =>
    recordOf(core, { body: `line ${index}` }, SCOPE),
  );
}

function recordOf(
  core: ConstructorParameters<typeof LogRecord>[0],
  entry: Partial<LogEntry>,
  scope: InstrumentationScope,
): LogRecord {
  const spanContext = 'spanContext' in entry ? entry.spanContext : SPAN_CONTEXT;
  const limits = createLogRecordLimits();
  return new LogRecord(core, limits, scope, spanContext, { severityNumber: 9, ...entry });
}

type StockLogEntry = Parameters<ReturnType<StockLoggerProvider['getLogger']>['emit']>[0];

/** Log records of OpenTelemetry's SDK. */
export function stockLogs(...entries: StockLogEntry[]): ReadableLogRecord[] {
  const memory = new StockMemory();
  const provider = new StockLoggerProvider({ processors: [new StockSimple({ exporter: memory })] });
  const logger = provider.getLogger('stock', '1.2.3');
  for (const entry of entries) logger.emit(entry);
  return memory.getFinishedLogRecords() as unknown as ReadableLogRecord[];
}
