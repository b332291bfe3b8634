// What the pages use of opentracing 0.14.
declare module 'opentracing' {
  export interface Span {
    setTag(key: string, value: unknown): this;
    log(fields: Record<string, unknown>, timestamp?: number): this;
    finish(finishTime?: number): void;
  }
  export interface SpanOptions {
    childOf?: Span;
    tags?: Record<string, unknown>;
  }
  export class Tracer {
    startSpan(name: string, options?: SpanOptions): Span;
  }
  export function globalTracer(): Tracer;
  export const Tags: { readonly ERROR: string; readonly SPAN_KIND: string };
}
