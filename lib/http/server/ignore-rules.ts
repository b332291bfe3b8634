import type { IncomingMessage } from 'node:http';
import type { Diagnostics } from '../../diagnostics.js';
import { TracingConfigError } from '../../errors.js';
import type { IgnoreRule } from './http-server-options.js';

/** Says which requests are not to be traced. */
export class IgnoreRules {
  readonly #paths = new Set<string>();
  readonly #patterns: RegExp[] = [];
  readonly #predicates: ((request: IncomingMessage) => boolean)[] = [];
  readonly #diagnostics: Diagnostics;
  readonly #isEmpty: boolean;

  /** @throws TracingConfigError for what is no list of rules */
  constructor(rules: readonly IgnoreRule[], diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
    this.#isEmpty = Array.isArray(rules) && rules.length === 0;
    if (!Array.isArray(rules)) throw invalidRule('http.server.ignore', rules);
    for (const [index, rule] of rules.entries()) {
      if (typeof rule === 'string' && rule.startsWith('/')) this.#paths.add(rule);
      else if (rule instanceof RegExp) this.#patterns.push(withoutMemory(rule));
      else if (typeof rule === 'function') this.#predicates.push(rule);
      else throw invalidRule(`http.server.ignore[${index}]`, rule);
    }
  }

  /** @param path of the request, without its query */
  has(path: string, request: IncomingMessage): boolean {
    if (this.#isEmpty) return false;
    if (this.#paths.has(path)) return true;
    for (const pattern of this.#patterns) {
      if (pattern.test(path)) return true;
    }
    for (const predicate of this.#predicates) {
      try {
        if (predicate(request) === true) return true;
      } catch (error) {
        this.#diagnostics.report(
          'A function of http.server.ignore threw; it ignores nothing',
          error,
        );
      }
    }
    return false;
  }
}

/** A pattern with `g` or `y` goes on where its last match ended. */
function withoutMemory(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
}

function invalidRule(option: string, received: unknown): TracingConfigError {
  return TracingConfigError.invalidOption(
    option,
    'must be paths that begin with a slash, regular expressions or functions of the request, in an array',
    received,
    'Write ignore: ["/health"] for a path, [/^\\/internal\\//] for all paths below one.',
  );
}
