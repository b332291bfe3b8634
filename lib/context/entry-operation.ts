/**
 * How a unit of work came into this process: the HTTP request, gRPC call or message that a server
 * or consumer of ours is handling. It travels in the context, so that whatever learns something
 * about the unit of work as a whole can tell the span that stands for it, however deep it learns it.
 */
export interface EntryOperation {
  /**
   * An exception has reached the framework's exception layer: nothing of the user's will catch it
   * any more. Must not throw.
   */
  exceptionCaught(exception: unknown): void;
}
