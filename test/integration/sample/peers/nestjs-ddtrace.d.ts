// What the pages use of nestjs-ddtrace 6.
declare module 'nestjs-ddtrace' {
  import type { CustomDecorator, DynamicModule } from '@nestjs/common';
  import type { Span as DatadogSpan, Tracer } from 'dd-trace';

  export const Span: (name?: string) => CustomDecorator<string>;
  export const NoSpan: () => CustomDecorator<string>;
  export class TraceService {
    getTracer(): Tracer;
    getActiveSpan(): DatadogSpan | null;
  }
  export class DatadogTraceModule {
    static forRoot(options?: {
      controllers?: boolean;
      providers?: boolean;
      excludeControllers?: string[];
      excludeProviders?: string[];
    }): DynamicModule;
  }
}
