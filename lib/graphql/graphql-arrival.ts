import type { HrTime, Link } from '@opentelemetry/api';
import type { TracingContext } from '../context/index.js';

/** How an operation has reached a driver. */
export interface GraphqlArrival {
  /** When the driver received the document; undefined if the span is not recorded. */
  readonly startTime: HrTime | undefined;
  /** The parent context of the operation's span. */
  readonly outer: TracingContext;
  /** True if no request executes the operation, such as for a WebSocket: its span is a server span. */
  readonly isOwnEntry: boolean;
  /** To the span of the handshake of a WebSocket. */
  readonly links: Link[] | undefined;
}
