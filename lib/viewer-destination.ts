/**
 * Token of the {@link ViewerDestination} that an imported `TracingViewerModule` provides. A symbol of the
 * process, so that the module finds it wherever it was loaded from.
 */
export const VIEWER_DESTINATION = Symbol.for('nestjs-traced VIEWER_DESTINATION');

/** Where a trace viewer on this machine receives the spans of the application. */
export interface ViewerDestination {
  /** The address for OTLP over HTTP. */
  readonly url: string;
  /** Headers of each request. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Called once by who is going to send spans. The viewer then stays open after its own shutdown.
   *
   * @returns called after the last span was sent; its promise resolves when the viewer is closed
   */
  readonly claim: () => () => Promise<void>;
}
