import type { IncomingContextOptions } from '../../carriers/index.js';
import type { LocalSpan } from '../../context/index.js';
import type { MessageIgnoreRule } from '../message-ignore-rules.js';
import type { ReceivedMessage } from '../message-info.js';

/** Options for received messages: their spans, and the context that they accept. */
export interface MessageConsumerOptions extends IncomingContextOptions<ReceivedMessage> {
  /**
   * Messages without spans, such as `health.ping`. The work that they cause in this process has no spans
   * either. The rules are evaluated before a span starts.
   * @default []
   */
  readonly ignore?: readonly MessageIgnoreRule<ReceivedMessage>[];
  /**
   * What an event does with the trace of its sender, if `incomingContext` continues it. `parent` makes the
   * span of the consumer a child of the producer's span. `link` starts a new trace with a link to the
   * producer's span, which keeps traces short where events wait for a long time or cause many others.
   * Requests are always children.
   * @default 'parent'
   */
  readonly consumerContext?: 'parent' | 'link';
  /**
   * True records the size of the payload in bytes as `messaging.message.body.size`, where the transport
   * provides it: for all brokers, not for TCP.
   * @default false
   */
  readonly bodySize?: boolean;
  /**
   * Called after the start of a recorded span and before the application handles the message, to set
   * attributes from the message. If the function throws, the library reports it and the application
   * handles the message.
   * @default none
   */
  readonly onMessage?: (span: LocalSpan, message: ReceivedMessage) => void;
}
