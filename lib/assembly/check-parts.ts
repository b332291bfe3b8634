import { checkArray, checkMethods } from '../option-checks.js';
import type { ResolvedParts } from './tracing-options.js';

/**
 * Checks that each part has the methods that its contract requires.
 *
 * @throws TracingConfigError for the first part that lacks a method
 */
export function checkParts(parts: ResolvedParts): void {
  checkPart('sampler', parts.sampler, ['shouldSample']);
  checkPart('propagator', parts.propagator, ['inject', 'extract', 'fields']);
  checkPart('idGenerator', parts.idGenerator, ['generateTraceId', 'generateSpanId']);
  checkPart('clock', parts.clock, ['now', 'originEpochMillis']);
  if (parts.exporter !== undefined) checkExporter(parts.exporter);
  if (parts.logExporter !== undefined) checkLogExporter(parts.logExporter);
  if (parts.metricExporter !== undefined) checkMetricExporter(parts.metricExporter);
  checkArray('spanProcessors', parts.spanProcessors, 'Put the span processor into an array.');
  parts.spanProcessors.forEach((processor, index) => {
    checkPart(`SPAN_PROCESSORS[${index}]`, processor, [
      'onStart',
      'onEnd',
      'forceFlush',
      'shutdown',
    ]);
  });
}

/**
 * Checks that a value has the methods of a `SpanExporter`.
 *
 * @throws TracingConfigError for a value that lacks one of them
 */
export function checkExporter(exporter: unknown): void {
  checkPart('exporter', exporter, ['export', 'shutdown']);
}

/**
 * Checks that a value has the methods of a `LogRecordExporter`.
 *
 * @throws TracingConfigError for a value that lacks one of them
 */
export function checkLogExporter(exporter: unknown): void {
  checkPart('logExporter', exporter, ['export', 'shutdown']);
}

/**
 * Checks that a value has the methods of a `MetricExporter`.
 *
 * @throws TracingConfigError for a value that lacks one of them
 */
export function checkMetricExporter(exporter: unknown): void {
  checkPart('metricExporter', exporter, ['export', 'forceFlush', 'shutdown']);
}

function checkPart(option: string, part: unknown, methods: readonly string[]): void {
  checkMethods(
    option,
    part,
    methods,
    'Pass an instance, a class, or a provider: { useFactory, inject }, { useClass } or { useExisting }.',
  );
}
