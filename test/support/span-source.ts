import type { SpanOptions, TextMapPropagator } from '@opentelemetry/api';
import type { LocalSpan } from '../../lib/context/index.js';
import { Diagnostics } from '../../lib/diagnostics.js';
import { type Sampler, SamplingDecision } from '../../lib/sampling/sampler.js';
import {
  type Clock,
  createResource,
  createSpanLimits,
  type IdGenerator,
  type ReadableSpan,
  type RecordingSpan,
  type SpanProcessor,
  TracerProvider,
} from '../../lib/trace/index.js';

const EPOCH_MILLIS = Date.parse('2024-05-06T07:08:09Z');

/** Each reading is a quarter of a millisecond after the one before. */
class TickingClock implements Clock {
  #readings = 0;

  now(): number {
    return ++this.#readings * 0.25;
  }

  originEpochMillis(): number {
    return EPOCH_MILLIS;
  }
}

class CountingIds implements IdGenerator {
  #count = 0;

  generateTraceId(): string {
    return (++this.#count).toString(16).padStart(32, 'a');
  }

  generateSpanId(): string {
    return (++this.#count).toString(16).padStart(16, 'b');
  }
}

const NO_PROPAGATOR: TextMapPropagator = {
  inject: () => {},
  extract: (context) => context,
  fields: () => [],
};

function samplerThatSays(decision: SamplingDecision): Sampler {
  return { shouldSample: () => ({ decision }), toString: () => String(decision) };
}

/** A tracer provider whose spans come to `processor`; with a clock that ticks and ids that count. */
export function providerFor(
  processor: SpanProcessor,
  decision: SamplingDecision = SamplingDecision.RECORD_AND_SAMPLED,
): TracerProvider {
  return new TracerProvider({
    sampler: samplerThatSays(decision),
    processor,
    propagator: NO_PROPAGATOR,
    idGenerator: new CountingIds(),
    clock: new TickingClock(),
    spanLimits: createSpanLimits(),
    resource: createResource({ serviceName: 'orders', serviceInstanceId: 'one' }),
    diagnostics: new Diagnostics({ warn: () => {} }),
  });
}

/** A processor that keeps what has ended. */
export class KeepingProcessor implements SpanProcessor {
  readonly ended: RecordingSpan[] = [];

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.ended.push(span as RecordingSpan);
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** A span of ours that has ended. @param fill what is done with it before it ends */
export function endedSpan(
  name = 'work',
  fill: (span: LocalSpan) => void = () => {},
  options: SpanOptions = {},
  decision?: SamplingDecision,
): RecordingSpan {
  const processor = new KeepingProcessor();
  const span = providerFor(processor, decision).tracer.startSpan(name, options);
  fill(span);
  span.end();
  return processor.ended[0] as RecordingSpan;
}

/** Spans of one tracer that have ended, `work 0` and so on. */
export function endedSpans(count: number): RecordingSpan[] {
  const processor = new KeepingProcessor();
  const { tracer } = providerFor(processor);
  for (let i = 0; i < count; i++) tracer.startSpan(`work ${i}`).end();
  return processor.ended;
}
