import type { LocalSpan } from '../../context/index.js';
import type { MessageIgnoreRule } from '../message-ignore-rules.js';
import type { SentMessage } from '../message-info.js';

/**
 * Matches sent messages by their pattern or destination: a text (`orders.created`), a regular expression,
 * or a function of the message. A function that throws is reported and does not match.
 */
export type MessageReceiverRule = string | RegExp | ((message: SentMessage) => boolean);

/** Options for sent messages: their spans, and the context that they carry. */
export interface MessageProducerOptions {
  /**
   * Messages without a span, which carry neither trace context nor baggage.
   * @default []
   */
  readonly ignore?: readonly MessageIgnoreRule<SentMessage>[];
  /**
   * The messages that carry the trace context. Other messages have a span, but carry neither trace context
   * nor baggage.
   * @default all
   */
  readonly propagateTo?: readonly MessageReceiverRule[];
  /**
   * The messages that carry baggage, among those of `propagateTo`. Set it if baggage contains data that is
   * not for all receivers.
   * @default all
   */
  readonly propagateBaggageTo?: readonly MessageReceiverRule[];
  /**
   * True records the size of the payload in bytes as `messaging.message.body.size`. Nest converts payloads
   * to text after the span has started, so the library converts them a second time.
   * @default false
   */
  readonly bodySize?: boolean;
  /**
   * Called after the start of a recorded span and before the message is sent, to set attributes from the
   * message. If the function throws, the library reports it and sends the message.
   * @default none
   */
  readonly onMessage?: (span: LocalSpan, message: SentMessage) => void;
}
