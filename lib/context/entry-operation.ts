/**
 * The incoming unit of work that the process handles: an HTTP request, a gRPC call, or a message. It is
 * part of the context, so that code at any depth can report facts about the whole unit of work to its
 * span.
 */
export interface EntryOperation {
  /**
   * Reports an exception that has reached the framework's exception layer, where no code of the user
   * catches it any more. Must not throw.
   */
  exceptionCaught(exception: unknown): void;
}
