import type { Diagnostics } from '../diagnostics.js';
import { IgnoreRules } from '../ignore-rules.js';
import type { GrpcCallInfo } from './grpc-call-info.js';

/**
 * Matches calls that are not traced: a method (`shop.Orders/Find`), all methods of a service
 * (`grpc.health.v1.Health`), a regular expression for `package.Service/Method`, or a function of the
 * call. A function that throws is reported and does not match.
 */
export type GrpcIgnoreRule = string | RegExp | ((call: GrpcCallInfo) => boolean);

/** Decides which calls are not traced. */
export class GrpcIgnoreRules {
  readonly #rules: IgnoreRules<GrpcCallInfo>;

  /**
   * @param option name of the option for messages
   * @throws TracingConfigError for an invalid list of rules
   */
  constructor(option: string, rules: readonly GrpcIgnoreRule[], diagnostics: Diagnostics) {
    this.#rules = new IgnoreRules(
      {
        option,
        isText: (rule) => /^[^/\s]+(\/[^/\s]+)?$/.test(rule),
        requirement:
          'must be services, methods, regular expressions or functions of the call, in an array',
        remedy:
          'Write ignore: ["grpc.health.v1.Health"] for a service, ["shop.Orders/Find"] for a method, without a slash at the beginning.',
      },
      rules,
      diagnostics,
    );
  }

  has(call: GrpcCallInfo): boolean {
    const { method } = call;
    return this.#rules.has(method, call) || this.#rules.hasText(serviceOf(method));
  }
}

function serviceOf(method: string): string {
  return method.slice(0, method.indexOf('/'));
}
