import type { SpanProcessor } from '../trace/index.js';
import type { ExporterHealth } from './exporter-health.js';

/** How a processor that feeds an exporter stands at one moment, beside what it has counted. */
export interface PipelineState {
  /** Which kind of processor, as `otel.component.type` calls it. Spec: semantic conventions, `otel`. */
  readonly kind: 'batching_span_processor' | 'simple_span_processor';
  /** Spans that wait; those in the export under way are not among them. */
  readonly queueSize: number;
  readonly queueCapacity: number;
  /** Spans in the export that is under way. */
  readonly inFlight: number;
  readonly health: ExporterHealth;
}

/** The state of a processor that has one; one that stands in front of another has the other's. */
export function pipelineStateOf(processor: SpanProcessor): PipelineState | undefined {
  return (processor as { readonly state?: PipelineState }).state;
}
