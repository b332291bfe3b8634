import type { Diagnostics } from '../diagnostics.js';
import { IgnoreRules } from '../ignore-rules.js';
import type { MessageInfo } from './message-info.js';

/**
 * Matches messages that are not traced: a pattern or destination (`orders.created`), a regular expression
 * for it, or a function of the message. A function that throws is reported and does not match.
 *
 * @typeParam M the message
 */
export type MessageIgnoreRule<M extends MessageInfo> = string | RegExp | ((message: M) => boolean);

/** Decides which messages are not traced. */
export class MessageIgnoreRules<M extends MessageInfo> {
  readonly #rules: IgnoreRules<M> | undefined;

  /**
   * @param option name of the option for messages
   * @throws TracingConfigError for an invalid list of rules
   */
  constructor(option: string, rules: readonly MessageIgnoreRule<M>[], diagnostics: Diagnostics) {
    const ignoreRules = new IgnoreRules<M>(
      {
        option,
        isText: (rule) => rule.trim() !== '',
        requirement:
          'must be patterns, regular expressions or functions of the message, in an array',
        remedy: 'Write ignore: ["health.ping"] for the pattern of a handler.',
      },
      rules,
      diagnostics,
    );
    this.#rules = rules.length === 0 ? undefined : ignoreRules;
  }

  has(message: M): boolean {
    if (this.#rules === undefined) return false;
    const { pattern = '', destination } = message;
    return (
      this.#rules.has(pattern, message) ||
      (destination !== undefined &&
        destination !== pattern &&
        this.#rules.has(destination, message))
    );
  }
}
