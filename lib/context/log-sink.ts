import type { SpanContext, TimeInput } from '@opentelemetry/api';
import type { ApplicationPart } from './application.js';

/** A log line or an event, as a log library or an instrumentation emits it. Spec: `logs/data-model.md`. */
export interface LogEntry {
  /** 1 (TRACE) to 24 (FATAL4); 0 for unknown. Spec: `logs/data-model.md#field-severitynumber`. */
  readonly severityNumber: number;
  /** The name of the level in the log library, such as `warn`. @default none */
  readonly severityText?: string;
  /** The message, or a structure of strings, numbers, booleans, arrays and objects. @default none */
  readonly body?: unknown;
  /**
   * Structured data of the entry. The values can be structures, like that of `body`. The library does not
   * keep or change the object.
   * @default {}
   */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /**
   * The error that the entry is about: its type, message and stack become the attributes `exception.*`,
   * without the secrets that `maskMessage` removes. Attributes of the same name take precedence.
   * @default none
   */
  readonly exception?: unknown;
  /** Marks the entry as an event of this name. Spec: `logs/data-model.md#field-eventname`. @default none */
  readonly eventName?: string;
  /** When it happened. @default now */
  readonly time?: TimeInput;
  /** The library that emits it, for the instrumentation scope. @default the name of this library */
  readonly scopeName?: string;
  /** The span that the entry belongs to. @default the active span */
  readonly spanContext?: SpanContext;
}

/** Takes the log entries of an application to its log exporter. */
export interface LogSink {
  /**
   * Adds an entry. Does not throw, and does not keep the entry. Entries that are emitted during an export
   * are ignored: they would cause another export, which emits them again.
   */
  emit(entry: LogEntry): void;
}

/** The sink of an application; undefined where log entries are not exported. */
export const LOG_SINK: ApplicationPart<LogSink> = { name: 'logs' };
