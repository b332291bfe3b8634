// What the pages use of OpenTelemetry's SDK 0.301 and of its instrumentations.
declare module '@opentelemetry/sdk-node' {
  import type { Sampler, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';

  export interface NodeSDKConfiguration {
    serviceName?: string;
    sampler: Sampler;
    traceExporter: SpanExporter;
    spanProcessors?: SpanProcessor[];
    instrumentations: unknown[];
  }
  export class NodeSDK {
    constructor(configuration?: Partial<NodeSDKConfiguration>);
    start(): void;
    shutdown(): Promise<void>;
  }
}

declare module '@opentelemetry/auto-instrumentations-node' {
  export function getNodeAutoInstrumentations(inputConfigs?: Record<string, unknown>): unknown[];
}

declare module '@opentelemetry/instrumentation-http' {
  import type { IncomingMessage } from 'node:http';

  export class HttpInstrumentation {
    constructor(config?: { ignoreIncomingRequestHook?: (request: IncomingMessage) => boolean });
  }
}

declare module '@opentelemetry/instrumentation-express' {
  export class ExpressInstrumentation {}
}

declare module '@opentelemetry/instrumentation-nestjs-core' {
  export class NestInstrumentation {}
}

declare module '@opentelemetry/instrumentation-pg' {
  export class PgInstrumentation {}
}
