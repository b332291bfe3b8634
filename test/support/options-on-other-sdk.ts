import { BasicTracerProvider, type Sampler } from '@opentelemetry/sdk-trace-base';
import { createTracing, type StandaloneTracingOptions } from '../../lib/assembly/index.js';
import type { TracingOptions } from '../../lib/nest/index.js';
import { SpanRecorder, type TestTracingSetup } from '../../lib/testing/index.js';
import type { TestedTracing } from '../suites/http-client.suite.js';

/**
 * Options that send the spans of a Nest application through a provider of OpenTelemetry's SDK to a
 * recorder. They do not register with `@opentelemetry/api`.
 */
export function optionsOnOtherSdk({
  sampler,
  ...others
}: TracingOptions): Pick<TestTracingSetup, 'options' | 'recorder' | 'warnings'> {
  const recorder = new SpanRecorder();
  const warnings: string[] = [];
  const tracerProvider = new BasicTracerProvider({
    // The recorder reads the members that the spans of both libraries have.
    spanProcessors: [recorder as never],
    ...(sampler !== undefined && { sampler: sampler as Sampler }),
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

/** Creates a tracing without Nest whose spans go through a provider of OpenTelemetry's SDK to a recorder. */
export function tracingOnOtherSdk(others: StandaloneTracingOptions): TestedTracing {
  const { options, recorder, warnings } = optionsOnOtherSdk(others as TracingOptions);
  const tracing = createTracing(options as StandaloneTracingOptions);
  const close = (): void => void tracing.shutdown();
  return { tracer: tracing.tracer, tracing, recorder, warnings, close };
}
