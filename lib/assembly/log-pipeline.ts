import { LOG_SINK } from '../context/index.js';
import { LogEmitter, type Redactor } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import type { LogRecordExporter } from '../export/index.js';
import { checkChoice } from '../option-checks.js';
import { createLogRecordLimits, type Tracer } from '../trace/index.js';
import { createLogProcessor } from './default-log-parts.js';
import type { EnvironmentSettings } from './environment.js';
import type { ExceptionSignal, TracingSettings } from './tracing-options.js';

/** Where the log records of an application come from, and where they go. */
export interface LogPipelineParts {
  readonly tracer: Tracer;
  readonly exporter: LogRecordExporter | undefined;
  readonly redactor: Redactor | undefined;
  readonly exporterStaysOpen: boolean;
  /** False if nothing is recorded: then no log records are accepted. */
  readonly isRecording: boolean;
}

/**
 * Creates the pipeline of the log records, and offers it to the log libraries of the application.
 *
 * @returns undefined if log records are not exported
 * @throws TracingConfigError for an invalid exporter and for invalid options
 */
export function createLogPipeline(
  { tracer, exporter, redactor, exporterStaysOpen, isRecording }: LogPipelineParts,
  settings: TracingSettings,
  environment: EnvironmentSettings,
  diagnostics: Diagnostics,
): LogEmitter | undefined {
  const signal = exceptionSignalOf(settings, environment);
  const limits = createLogRecordLimits({ ...environment.logs.limits, ...settings.logRecordLimits });
  const emitter =
    exporter &&
    new LogEmitter(
      tracer.core,
      createLogProcessor(exporter, settings, environment, exporterStaysOpen, diagnostics),
      limits,
      redactor,
    );
  if (!isRecording) return emitter;
  if (emitter !== undefined) tracer.application.set(LOG_SINK, emitter);
  if (signal === 'events') return emitter;
  if (emitter === undefined) {
    diagnostics.say(
      `Exceptions are to be exported as log records (${signal}), but there is no log exporter. They stay events of their spans. ` +
        'Set the option logExporter, or OTEL_LOGS_EXPORTER=otlp.',
    );
  } else {
    tracer.core.exceptionExport = { asEvents: signal === 'logs/dup', logs: emitter };
  }
  return emitter;
}

function exceptionSignalOf(
  settings: TracingSettings,
  environment: EnvironmentSettings,
): ExceptionSignal {
  return checkChoice<ExceptionSignal>(
    'exceptionSignal',
    settings.exceptionSignal,
    environment.exceptionSignal ?? 'events',
    ['events', 'logs', 'logs/dup'],
  );
}
