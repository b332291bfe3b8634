import { LOG_SINK } from '../context/index.js';
import { LogEmitter, type Redactor } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import type { LogRecordExporter } from '../export/index.js';
import { checkChoice, checkMethods, checkOption } from '../option-checks.js';
import { createLogRecordLimits, type Tracer } from '../trace/index.js';
import { createLogProcessor } from './default-log-parts.js';
import type { EnvironmentSettings } from './environment.js';
import {
  type ForeignLoggerProvider,
  ForeignLogProcessor,
} from './foreign-provider/foreign-log-processor.js';
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
 * @throws TracingConfigError for an invalid exporter or logger provider, and for invalid options
 */
export function createLogPipeline(
  { tracer, exporter, redactor, exporterStaysOpen, isRecording }: LogPipelineParts,
  settings: TracingSettings,
  environment: EnvironmentSettings,
  diagnostics: Diagnostics,
): LogEmitter | undefined {
  const { loggerProvider, logRecordLimits } = settings;
  const signal = exceptionSignalOf(settings, environment);
  const limits = createLogRecordLimits({ ...environment.logs.limits, ...logRecordLimits });
  checkLoggerProvider(loggerProvider, exporter);
  const processor =
    exporter === undefined
      ? loggerProvider && new ForeignLogProcessor(loggerProvider)
      : createLogProcessor(exporter, settings, environment, exporterStaysOpen, diagnostics);
  const emitter = processor && new LogEmitter(tracer.core, processor, limits, redactor);
  if (!isRecording) return emitter;
  if (emitter !== undefined) tracer.application.set(LOG_SINK, emitter);
  if (signal === 'events') return emitter;
  if (emitter === undefined) {
    diagnostics.say(
      `Exceptions are to be exported as log records (${signal}), but there is no log exporter. They stay events of their spans. ` +
        'Set the option logExporter, or OTEL_LOGS_EXPORTER=otlp; beside tracerProvider, the option loggerProvider.',
    );
  } else {
    tracer.core.exceptionExport = { asEvents: signal === 'logs/dup', logs: emitter };
  }
  return emitter;
}

function checkLoggerProvider(
  provider: ForeignLoggerProvider | undefined,
  exporter: LogRecordExporter | undefined,
): void {
  if (provider === undefined) return;
  checkMethods(
    'loggerProvider',
    provider,
    ['getLogger'],
    'Pass logs.getLoggerProvider() of @opentelemetry/api-logs after the start of the SDK, or a provider of the SDK.',
  );
  checkOption(
    exporter === undefined,
    'logExporter',
    'must not be set beside loggerProvider, which has an exporter of its own',
    exporter,
    'Remove one of them.',
  );
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
