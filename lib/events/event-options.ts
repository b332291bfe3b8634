/**
 * A rule for handlers without spans: the class and method (`MailListener.onOrder`), a regular expression
 * that is tested against it, or a function.
 */
export type EventIgnoreRule = string | RegExp | ((handler: EventHandlerMethod) => boolean);

/** A method that handles events, commands or queries within the process. */
export interface EventHandlerMethod {
  /** The class and method, such as `MailListener.onOrder`. */
  readonly functionName: string;
  /** What the method handles. */
  readonly type: 'event' | 'command' | 'query' | 'saga';
  /**
   * The declared names or patterns of events, or the names of the classes of events, commands and queries.
   * Empty for a saga.
   */
  readonly names: readonly string[];
}

/** Options for event listeners, and for the handlers and sagas of `@nestjs/cqrs`. */
export interface EventTracingOptions {
  /**
   * Handlers without spans. The spans below them are children of the span that is active for the caller.
   * @default []
   */
  readonly ignore?: readonly EventIgnoreRule[];
}
