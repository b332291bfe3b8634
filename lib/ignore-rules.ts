import type { Diagnostics } from './diagnostics.js';
import { checkOption } from './option-checks.js';

/** Defines the valid rules of one `ignore` option, and the texts of its error messages. */
export interface IgnoreRulesPlan {
  /** Name of the option, such as `http.server.ignore`. */
  readonly option: string;
  /** Whether a text is a valid rule. */
  readonly isText: (rule: string) => boolean;
  /** The requirement for rules, for messages. */
  readonly requirement: string;
  /** The remedy for an invalid rule, for messages. */
  readonly remedy: string;
}

/**
 * Decides which requests, calls or queries are not traced, by equal texts, regular expressions and
 * functions. A function that throws is reported and does not match.
 */
export class IgnoreRules<Subject> {
  readonly #texts = new Set<string>();
  readonly #patterns: RegExp[] = [];
  readonly #predicates: ((subject: Subject) => boolean)[] = [];
  readonly #option: string;
  readonly #diagnostics: Diagnostics;

  /** @throws TracingConfigError for an invalid list of rules */
  constructor(
    plan: IgnoreRulesPlan,
    rules: readonly (string | RegExp | ((subject: Subject) => boolean))[],
    diagnostics: Diagnostics,
  ) {
    this.#option = plan.option;
    this.#diagnostics = diagnostics;
    checkRule(Array.isArray(rules), plan, plan.option, rules);
    for (const [index, rule] of rules.entries()) {
      if (typeof rule === 'string' && plan.isText(rule)) this.#texts.add(rule);
      else if (rule instanceof RegExp) this.#patterns.push(withoutMemory(rule));
      else if (typeof rule === 'function') this.#predicates.push(rule);
      else checkRule(false, plan, `${plan.option}[${index}]`, rule);
    }
  }

  /** Adds a rule that matches an equal text. */
  addText(text: string): void {
    this.#texts.add(text);
  }

  /** True if nothing is ignored. */
  get isEmpty(): boolean {
    return this.#texts.size + this.#patterns.length + this.#predicates.length === 0;
  }

  /** Whether the list contains `text` as a rule. */
  hasText(text: string): boolean {
    return this.#texts.size > 0 && this.#texts.has(text);
  }

  /**
   * Whether a rule matches.
   *
   * @param text compared with the texts and regular expressions
   * @param subject the argument of the functions
   */
  has(text: string, subject: Subject): boolean {
    if (this.hasText(text)) return true;
    for (const pattern of this.#patterns) {
      if (pattern.test(text)) return true;
    }
    for (const predicate of this.#predicates) {
      try {
        if (predicate(subject) === true) return true;
      } catch (error) {
        this.#diagnostics.report(`A function of ${this.#option} threw; it does not match`, error);
      }
    }
    return false;
  }
}

/** Removes the flags `g` and `y`, with which a match would start at the end of the previous one. */
function withoutMemory(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
}

function checkRule(
  isValid: boolean,
  { requirement, remedy }: IgnoreRulesPlan,
  option: string,
  received: unknown,
): void {
  checkOption(isValid, option, requirement, received, remedy);
}
