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
  readonly B3Propagator: typeof B3Propagator;
  readonly AWSXRayPropagator: typeof AWSXRayPropagator;
  /** What the constructors of processors take. */
  exporterOf(exporter: object): object;
}

export const sdk2: OpenTelemetryVersion = {
  sdk: sdkTraceBase,
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
  const [sdk, b3, xRay] = await Promise.all([
    import('sdk-trace-3'),
    import('propagator-b3-3'),
    import('propagator-aws-xray-3'),
  ]);
  return {
    sdk: sdk as never,
    B3Propagator: b3.B3Propagator as never,
    AWSXRayPropagator: xRay.AWSXRayPropagator as never,
    exporterOf: (exporter) => ({ exporter }),
  };
}
