import { TracingConfigError } from '../errors.js';
import type { ResolvedParts } from './tracing-options.js';

/**
 * Holds every part to its contract by the methods it must have.
 *
 * @throws TracingConfigError for the first part that lacks one
 */
export function checkParts(parts: ResolvedParts): void {
  requireMethods('sampler', parts.sampler, ['shouldSample']);
  requireMethods('propagator', parts.propagator, ['inject', 'extract', 'fields']);
  requireMethods('idGenerator', parts.idGenerator, ['generateTraceId', 'generateSpanId']);
  requireMethods('clock', parts.clock, ['now', 'originEpochMillis']);
  if (parts.exporter !== undefined) checkExporter(parts.exporter);
  checkIsArray('spanProcessors', parts.spanProcessors);
  parts.spanProcessors.forEach((processor, index) => {
    requireMethods(`SPAN_PROCESSORS[${index}]`, processor, [
      'onStart',
      'onEnd',
      'forceFlush',
      'shutdown',
    ]);
  });
}

/** @throws TracingConfigError for anything that cannot export */
export function checkExporter(exporter: unknown): void {
  requireMethods('exporter', exporter, ['export', 'shutdown']);
}

/** @throws TracingConfigError for anything but an array */
export function checkIsArray(option: string, value: unknown): void {
  if (Array.isArray(value)) return;
  throw TracingConfigError.invalidOption(
    option,
    'must be an array',
    value,
    'Put it into an array.',
  );
}

function requireMethods(option: string, part: unknown, methods: readonly string[]): void {
  const missing = methods.filter(
    (method) => typeof (part as Record<string, unknown> | null)?.[method] !== 'function',
  );
  if (missing.length === 0) return;
  throw TracingConfigError.invalidOption(
    option,
    `must have the method${methods.length === 1 ? '' : 's'} ${methods.join(', ')}`,
    part,
    `Give an instance, a class, or { useFactory, inject } / { useClass } / { useExisting } of it; missing here: ${missing.join(', ')}.`,
  );
}
