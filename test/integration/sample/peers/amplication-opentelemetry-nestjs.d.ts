// What the pages use of @amplication/opentelemetry-nestjs 6.
declare module '@amplication/opentelemetry-nestjs' {
  import type { CustomDecorator, DynamicModule, Provider } from '@nestjs/common';
  import type { Span as ApiSpan, Tracer as ApiTracer } from '@opentelemetry/api';
  import type { NodeSDK, NodeSDKConfiguration } from '@opentelemetry/sdk-node';

  export const Span: (name?: string) => CustomDecorator<string>;
  export const Traceable: (name?: string) => CustomDecorator<string>;
  export class Tracer {}
  export interface Tracer extends ApiTracer {}
  export class TraceService {
    getTracer(): ApiTracer;
    getSpan(): ApiSpan;
    startSpan(name: string): ApiSpan;
  }
  export class TraceWrapper {
    static trace<T>(instance: T, options?: { attributes?: Record<string, string> }): T;
  }
  export class ControllerInstrumentation {
    setupInstrumentation(): void;
  }
  export class GuardInstrumentation {
    setupInstrumentation(): void;
  }
  export class OpenTelemetryModule {
    static forRoot(config?: { instrumentation?: Provider<unknown>[] }): DynamicModule;
  }
  export function startNestJsOpenTelemetrySDK(
    configuration: Partial<NodeSDKConfiguration>,
  ): NodeSDK;
}
