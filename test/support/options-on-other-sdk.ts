import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import type { TracingOptions } from '../../lib/nest/index.js';
import { SpanRecorder, type TestTracingSetup } from '../../lib/testing/index.js';

/**
 * Options that send the spans of a Nest application through a provider of OpenTelemetry's SDK to a
 * recorder. They do not register with `@opentelemetry/api`.
 */
export function optionsOnOtherSdk(others: TracingOptions): Omit<TestTracingSetup, 'clock'> {
  const recorder = new SpanRecorder();
  const warnings: string[] = [];
  const tracerProvider = new BasicTracerProvider({
    // The recorder reads the members that the spans of both libraries have.
    spanProcessors: [recorder as never],
  });
  return {
    options: {
      tracerProvider,
      registerGlobally: false,
      logger: { warn: (message) => warnings.push(message) },
      ...others,
    },
    recorder,
    warnings,
  };
}
