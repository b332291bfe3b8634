import type { Diagnostics } from '../diagnostics.js';
import { checkOption } from '../option-checks.js';

/**
 * Defines how one type of client interprets its rules.
 *
 * @typeParam R the client's description of a receiver
 */
export interface ReceiverRulesPlan<R> {
  /** Creates a matcher from a text; undefined for a text that is not a valid rule. */
  readonly parse: (text: string) => ((receiver: R) => boolean) | undefined;
  /** The text that regular expressions are tested against. */
  readonly textOf: (receiver: R) => string;
  /** The argument of a user's function. A change to it must not affect the request. */
  readonly argumentOf: (receiver: R) => unknown;
  /** The requirement for rules, for messages. */
  readonly requirement: string;
  /** The remedy for an invalid rule, for messages. */
  readonly remedy: string;
}

/**
 * Matches the receivers of outgoing requests against a list of texts, regular expressions and functions.
 * A function that throws is reported and does not match.
 */
export class ReceiverRules<R> {
  readonly #option: string;
  readonly #matchers: readonly ((receiver: R) => boolean)[] | undefined;

  /**
   * @param option name of the option for messages, such as `http.client.propagateTo`
   * @param rules undefined matches all receivers, an empty list no receiver
   * @throws TracingConfigError for an invalid list of rules
   */
  constructor(option: string, plan: ReceiverRulesPlan<R>, rules: readonly unknown[] | undefined) {
    this.#option = option;
    const { requirement, remedy } = plan;
    const isList = rules === undefined || Array.isArray(rules);
    checkOption(isList, option, requirement, rules, remedy);
    this.#matchers = rules?.map((rule, index) => {
      const matcher = toMatcher(plan, rule);
      checkOption(matcher !== undefined, `${option}[${index}]`, requirement, rule, remedy);
      return matcher;
    });
  }

  /** True if the user set no list. */
  get meansAll(): boolean {
    return this.#matchers === undefined;
  }

  /** @param diagnostics receives the report about a function that throws */
  has(receiver: R, diagnostics: Diagnostics): boolean {
    if (this.#matchers === undefined) return true;
    for (const matches of this.#matchers) {
      try {
        if (matches(receiver)) return true;
      } catch (error) {
        diagnostics.report(`A function of ${this.#option} threw; it does not match`, error);
      }
    }
    return false;
  }
}

function toMatcher<R>(
  { parse, textOf, argumentOf }: ReceiverRulesPlan<R>,
  rule: unknown,
): ((receiver: R) => boolean) | undefined {
  if (typeof rule === 'string') return parse(rule);
  if (typeof rule === 'function') return (receiver) => rule(argumentOf(receiver)) === true;
  if (!(rule instanceof RegExp)) return undefined;
  // With the flag `g` or `y`, a regular expression would start at the end of its previous match.
  const pattern = new RegExp(rule.source, rule.flags.replace(/[gy]/g, ''));
  return (receiver) => pattern.test(textOf(receiver));
}
