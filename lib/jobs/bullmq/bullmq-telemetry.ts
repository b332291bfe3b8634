import { SpanKind } from '@opentelemetry/api';
import { contextStorage, TracingContext, withLibraryWork } from '../../context/index.js';
import type { JobHandler } from '../job-handler.js';
import { EMPTY_METADATA } from '../job-metadata.js';
import { BullmqContext, JobMetadata, tracingContextOf } from './bullmq-context.js';
import type { BullmqContextManager, BullmqTelemetry, BullmqTracer } from './bullmq-shape.js';
import { AddSpan, NoSpan, ProcessSpan } from './bullmq-spans.js';

/**
 * Traces jobs through the interface of BullMQ. The spans that BullMQ starts for its own work, such as the
 * extension of locks, are not recorded: they would be roots without a cause.
 */
export class JobTelemetry implements BullmqTelemetry {
  readonly tracer: BullmqTracer;
  readonly contextManager: BullmqContextManager = CONTEXT_MANAGER;

  /**
   * @param role a worker adds only the next jobs of schedulers, and these additions are not recorded
   * @param handlerOf called for each span; returns undefined if jobs are not traced
   */
  constructor(
    readonly role: 'queue' | 'worker',
    handlerOf: () => JobHandler | undefined,
  ) {
    this.tracer = {
      startSpan(name, options, context) {
        const handler = handlerOf();
        if (handler !== undefined && options?.kind === SpanKind.CONSUMER) {
          const metadata = context instanceof JobMetadata ? context.text : undefined;
          return new ProcessSpan(handler, name, metadata);
        }
        if (options?.kind !== SpanKind.PRODUCER) return new NoSpan();
        if (handler === undefined || role === 'worker') return new NoSpan(EMPTY_METADATA);
        return new AddSpan(handler, name);
      },
    };
  }
}

const CONTEXT_MANAGER: BullmqContextManager = {
  // What BullMQ sends to Redis below a span is how it adds and processes the job of that span.
  with: (context, fn) =>
    contextStorage.run(withLibraryWork(tracingContextOf(context)), fn) as never,
  active: () => contextStorage.active(),
  root: () => TracingContext.ROOT,
  fromMetadata: (_active, metadata) => new JobMetadata(metadata),
  getMetadata: (context) => (context instanceof BullmqContext ? context.metadata() : ''),
};
