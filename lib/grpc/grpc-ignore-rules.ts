import type { Diagnostics } from '../diagnostics.js';
import { TracingConfigError } from '../errors.js';
import type { GrpcMetadata } from './grpc-metadata.js';

/** A call, as far as it is known before anything of it is traced. */
export interface GrpcCallInfo {
  /** `package.Service/Method`, as the caller asked for it. */
  readonly method: string;
  /** What the caller sends; not to be changed. */
  readonly metadata: GrpcMetadata;
}

/**
 * Which calls are not traced: a method (`shop.Orders/Find`), all methods of a service
 * (`grpc.health.v1.Health`), a pattern that is tested against `package.Service/Method`, or a function of
 * the call. A function that throws is reported and ignores nothing.
 */
export type GrpcIgnoreRule = string | RegExp | ((call: GrpcCallInfo) => boolean);

/** Says which calls are not to be traced. */
export class GrpcIgnoreRules {
  readonly #names = new Set<string>();
  readonly #patterns: RegExp[] = [];
  readonly #predicates: ((call: GrpcCallInfo) => boolean)[] = [];
  readonly #option: string;
  readonly #diagnostics: Diagnostics;

  /**
   * @param option how the user knows the list, for messages
   * @throws TracingConfigError for what is no list of rules
   */
  constructor(option: string, rules: readonly GrpcIgnoreRule[], diagnostics: Diagnostics) {
    this.#option = option;
    this.#diagnostics = diagnostics;
    if (!Array.isArray(rules)) throw invalidRule(option, rules);
    for (const [index, rule] of rules.entries()) {
      if (typeof rule === 'string' && /^[^/\s]+(\/[^/\s]+)?$/.test(rule)) this.#names.add(rule);
      else if (rule instanceof RegExp) this.#patterns.push(withoutMemory(rule));
      else if (typeof rule === 'function') this.#predicates.push(rule);
      else throw invalidRule(`${option}[${index}]`, rule);
    }
  }

  has(call: GrpcCallInfo): boolean {
    const { method } = call;
    if (this.#names.size > 0) {
      if (this.#names.has(method)) return true;
      if (this.#names.has(method.slice(0, method.indexOf('/')))) return true;
    }
    for (const pattern of this.#patterns) {
      if (pattern.test(method)) return true;
    }
    for (const predicate of this.#predicates) {
      try {
        if (predicate(call) === true) return true;
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

function invalidRule(option: string, received: unknown): TracingConfigError {
  return TracingConfigError.invalidOption(
    option,
    'must be services, methods, regular expressions or functions of the call, in an array',
    received,
    'Write ignore: ["grpc.health.v1.Health"] for a service, ["shop.Orders/Find"] for a method, without a slash at the beginning.',
  );
}
