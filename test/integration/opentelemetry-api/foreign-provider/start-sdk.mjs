import { trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OtlpSpanExporter } from 'nestjs-traced';

/** Starts OpenTelemetry's SDK as `NodeSDK` does, and returns what an application then finds in the API. */
export function startSdk(serviceName) {
  const url = `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`;
  new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new BatchSpanProcessor(new OtlpSpanExporter({ url, protocol: 'http/json' }))],
  }).register();
  return trace.getTracerProvider();
}
