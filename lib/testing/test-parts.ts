import type { TextMapPropagator } from '@opentelemetry/api';
import type { DiagnosticsLogger } from '../diagnostics.js';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '../propagation/index.js';
import { AlwaysOnSampler, ParentBasedSampler, type Sampler } from '../sampling/index.js';
import { SequentialIdGenerator } from './sequential-id-generator.js';
import { SpanRecorder } from './span-recorder.js';
import { SteadyClock } from './steady-clock.js';

/** What a tracing for tests is made of, with an application and without. */
export interface TestParts {
  readonly serviceName: string;
  readonly sampler: Sampler;
  readonly propagator: TextMapPropagator;
  readonly idGenerator: SequentialIdGenerator;
  readonly clock: SteadyClock;
  readonly recorder: SpanRecorder;
  readonly logger: DiagnosticsLogger;
  /** What went to the logger. */
  readonly warnings: readonly string[];
}

/** New parts, that no other tracing has. */
export function createTestParts(): TestParts {
  const warnings: string[] = [];
  return {
    serviceName: 'test',
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    propagator: new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    }),
    idGenerator: new SequentialIdGenerator(),
    clock: new SteadyClock({ tickMillis: 1 }),
    recorder: new SpanRecorder(),
    logger: { warn: (message) => warnings.push(message) },
    warnings,
  };
}
