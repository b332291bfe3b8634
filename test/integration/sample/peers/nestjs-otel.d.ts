// What the pages use of nestjs-otel 8.1, where it is not installed.
declare module 'nestjs-otel' {
  import type { DynamicModule } from '@nestjs/common';
  import type { Span as ApiSpan, Attributes, SpanOptions, Tracer } from '@opentelemetry/api';

  interface ExtendedSpanOptions extends SpanOptions {
    onResult?: (result: never) => { attributes?: Attributes } | undefined;
  }
  type SpanDecoratorOptions<T extends unknown[]> =
    | ExtendedSpanOptions
    | ((...args: T) => ExtendedSpanOptions);
  type SpanDecorator<T extends unknown[]> = (
    target: object,
    key: PropertyKey,
    // biome-ignore lint/suspicious/noExplicitAny: as the package declares it
    descriptor: TypedPropertyDescriptor<(...args: T) => any>,
  ) => void;

  export function Span<T extends unknown[]>(options?: SpanDecoratorOptions<T>): SpanDecorator<T>;
  export function Span<T extends unknown[]>(
    name?: string,
    options?: SpanDecoratorOptions<T>,
  ): SpanDecorator<T>;
  export function Traceable(options?: SpanOptions): (target: object) => void;
  export const CurrentSpan: (...pipes: unknown[]) => ParameterDecorator;
  export const Baggage: (key?: string) => ParameterDecorator;
  export const OtelMethodCounter: (options?: { name?: string }) => MethodDecorator;
  export class TraceService {
    getTracer(): Tracer;
    getSpan(): ApiSpan | undefined;
    startSpan(name: string): ApiSpan;
  }
  export class OpenTelemetryModule {
    static forRoot(options?: { metrics?: { hostMetrics?: boolean } }): DynamicModule;
  }
}
