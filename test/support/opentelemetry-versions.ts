import type { ContextManager, TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import * as sdkTraceBase from '@opentelemetry/sdk-trace-base';

/** Parts of one major version of OpenTelemetry. */
export interface OpenTelemetryVersion {
  readonly sdk: Pick<
    typeof sdkTraceBase,
    | 'BatchSpanProcessor'
    | 'InMemorySpanExporter'
    | 'ParentBasedSampler'
    | 'RandomIdGenerator'
    | 'SimpleSpanProcessor'
    | 'TraceIdRatioBasedSampler'
  >;
  /** Creates a provider with one exporter, which receives each span as it ends. */
  createProvider(exporter: object): TracerProvider;
  createContextManager(): ContextManager;
  readonly B3Propagator: typeof B3Propagator;
  readonly AWSXRayPropagator: typeof AWSXRayPropagator;
  /** What the constructors of processors take. */
  exporterOf(exporter: object): object;
}

export const sdk2: OpenTelemetryVersion = {
  sdk: sdkTraceBase,
  createProvider: (exporter) =>
    new sdkTraceBase.BasicTracerProvider({
      spanProcessors: [new sdkTraceBase.SimpleSpanProcessor(exporter as never)],
    }),
  createContextManager: () => new AsyncLocalStorageContextManager(),
  B3Propagator,
  AWSXRayPropagator,
  exporterOf: (exporter) => exporter,
};

/** Undefined, with a message, where Node is older than what version 3 needs. */
export const sdk3: OpenTelemetryVersion | undefined = await loadVersion3();

async function loadVersion3(): Promise<OpenTelemetryVersion | undefined> {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  if (major < 22 || (major === 22 && minor < 15)) {
    process.stderr.write('OpenTelemetry 3 needs Node 22.15: its tests are skipped.\n');
    return undefined;
  }
  const [sdk, hooks, b3, xRay] = await Promise.all([
    import('sdk-trace-3'),
    import('context-async-hooks-3'),
    import('propagator-b3-3'),
    import('propagator-aws-xray-3'),
  ]);
  return {
    sdk: sdk as never,
    createProvider: (exporter) =>
      new sdk.TracerProvider({
        spanProcessors: [new sdk.SimpleSpanProcessor({ exporter: exporter as never })],
      }),
    createContextManager: () => new hooks.AsyncLocalStorageContextManager(),
    B3Propagator: b3.B3Propagator as never,
    AWSXRayPropagator: xRay.AWSXRayPropagator as never,
    exporterOf: (exporter) => ({ exporter }),
  };
}
