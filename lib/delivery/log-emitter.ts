import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import { contextStorage, type LogEntry, type LogSink, TracingContext } from '../context/index.js';
import {
  type InstrumentationScope,
  LogRecord,
  type LogRecordLimits,
  type LogRecordProcessor,
  type PipelineCounts,
  type TracerCore,
} from '../trace/index.js';
import { VERSION } from '../version.js';
import type { Redactor } from './redaction/redactor.js';

/** The scope of entries without `scopeName`. */
const OWN_SCOPE: InstrumentationScope = { name: 'nestjs-traced', version: VERSION };
/** Each scope is a section of a request. Log libraries have few; entries of further ones get the own scope. */
const MAX_SCOPES = 100;

/**
 * Makes log records of log entries, with the time, the limits, the resource and the redaction rules of an
 * application, and passes them to a processor. It counts them, and never throws.
 */
export class LogEmitter implements LogSink {
  /** The entries that became log records: each of them is in {@link counts}. */
  emittedCount = 0;
  #unreadableCount = 0;
  readonly #scopes = new Map<string, InstrumentationScope>();

  /** @param redactor redacts each log record before the processor gets it; undefined for no redaction */
  constructor(
    private readonly core: TracerCore,
    /** Receives the log records. */
    readonly processor: LogRecordProcessor,
    private readonly limits: LogRecordLimits,
    private readonly redactor: Redactor | undefined,
  ) {}

  /** The log records by outcome; undefined if the processor does not count. */
  get counts(): PipelineCounts | undefined {
    const { counts } = this.processor;
    if (counts === undefined || this.#unreadableCount === 0) return counts;
    return { ...counts, dropped: { ...counts.dropped, unreadable: this.#unreadableCount } };
  }

  emit(entry: LogEntry): void {
    const context = contextStorage.active();
    if (context === TracingContext.SUPPRESSED) return;
    this.emittedCount++;
    let record: LogRecord;
    try {
      const spanContext = validOf(entry.spanContext ?? context.span?.spanContext());
      const scope = this.#scopeOf(entry.scopeName);
      record = new LogRecord(this.core, this.limits, scope, spanContext, entry);
      this.redactor?.redactLogRecord(record);
    } catch (error) {
      this.#unreadableCount++;
      this.core.diagnostics.report('A log entry could not be read and was dropped', error);
      return;
    }
    try {
      this.processor.onEmit(record);
    } catch (error) {
      this.core.diagnostics.report('A log record processor threw', error);
    }
  }

  /** Flushes the processor. Never rejects. */
  flush(): Promise<void> {
    return this.#ask('flushed', () => this.processor.forceFlush());
  }

  /** Shuts the processor down. Never rejects. */
  shutdown(): Promise<void> {
    return this.#ask('shut down', () => this.processor.shutdown());
  }

  async #ask(verb: string, call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.core.diagnostics.report(`A log record processor could not be ${verb}`, error);
    }
  }

  #scopeOf(name: string | undefined): InstrumentationScope {
    if (typeof name !== 'string' || name === '') return OWN_SCOPE;
    let scope = this.#scopes.get(name);
    if (scope === undefined) {
      if (this.#scopes.size >= MAX_SCOPES) return OWN_SCOPE;
      scope = { name };
      this.#scopes.set(name, scope);
    }
    return scope;
  }
}

/** A span of no trace has invalid ids. */
function validOf(context: SpanContext | undefined): SpanContext | undefined {
  return context !== undefined && isSpanContextValid(context) ? context : undefined;
}
