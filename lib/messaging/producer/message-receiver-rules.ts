import type { ReceiverRulesPlan } from '../../carriers/index.js';
import type { SentMessage } from '../message-info.js';

/** Rules for the messages that carry the context: `MessageReceiverRule`. */
export const MESSAGE_RULES: ReceiverRulesPlan<SentMessage> = {
  parse: (text) =>
    text.trim() === ''
      ? undefined
      : ({ pattern, destination }) => pattern === text || destination === text,
  textOf: ({ pattern, destination }) => pattern ?? destination ?? '',
  argumentOf: (message) => message,
  requirement: 'must be patterns, regular expressions or functions of the message, in an array',
  remedy: 'Write ["orders.created"] for a pattern, [/^orders\\./] for all that begin with it.',
};
