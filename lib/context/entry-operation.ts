import type { Span } from '@opentelemetry/api';

/**
 * The incoming unit of work that the process handles: an HTTP request, a gRPC call, or a message. It is
 * part of the context, so that code at any depth can report facts about the whole unit of work to its
 * span.
 */
export interface EntryOperation {
  /** The span of the whole unit of work. @default unknown */
  readonly entrySpan?: Span;

  /**
   * Reports an exception that has reached the framework's exception layer, where no code of the user
   * catches it any more. Must not throw.
   */
  exceptionCaught(exception: unknown): void;

  /**
   * Describes the work below the protocol of the unit, such as a GraphQL operation in an HTTP request. The span's
   * name ends with the description, which must therefore be of low cardinality. The last description counts. Must
   * not throw.
   */
  describeWork?(description: string): void;
}
