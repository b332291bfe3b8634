import { type Context, type TimeInput, trace } from '@opentelemetry/api';
import { contextStorage } from '../../context/index.js';
import type { LogRecordProcessor, LogValue, ReadableLogRecord } from '../../trace/index.js';

/** What the library uses of a `LoggerProvider` of `@opentelemetry/api-logs`. */
export interface ForeignLoggerProvider {
  /** Returns the logger of a library. */
  getLogger(name: string, version?: string): ForeignLogger;
}

/** What the library uses of a `Logger` of `@opentelemetry/api-logs`. */
export interface ForeignLogger {
  /** Emits a log record. */
  emit(record: ForeignLogEntry): void;
}

/** A log record for a `Logger` of `@opentelemetry/api-logs`. */
export interface ForeignLogEntry {
  /** When it happened. */
  timestamp?: TimeInput;
  /** When it was emitted. */
  observedTimestamp?: TimeInput;
  /** 1 (TRACE) to 24 (FATAL4). */
  severityNumber?: number;
  /** The name of the level in the log library. */
  severityText?: string;
  /** The message, or a structure. */
  body?: LogValue;
  /** The attributes by name. */
  attributes?: { [key: string]: LogValue };
  /** The name of the event, if the log record is one. */
  eventName?: string;
  /** Has the span that the log record belongs to. */
  context?: Context;
}

/**
 * Passes log records to the logger provider of another SDK, which has limits, processors and exporters. Closing
 * the application flushes the provider and does not shut it down: whoever created it does that.
 */
export class ForeignLogProcessor implements LogRecordProcessor {
  readonly #provider: ForeignLoggerProvider;

  constructor(provider: ForeignLoggerProvider) {
    this.#provider = provider;
  }

  onEmit(record: ReadableLogRecord): void {
    const { instrumentationScope, spanContext, severityNumber, severityText, eventName } = record;
    const { name, version } = instrumentationScope;
    const active: Context = contextStorage.active();
    this.#provider.getLogger(name, version).emit({
      timestamp: record.hrTime,
      observedTimestamp: record.hrTimeObserved,
      severityNumber,
      severityText,
      body: record.body,
      attributes: record.attributes,
      eventName,
      context:
        spanContext === undefined
          ? trace.deleteSpan(active)
          : trace.setSpanContext(active, spanContext),
    });
  }

  async forceFlush(): Promise<void> {
    const behind = loggerProviderBehind(this.#provider) as { forceFlush?(): Promise<void> };
    await behind.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.forceFlush();
  }
}

/** `logs.getLoggerProvider()` of the API can return a stand-in for the registered provider. */
function loggerProviderBehind(provider: ForeignLoggerProvider): ForeignLoggerProvider {
  const { _getDelegate } = provider as { _getDelegate?(): ForeignLoggerProvider };
  return typeof _getDelegate === 'function' ? _getDelegate.call(provider) : provider;
}
