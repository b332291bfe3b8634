// What the pages use of dd-trace 6.
declare module 'dd-trace' {
  export interface SpanOptions {
    childOf?: Span;
    tags?: Record<string, unknown>;
  }
  export interface TraceOptions {
    resource?: string;
    service?: string;
    type?: string;
  }
  export interface Span {
    setTag(key: string, value: unknown): this;
    addTags(tags: Record<string, unknown>): this;
    finish(finishTime?: number): void;
  }
  export interface Tracer {
    init(options?: { service?: string; logInjection?: boolean; sampleRate?: number }): this;
    trace<T>(name: string, fn: (span: Span) => T): T;
    trace<T>(name: string, options: TraceOptions & SpanOptions, fn: (span?: Span) => T): T;
  }
  const tracer: Tracer;
  export default tracer;
}
