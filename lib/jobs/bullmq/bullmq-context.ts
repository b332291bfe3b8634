import { contextStorage, TracingContext } from '../../context/index.js';

/** A context as BullMQ passes it back to its telemetry. */
export class BullmqContext {
  /**
   * @param tracing the context to make active
   * @param metadata returns the metadata for jobs that are added in the context; empty for none
   */
  constructor(
    readonly tracing: TracingContext,
    readonly metadata: () => string,
  ) {}
}

/** The metadata of a job that is about to be processed, as BullMQ passes it to `startSpan`. */
export class JobMetadata {
  constructor(readonly text: string) {}
}

/** Returns the context to make active; the active one for a value that is not a context of ours. */
export function tracingContextOf(context: unknown): TracingContext {
  if (context instanceof BullmqContext) return context.tracing;
  return context instanceof TracingContext ? context : contextStorage.active();
}
