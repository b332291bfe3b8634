import { checkArray, checkMethods } from '../option-checks.js';
import type { ResolvedParts } from './tracing-options.js';

/**
 * Holds every part to its contract by the methods it must have.
 *
 * @throws TracingConfigError for the first part that lacks one
 */
export function checkParts(parts: ResolvedParts): void {
  checkPart('sampler', parts.sampler, ['shouldSample']);
  checkPart('propagator', parts.propagator, ['inject', 'extract', 'fields']);
  checkPart('idGenerator', parts.idGenerator, ['generateTraceId', 'generateSpanId']);
  checkPart('clock', parts.clock, ['now', 'originEpochMillis']);
  if (parts.exporter !== undefined) checkExporter(parts.exporter);
  checkArray('spanProcessors', parts.spanProcessors, 'Put it into an array.');
  parts.spanProcessors.forEach((processor, index) => {
    checkPart(`SPAN_PROCESSORS[${index}]`, processor, [
      'onStart',
      'onEnd',
      'forceFlush',
      'shutdown',
    ]);
  });
}

/** @throws TracingConfigError for anything that cannot export */
export function checkExporter(exporter: unknown): void {
  checkPart('exporter', exporter, ['export', 'shutdown']);
}

function checkPart(option: string, part: unknown, methods: readonly string[]): void {
  checkMethods(
    option,
    part,
    methods,
    'Give an instance, a class, or { useFactory, inject } / { useClass } / { useExisting } of it.',
  );
}
