import type { Span } from '@opentelemetry/api';
import {
  contextStorage,
  isLocalSpan,
  LOG_SINK,
  type LocalTracer,
  type LogEntry,
  type LogSink,
  lastRunningTracer,
  TracingContext,
} from '../context/index.js';
import { isReportingDiagnostics } from '../diagnostics.js';
import { addLogEvent } from './log-event.js';
import { LOGGING, type LoggingSettings } from './logging-settings.js';

/**
 * Returns the context of a line that is written later. It is suppressed for the lines of the library itself, so that
 * the feed does not open for them then.
 */
export function contextOfLine(): TracingContext {
  const context = contextStorage.active();
  return isReportingDiagnostics() ? context.withSuppressed(true) : context;
}

/**
 * Takes log lines to the log exporter of an application, and to the active span as events. A log library opens it
 * for each line, and describes the line only if there is one.
 */
export class LogFeed {
  /**
   * Opens the feed for a line.
   *
   * @param context the context in which the line was logged
   * @returns undefined if the line goes nowhere: there is no log exporter and no span events; inside an export,
   *   which would export its own lines without end; and for the lines of the library itself
   */
  static open(context: TracingContext = contextStorage.active()): LogFeed | undefined {
    const { span, suppressed } = context;
    if (suppressed) return undefined;
    const tracer = isLocalSpan(span) ? span.tracer : lastRunningTracer();
    if (tracer === undefined) return undefined;
    const { application } = tracer;
    const sink = application.get(LOG_SINK);
    if (sink === undefined && span === undefined) return undefined;
    const settings = application.get(LOGGING);
    const eventSpan =
      settings?.hasSpanEvents === true && span?.isRecording() === true ? span : undefined;
    if ((sink === undefined && eventSpan === undefined) || isReportingDiagnostics()) {
      return undefined;
    }
    return new LogFeed(tracer, sink, settings, span, eventSpan);
  }

  private constructor(
    private readonly tracer: LocalTracer,
    private readonly sink: LogSink | undefined,
    private readonly settings: LoggingSettings | undefined,
    private readonly span: Span | undefined,
    private readonly eventSpan: Span | undefined,
  ) {}

  /** Adds a line. Does not throw. */
  emit(entry: LogEntry): void {
    try {
      this.emitToSink(entry);
      if (this.eventSpan !== undefined) {
        addLogEvent(this.eventSpan, entry, this.settings?.describeException);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  private emitToSink(entry: LogEntry): void {
    if (this.span !== undefined) {
      this.sink?.emit({ ...entry, spanContext: this.span.spanContext() });
    } else if (contextStorage.active().span === undefined) {
      this.sink?.emit(entry);
    } else {
      // A line that was logged outside a span, and is written later inside one.
      contextStorage.run(TracingContext.ROOT, () => this.sink?.emit(entry));
    }
  }

  /** Reports that a line could not be described. */
  fail(error: unknown): void {
    this.tracer.diagnostics.report('A log line could not be passed on to the log exporter', error);
  }
}
