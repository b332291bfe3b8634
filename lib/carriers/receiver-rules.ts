import type { Diagnostics } from '../diagnostics.js';
import { checkOption } from '../option-checks.js';

/**
 * What a kind of client understands by its rules.
 *
 * @typeParam R what the client knows of a receiver
 */
export interface ReceiverRulesPlan<R> {
  /** The receivers that a text means; undefined for a text that is no rule. */
  readonly parse: (text: string) => ((receiver: R) => boolean) | undefined;
  /** The text that patterns are tested against. */
  readonly textOf: (receiver: R) => string;
  /** What a user's function is called with; nothing that it could change for the request. */
  readonly argumentOf: (receiver: R) => unknown;
  /** What rules must be, for messages. */
  readonly requirement: string;
  /** What the user can do about a wrong rule, for messages. */
  readonly remedy: string;
}

/**
 * A list of rules that says which receivers of outgoing requests are meant: texts, patterns, functions.
 * A function that throws is reported and matches nothing.
 */
export class ReceiverRules<R> {
  readonly #option: string;
  readonly #matchers: readonly ((receiver: R) => boolean)[] | undefined;

  /**
   * @param option the option as the user knows it: `http.client.propagateTo`
   * @param rules undefined means all receivers, an empty list none
   * @throws TracingConfigError for anything but a list of rules
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

  /** True where the user gave no list. */
  get meansAll(): boolean {
    return this.#matchers === undefined;
  }

  /** @param diagnostics where a function that throws is reported */
  has(receiver: R, diagnostics: Diagnostics): boolean {
    if (this.#matchers === undefined) return true;
    for (const matches of this.#matchers) {
      try {
        if (matches(receiver)) return true;
      } catch (error) {
        diagnostics.report(`A function of ${this.#option} threw; it matches nothing`, error);
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
  // A pattern with `g` or `y` continues where its last match ended.
  const pattern = new RegExp(rule.source, rule.flags.replace(/[gy]/g, ''));
  return (receiver) => pattern.test(textOf(receiver));
}
