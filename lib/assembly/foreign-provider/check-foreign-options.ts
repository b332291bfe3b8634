import type { TracerProvider } from '@opentelemetry/api';
import { checkMethods, checkOption } from '../../option-checks.js';
import { isDelegate } from '../delegating-api.js';
import { providerBehind } from './provider-behind.js';

/** The options that configure a pipeline, each with what to do in its place. */
const PIPELINE_OPTIONS: Readonly<Record<string, string>> = {
  sampler: 'Pass the sampler to the SDK: new NodeSDK({ sampler }).',
  propagator:
    'Pass the propagator to the SDK: new NodeSDK({ textMapPropagator }), or register({ propagator }).',
  exporter: 'Pass the exporter to the SDK: new NodeSDK({ traceExporter }).',
  spanProcessors: 'Pass the processors to the SDK: new NodeSDK({ spanProcessors }).',
  logExporter:
    'Pass the exporter to the SDK, and the logger provider of the SDK as loggerProvider.',
  logBatch:
    'Pass a batch processor with these values to the SDK: new NodeSDK({ logRecordProcessors }).',
  logRecordLimits: 'Pass the limits to the logger provider of the SDK.',
  metricExporter:
    'Pass the exporter to the SDK: new NodeSDK({ metricReaders }). The metrics go to its meter provider.',
  idGenerator: 'Pass the id generator to the SDK: new NodeSDK({ idGenerator }).',
  batch: 'Pass a batch processor with these values to the SDK: new NodeSDK({ spanProcessors }).',
  tailSampling: 'Use tail sampling of an OpenTelemetry Collector, or remove tracerProvider.',
  maxOverheadRatio:
    'It works with the sampler of this library only. Remove it, or remove tracerProvider.',
  spanLimits: 'Pass the limits to the SDK: new NodeSDK({ spanLimits }).',
  grpcPackage: 'Pass an exporter for gRPC to the SDK: new NodeSDK({ traceExporter }).',
  serviceName: 'Pass the name to the SDK: new NodeSDK({ serviceName }).',
  serviceVersion: 'Pass the version to the SDK as a resource attribute: new NodeSDK({ resource }).',
  serviceInstanceId: 'Pass the id to the SDK as a resource attribute: new NodeSDK({ resource }).',
  resourceAttributes: 'Pass the attributes to the SDK: new NodeSDK({ resource }).',
};

/**
 * Checks the option `tracerProvider`, and that no option beside it configures a pipeline: the spans go
 * through the pipeline of the provider, so such an option would have no effect.
 *
 * @param options all options of `TracingModule.forRoot` or `createTracing`
 * @throws TracingConfigError for a value that is no provider of another SDK, and for such an option
 */
export function checkForeignOptions(options: { readonly tracerProvider?: TracerProvider }): void {
  const { tracerProvider } = options;
  if (tracerProvider === undefined) return;
  checkMethods(
    'tracerProvider',
    tracerProvider,
    ['getTracer'],
    'Pass trace.getTracerProvider() of @opentelemetry/api after the start of the SDK, or a provider of the SDK.',
  );
  checkOption(
    !isDelegate(providerBehind(tracerProvider)),
    'tracerProvider',
    'must be a provider of another SDK',
    'the one that this library registered with @opentelemetry/api',
    'Start the other SDK before the first application with tracing, or remove tracerProvider.',
  );
  for (const [name, remedy] of Object.entries(PIPELINE_OPTIONS)) {
    const value = (options as Record<string, unknown>)[name];
    checkOption(
      value === undefined,
      name,
      'must not be set beside tracerProvider, which has a pipeline of its own',
      value,
      remedy,
    );
  }
}
