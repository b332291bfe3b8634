import type { Diagnostics } from './diagnostics.js';
import { checkOption } from './option-checks.js';

/** What a list of rules is made of, and how its user knows it. */
export interface IgnoreRulesPlan {
  /** Such as `http.server.ignore`. */
  readonly option: string;
  /** Whether a text may stand among the rules. */
  readonly isText: (rule: string) => boolean;
  /** What rules must be, for messages. */
  readonly requirement: string;
  /** What to write instead, for messages. */
  readonly remedy: string;
}

/**
 * Says what is not to be traced: by texts that must be equal, by patterns, and by functions. A function
 * that throws is reported and ignores nothing.
 */
export class IgnoreRules<Subject> {
  readonly #texts = new Set<string>();
  readonly #patterns: RegExp[] = [];
  readonly #predicates: ((subject: Subject) => boolean)[] = [];
  readonly #option: string;
  readonly #diagnostics: Diagnostics;

  /** @throws TracingConfigError for what is no list of rules */
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

  /** Whether `text` stands among the rules as it is. */
  hasText(text: string): boolean {
    return this.#texts.size > 0 && this.#texts.has(text);
  }

  /** @param text what texts and patterns are compared with */
  has(text: string, subject: Subject): boolean {
    if (this.hasText(text)) return true;
    for (const pattern of this.#patterns) {
      if (pattern.test(text)) return true;
    }
    for (const predicate of this.#predicates) {
      try {
        if (predicate(subject) === true) return true;
      } catch (error) {
        this.#diagnostics.report(`A function of ${this.#option} threw; it ignores nothing`, error);
      }
    }
    return false;
  }
}

/** A pattern with `g` or `y` goes on where its last match ended. */
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
